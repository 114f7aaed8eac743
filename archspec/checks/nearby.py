"""Input sizes that work, near one that does not."""

from collections.abc import Sequence
from dataclasses import replace

from archspec.diagnostics import Diagnostic
from archspec.language.census import ALL
from archspec.language.compile import Plan, compile_network, limit_layers, plan
from archspec.language.settled import Choices

STEPS = 128
"""Sizes that are tried above and below each side: the period of papers' networks is 16 or 32."""
WORK = 15_000
"""Layers that are made for it at most."""


def advised(planned: Plan, choices: Choices, found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """What was found in a network that could not be made, with the nearest sizes that work where its size is to blame.

    That is so where a size was asked for, or a pooling's windows must fit, and nothing but shapes is wrong.
    """
    errors = [d for d in found if d.severity == "error"]
    asked = choices.input is not None or any(d.code == "E210" for d in errors)
    if not asked or not planned.unit or not all(d.code.startswith("E2") for d in errors):
        return list(found)
    ways = (1,) if all(d.code == "E201" for d in errors) else (-1, 1)  # what is too small needs more
    sizes = [f"`--input {height}x{width}`" for height, width in nearest(planned, choices, ways)]
    if not sizes:
        return list(found)
    help = f"the nearest inputs that work: {' and '.join(sizes)}" if len(sizes) > 1 else f"{sizes[0]} works"
    return [replace(d, help=help) if d is errors[0] else d for d in found]


def nearest(planned: Plan, choices: Choices, ways: tuple[int, ...]) -> list[tuple[int, int]]:
    """The nearest sizes, height and width, that a network takes; `ways` are -1 for smaller and 1 for larger ones."""
    assert planned.unit
    settled = planned.settled
    if len(settled.shape) != 3:
        return []
    tried = set(settled.shape[1:])
    steps = min(STEPS, WORK // (len(tried) * len(ways) * max(planned.unit.tally.written[ALL], 1)))
    found = []
    for way in ways:
        sides = {side: nearest_side(planned, choices, side, way, steps) for side in tried}
        height, width = (sides[side] for side in settled.shape[1:])
        if height and width:
            found.append((height, width))
    return [size for size in dict.fromkeys(found) if works(planned, choices, *size)]


def nearest_side(planned: Plan, choices: Choices, side: int, direction: int, steps: int) -> int | None:
    """The nearest side of a square that works, from this one on."""
    sides = (side + direction * step for step in range(steps + 1))
    return next((tried for tried in sides if tried > 0 and works(planned, choices, tried, tried)), None)


def works(planned: Plan, choices: Choices, height: int, width: int) -> bool:
    """Whether a network takes an input of this size."""
    settled = planned.settled
    tried = plan(settled.program, settled.column, choices._replace(input=f"{height}x{width}"))
    limit_layers([tried])
    return compile_network(tried) is not None
