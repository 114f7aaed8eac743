"""Another size of the input at which a network can be verified."""

from collections.abc import Callable, Iterator

from archspec.diagnostics import Problem
from archspec.graph import Graph
from archspec.op import Shape

STEPS = 32
"""Sizes tried in each direction: networks that halve a map five times take every 32nd."""


def other_size(graph: Graph, make: Callable[[str], Graph | None]) -> Graph | None:
    """The network at another size, smaller if it can be; None where none of those tried is valid.

    `make` gives it for a size such as `112x112`, None or a Problem for one that does not go through.
    It tries sizes and does not work them out, as `checks.sizes` does: that knows squares alone, and rectangles keep
    their form here; and the network that is verified has to be made in any case, at half the size nearly always.
    """
    for height, width in sizes(graph.input.shape):
        try:
            found = make(f"{height}x{width}")
        except Problem:
            continue
        if found:
            return found
    return None


def sizes(shape: Shape) -> Iterator[tuple[int, int]]:
    """Heights and widths to try: from half downwards, then upwards from half, then beyond; a vector has none."""
    if len(shape) != 3:
        return
    _, height, width = shape
    half = height // 2
    rows = [*range(half, half - STEPS, -1), *range(half + 1, half + STEPS), *range(height + 1, height + 1 + STEPS)]
    for row in dict.fromkeys(rows):
        if row > 0 and row != height:
            yield row, max(row * width // height, 1)
