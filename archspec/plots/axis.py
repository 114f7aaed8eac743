"""An axis: what it says, the numbers that it reaches over, and its marks."""

from collections.abc import Sequence
from math import ceil, floor, inf, log10
from typing import NamedTuple

MOST = 6
"""Marks of an axis, about."""


class Axis(NamedTuple):
    """What is asked of an axis."""

    label: str
    log: bool = False
    """Whether equal ways are equal factors."""
    unit: str = ""
    """What stands behind its numbers: ` %`."""
    low: float | None = None
    """Where it begins; the lowest number unless told."""
    high: float | None = None


class Tick(NamedTuple):
    """A mark."""

    value: float
    text: str


class Scale(NamedTuple):
    """The numbers of an axis, from its beginning to its end."""

    low: float
    high: float
    log: bool
    ticks: tuple[Tick, ...]

    def part(self, value: float) -> float:
        """Where a number lies, as a part of the axis; beyond its ends at the nearer one."""
        if self.log:
            low, high, value = log10(self.low), log10(self.high), log10(value) if value > 0 else -inf
        else:
            low, high = self.low, self.high
        return min(max((value - low) / (high - low), 0.0), 1.0)

    @property
    def slope(self) -> float:
        """How much of the axis one is, on an even one."""
        return 1 / (self.high - self.low)


def span(axis: Axis, values: Sequence[float], spare: float = 0.0) -> Scale:
    """The scale that holds some numbers, with room to spare at both ends.

    Raises ValueError where there are none, or none above 0 on a logarithmic axis.
    """
    held = [value for value in values if value > 0 or not axis.log]
    if not held:
        raise ValueError(f"nothing to plot on the axis {axis.label!r}")
    low = min(held) if axis.low is None else axis.low
    high = max(held) if axis.high is None else axis.high
    if axis.log:
        low, high = 10.0 ** floor(log10(low)), 10.0 ** max(ceil(log10(high)), floor(log10(low)) + 1)
        return Scale(low, high, True, decades(axis, low, high))
    whole = all(value == int(value) for value in held)
    low, high = (low, high) if high - low > 1e-12 * max(abs(low), abs(high)) else (low - 1, low + 1)
    step = even(low - spare, high + spare, whole)
    if not spare:  # the axis ends at marks
        low = floor(low / step + 1e-9) * step if axis.low is None else low
        high = ceil(high / step - 1e-9) * step if axis.high is None else high
    return Scale(low - spare, high + spare, False, marks(axis, low, high, step))


def even(low: float, high: float, whole: bool) -> float:
    """How far marks are apart: round numbers, and whole ones where all numbers are."""
    rough = (high - low) / MOST
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    return max(step, 1.0) if whole else step


def marks(axis: Axis, low: float, high: float, step: float) -> tuple[Tick, ...]:
    """Marks at every step."""
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return tuple(Tick(n * step, f"{round(n * step, 12) + 0.0:,.10g}{axis.unit}") for n in range(first, last + 1))


def decades(axis: Axis, low: float, high: float) -> tuple[Tick, ...]:
    """Marks at powers of ten."""
    first, last = round(log10(low)), round(log10(high))
    step = ceil((last - first) / MOST)
    return tuple(Tick(10.0**n, f"{power(n)}{axis.unit}") for n in range(-(-first // step) * step, last + 1, step))


def power(exponent: int) -> str:
    """A power of ten: `0.01`, `1`, `1,000`, `1e6`."""
    return f"{10.0**exponent:,g}" if -4 <= exponent <= 4 else f"1e{exponent}"
