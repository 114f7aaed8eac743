"""Input sizes that work, near one that does not."""

from collections.abc import Sequence
from dataclasses import replace

from archspec.checks.sizes import Sizes, refusal
from archspec.diagnostics import Diagnostic
from archspec.language.compile import Plan
from archspec.language.settled import Choices


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
    settled = planned.settled
    if len(settled.shape) != 3:
        return []
    program, column = settled.program, settled.column
    sizes = Sizes(program, column, choices)
    found = []
    for way in ways:
        height, width = (sizes.nearest(side, way) for side in settled.shape[1:])
        if height and width:
            found.append((height, width))
    return [size for size in dict.fromkeys(found) if refusal(program, column, choices, *size) is None]
