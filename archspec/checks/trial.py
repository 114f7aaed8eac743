"""One run of a spec that is true of many input sizes: which ones, and the steps that they are taken in."""

from collections.abc import Callable
from typing import NamedTuple

FAR = 1 << 40
"""Where a search for the end of what stays the same ends: such sizes have no end."""


class Floor(NamedTuple):
    """What a side counts: `(k + plus) // over`, the whole strides in k; `plus` is less than `over`."""

    plus: int
    over: int

    def at(self, k: int) -> int:
        return (k + self.plus) // self.over


WHOLE = Floor(0, 1)
"""k itself."""


class Period(Exception):
    """Sizes do not go up together in these steps: take steps so many times as large."""

    def __init__(self, times: int) -> None:
        super().__init__(times)
        self.times = times


class Trial:
    """One run for input sizes `first + k * step`: made at one k, true of all from `low` to `high`.

    Whatever asks how two sizes compare narrows them to those for which the answer is the same.
    """

    def __init__(self, first: int, step: int, at: int, alone: bool = False) -> None:
        self.first, self.step, self.at = first, step, at
        self.low, self.high = (0 if first else 1), FAR
        self.alone = alone
        """Whether it settles for one size where larger steps would be needed."""
        self.over = 1
        """The steps in which all of its sides go up evenly."""

    def larger(self, times: int) -> None:
        """Settle for one size, or raise Period for steps so many times as large."""
        if not self.alone:
            raise Period(times)
        self.pin()

    def keep(self, holds: Callable[[int], bool]) -> None:
        """Narrow to the ks about this one for which something holds; it changes at most once in each direction."""
        self.high = last(holds, self.at, self.high)
        self.low = last(holds, self.at, self.low)

    def pin(self) -> None:
        """Narrow to this k alone."""
        self.low = self.high = self.at


def last(holds: Callable[[int], bool], start: int, end: int) -> int:
    """The last number from one on towards another for which something holds, as it does for the first."""
    if holds(end):
        return end
    step = 1 if end > start else -1
    while abs(end - start) > 1:  # it holds at the start and not at the end
        middle = start + step * (abs(end - start) // 2)
        start, end = (middle, end) if holds(middle) else (start, middle)
    return start
