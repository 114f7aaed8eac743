"""How lines are drawn: their width, their dashes, and the heads of arrows."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import hypot

from archspec.figures.scene import Joint, Line, Point

THIN = 0.7
"""Width of every line, in points."""
HEAD = 4.0
"""Length of an arrow's head."""
ARM = 0.55
"""Half of a plus in a joint, as a part of its radius."""
SPREAD = 0.38
"""Half of a head's width, as a part of its length."""
DASHES = {
    "projection": (3.0, 2.0), "padding": (3.0, 2.0), "switches": (2.0, 1.5), "point": (1.2, 1.0), "lrn": (4.0, 1.5),
    "dashed": (3.0, 2.0),
}  # fmt: skip
"""Kinds of lines that are dashed: how long a dash is, and the gap behind it."""


def shaft(line: Line, zoom: float) -> list[Point]:
    """The points of a line, which stops where its head has begun."""
    if not line.arrow:
        return list(line.points)
    return [*line.points[:-1], before(line, HEAD * 0.8 * zoom)]


def head(line: Line, zoom: float) -> list[Point]:
    """The corners of an arrow's head, its tip first."""
    base, tip = before(line, HEAD * zoom), line.points[-1]
    across = (tip[1] - base[1]) * SPREAD, (base[0] - tip[0]) * SPREAD
    return [tip, (base[0] + across[0], base[1] + across[1]), (base[0] - across[0], base[1] - across[1])]


def before(line: Line, back: float) -> Point:
    """The point that lies so far before a line's end, in the direction of its last part."""
    (x, y), (u, v) = line.points[-2:]
    length = max(hypot(u - x, v - y), 1e-9)
    return u - (u - x) / length * back, v - (v - y) / length * back


def sign(joint: Joint) -> tuple[tuple[Point, Point], tuple[Point, Point]]:
    """The strokes of a plus or a times in a joint, which no font's are in the middle of."""
    x, y, arm = joint.x, joint.y, joint.radius * ARM
    if joint.sign == "+":
        return ((x - arm, y), (x + arm, y)), ((x, y - arm), (x, y + arm))
    arm *= 0.5**0.5
    return ((x - arm, y - arm), (x + arm, y + arm)), ((x - arm, y + arm), (x + arm, y - arm))


def dashes(points: Sequence[Point], on: float, off: float) -> Iterator[tuple[Point, ...]]:
    """The dashes of a line: each the points that it goes through."""
    dash: list[Point] = [points[0]]
    drawing, left = True, on
    for (x, y), (u, v) in pairwise(points):
        length, done = hypot(u - x, v - y), 0.0
        while length - done > left:
            done += left
            there = x + (u - x) * done / length, y + (v - y) * done / length
            if drawing:
                yield (*dash, there)
            dash, drawing = [there], not drawing
            left = on if drawing else off
        left -= length - done
        dash.append((u, v))
    if drawing:
        yield tuple(dash)


def curve(points: Sequence[Point]) -> Iterator[Point]:
    """A line through points as a chain of Bézier curves."""
    yield points[0]
    for (x, y), (u, v) in pairwise(points):
        yield x + (u - x) / 3, y + (v - y) / 3
        yield x + (u - x) * 2 / 3, y + (v - y) * 2 / 3
        yield u, v


def number(value: float) -> str:
    """A coordinate with two decimals at most."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
