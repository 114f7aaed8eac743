"""How much of a page things take, and how they are moved on it."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple, assert_never

from archspec.figures.metrics import width
from archspec.figures.scene import Box, Face, Joint, Line, Point, Thing, Words


class Area(NamedTuple):
    """A rectangle on the page."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Area", margin: float) -> bool:
        """Whether another one is closer than a margin."""
        across = min(self.right, other.right) - max(self.left, other.left)
        return across > -margin and min(self.bottom, other.bottom) - max(self.top, other.top) > -margin


def areas(item: Thing) -> Iterator[Area]:
    """The rectangles that a thing lies in: one for each straight part of a line."""
    match item:
        case Box():
            yield Area(item.x, item.y, item.right, item.bottom)
        case Joint(x, y, radius):
            yield Area(x - radius, y - radius, x + radius, y + radius)
        case Face():
            yield around(item.points)
        case Line():
            yield from map(around, pairwise(item.points))
        case Words():
            wide = width(item.text, item.size)
            left = item.x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[item.anchor]
            yield Area(left, item.y - item.size * 0.73, left + wide, item.y + item.size * 0.22)
        case _:
            assert_never(item)


def around(points: Iterable[Point]) -> Area:
    """The rectangle around points."""
    across, down = zip(*points, strict=True)
    return Area(min(across), min(down), max(across), max(down))


def whole(items: Iterable[Thing]) -> Area:
    """The rectangle around things."""
    found = [area for item in items for area in areas(item)]
    return Area(
        min(area.left for area in found),
        min(area.top for area in found),
        max(area.right for area in found),
        max(area.bottom for area in found),
    )


def moved(item: Thing, right: float, down: float) -> Thing:
    """A thing elsewhere."""
    match item:
        case Box() | Joint() | Words():
            return item._replace(x=item.x + right, y=item.y + down)
        case Line() | Face():
            return item._replace(points=tuple((x + right, y + down) for x, y in item.points))
        case _:
            assert_never(item)
