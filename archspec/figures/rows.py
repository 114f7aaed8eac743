"""Things by their height on a page, to find those near a place without looking at all."""

from collections.abc import Iterable, Iterator
from math import hypot
from typing import Generic, TypeVar

from archspec.figures.scene import Box, Joint, Point

Thing = TypeVar("Thing")
NEAR = 6.0
"""How far from a box a line may end that belongs to it."""
TALL = 24.0
"""Points of a row."""


class Rows(Generic[Thing]):
    """Things, each in all rows that it reaches into."""

    def __init__(self) -> None:
        self.rows: dict[int, list[Thing]] = {}

    def add(self, top: float, bottom: float, thing: Thing) -> None:
        """Put a thing into its rows."""
        for row in range(int(top // TALL), int(bottom // TALL) + 1):
            self.rows.setdefault(row, []).append(thing)

    def between(self, top: float, bottom: float) -> Iterator[Thing]:
        """The things that may be between two heights, each once, in the order in which they came within a row."""
        seen: set[int] = set()
        for row in range(int(top // TALL), int(bottom // TALL) + 1):
            for thing in self.rows.get(row, ()):
                if id(thing) not in seen:
                    seen.add(id(thing))
                    yield thing


def nearest(point: Point, nodes: Iterable[tuple[str, Box | Joint]]) -> str | None:
    """The node at which a line ends."""
    far, name = min(((distance(point, item), name) for name, item in nodes), default=(NEAR, ""))
    return name if far < NEAR else None


def distance(point: Point, item: Box | Joint) -> float:
    """From a point to a box or a circle; 0 within."""
    x, y = point
    if isinstance(item, Joint):
        return max(hypot(x - item.x, y - item.y) - item.radius, 0)
    aside, above = max(item.x - x, x - item.right, 0), max(item.y - y, y - item.bottom, 0)
    return hypot(aside, above)
