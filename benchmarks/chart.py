"""The chart of a run: for each peer its time and ours on a scale of factors, joined by a line."""

from collections.abc import Iterator, Sequence

from archspec.figures.measures import EDGE
from archspec.figures.metrics import width as wide
from archspec.figures.scene import Box, Line, Scene, Thing, Words
from archspec.plots.axis import Axis, Scale, span
from benchmarks.table import Row, times

FONT, LEAD, MARK, GAP = 6.5, 9.0, 4.0, 6.0
ROOM = 300
"""Width of the scale."""
OURS, THEIRS = "stage5", "plain"


def chart(rows: Sequence[Row], title: str) -> Scene:
    """A line of the chart for each row that was measured. Raises ValueError where none was."""
    measured = [row for row in rows if row.ratio is not None]
    values = [value for row in measured for value in (row.peer.seconds, row.ours.seconds) if value]
    scale = span(Axis("seconds", log=True), values)
    left = EDGE + max((wide(label(row), FONT) for row in measured), default=0) + GAP
    right = left + ROOM
    width = right + GAP + max((wide(times(row.ratio), FONT) for row in measured), default=0) + EDGE
    top = EDGE + 2 * LEAD
    bottom = top + LEAD * len(measured)
    items = [
        *legend(left),
        *grid(scale, left, right, top, bottom),
        *(thing for at, row in enumerate(measured) for thing in pair(row, scale, left, right, top + LEAD * at)),
    ]
    about = f"{title}: seconds of each peer and of archspec, on a logarithmic scale."
    return Scene(width, bottom + 3 * LEAD + EDGE, title, about, tuple(items))


def label(row: Row) -> str:
    return f"{row.network}, {row.work}: {row.peer.name}"


def legend(left: float) -> Iterator[Thing]:
    """What the two marks are."""
    for at, (fill, name) in enumerate([(OURS, "archspec"), (THEIRS, "the peer")]):
        x = left + 70 * at
        yield Box(x, EDGE + 1, MARK, MARK, fill)
        yield Words(x + MARK + 3, EDGE + 5.5, name, FONT, "legend", "start")


def grid(scale: Scale, left: float, right: float, top: float, bottom: float) -> Iterator[Thing]:
    """The axis of seconds below all, and a thin line upward at each of its marks."""
    yield Line(((left, bottom), (right, bottom)), "axis", False)
    for tick in scale.ticks:
        x = left + scale.part(tick.value) * (right - left)
        yield Line(((x, top), (x, bottom + 2)), "tick", False, "stage3")
        yield Words(x, bottom + 2 + LEAD, tick.text, FONT, "tick")
    yield Words((left + right) / 2, bottom + 2 + 2 * LEAD, "seconds", FONT, "label")


def pair(row: Row, scale: Scale, left: float, right: float, top: float) -> Iterator[Thing]:
    """A peer and ours, what they are, and their ratio."""
    middle = top + LEAD / 2
    yield Words(left - GAP, middle + 0.36 * FONT, label(row), FONT, "label", "end")
    ends = [left + scale.part(each.seconds or 0) * (right - left) for each in (row.ours, row.peer)]
    yield Line(((ends[0], middle), (ends[1], middle)), "series", False)
    for x, fill in zip(ends, (OURS, THEIRS), strict=True):
        yield Box(x - MARK / 2, middle - MARK / 2, MARK, MARK, fill)
    yield Words(right + GAP, middle + 0.36 * FONT, times(row.ratio), FONT, "count", "start")
