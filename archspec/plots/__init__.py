"""Plots for papers: series of numbers over two axes, as a scene that every writer of figures takes.

    >>> from archspec.plots import Axis, Series, plot
    >>> series = [Series("train", ((1, 2.3), (2, 1.1), (3, 0.7))), Series("test", ((1, 2.4), (3, 0.9)), dashed=True)]
    >>> scene = plot(series, Axis("epoch"), Axis("loss", log=True), title="Training")

Colours are of the figures' palette; what they say, dashes, shades or the legend say too.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil
from typing import Literal, NamedTuple

from archspec.figures.measures import EDGE
from archspec.figures.metrics import width as wide
from archspec.figures.scene import Box, Line, Point, Scene, Thing, Words
from archspec.plots.axis import Axis, Scale, span

__all__ = ["Axis", "Series", "plot"]

FONT = 6.5
"""Size of all words."""
LEAD = 9.0
"""From one line of words to the next."""
TICK = 2.5
"""Length of the marks on an axis."""
SAMPLE = 12.0
"""Width of a line's sample in the legend; that of bars is half as wide."""
GAP = 6.0
"""Between words, and from the words above a plot to its upright axis."""


class Series(NamedTuple):
    """Numbers that belong together."""

    name: str
    """What the legend says; nothing where it is empty."""
    points: tuple[Point, ...]
    mark: Literal["line", "bars"] = "line"
    color: str = "ink"
    """A colour of the palette: a line's, such as `conv`, or the fill of bars, such as `stage3`."""
    dashed: bool = False


class Frame(NamedTuple):
    """Where the plot's numbers lie on the page."""

    left: float
    top: float
    right: float
    bottom: float
    x: Scale
    y: Scale

    def at(self, point: Point) -> Point:
        """The place of a point."""
        across, up = self.x.part(point[0]), self.y.part(point[1])
        return self.left + across * (self.right - self.left), self.bottom - up * (self.bottom - self.top)


def plot(
    series: Sequence[Series],
    x: Axis,
    y: Axis,
    *,
    title: str,
    about: str = "",
    width: int = 252,
    height: int = 170,
    theme: str = "color",
) -> Scene:
    """A plot in points, as large as told. `about` is for those who cannot see it.

    Raises ValueError where there is nothing to plot, or a logarithmic axis has no positive number.
    """
    bars = [each for each in series if each.mark == "bars"]
    across, up = ([point[side] for each in series for point in each.points] for side in (0, 1))
    ground = [min(value for value in up if value > 0) / 2 if y.log else 0.0] if bars else []
    scales = span(x, across, apart(bars) / 2), span(y, up + ground)
    key = list(legend(series, width))
    rows = 1 + max((row for row, *_ in key), default=-1)
    frame = framed(scales, baseline(rows) + GAP, width, height)
    items = [
        *drawn_bars(bars, frame),
        *axes(frame, x, y, height),
        *(
            Line(tuple(map(frame.at, each.points)), kind(each), False, each.color)
            for each in series
            if each not in bars
        ),
        *(thing for row, left, each in key for thing in sample(each, left, baseline(row))),
    ]
    return Scene(width, height, title, about or title, tuple(items), theme)


def baseline(row: int) -> float:
    """Where a row of words above the plot stands."""
    return EDGE + 0.75 * FONT + LEAD * row


def framed(scales: tuple[Scale, Scale], top: float, width: float, height: float) -> Frame:
    """The place of the plot between its axes, with room for their words."""
    x, y = scales
    right, bottom = width - EDGE, height - EDGE - 2 * LEAD - TICK + 1
    first, last = x.ticks[0], x.ticks[-1]
    left = EDGE + max(wide(tick.text, FONT) for tick in y.ticks) + TICK + 2
    part = x.part(first.value)  # the first mark's words may reach to the left of all, the last one's to the right
    left = max(left, (EDGE + wide(first.text, FONT) / 2 - part * right) / (1 - part)) if part < 1 else left
    room = right - wide(last.text, FONT) / 2 - left
    part = x.part(last.value)
    return Frame(left, top, min(right, left + room / part) if part else right, bottom, x, y)


def axes(frame: Frame, x: Axis, y: Axis, height: float) -> Iterator[Thing]:
    """Both axes, their marks and their words; those of the upright one stand above it, so that none are turned."""
    yield Line(((frame.left, frame.top), (frame.left, frame.bottom), (frame.right, frame.bottom)), "axis", False)
    every = thinned(frame)
    for number, tick in enumerate(frame.x.ticks):
        at = frame.left + frame.x.part(tick.value) * (frame.right - frame.left)
        yield Line(((at, frame.bottom), (at, frame.bottom + TICK)), "tick", False)
        if (len(frame.x.ticks) - 1 - number) % every == 0:
            yield Words(at, frame.bottom + TICK + 0.9 * FONT + 0.5, tick.text, FONT, "tick")
    for tick in frame.y.ticks:
        at = frame.bottom - frame.y.part(tick.value) * (frame.bottom - frame.top)
        yield Line(((frame.left - TICK, at), (frame.left, at)), "tick", False)
        yield Words(frame.left - TICK - 2, at + 0.36 * FONT, tick.text, FONT, "tick", "end")
    yield Words((frame.left + frame.right) / 2, height - EDGE - 0.21 * FONT, x.label, FONT, "label")
    yield Words(EDGE, frame.top - GAP, y.label, FONT, "label", "start")


def thinned(frame: Frame) -> int:
    """How many marks of the lower axis have one number, so that numbers do not meet."""
    places = [frame.x.part(tick.value) * (frame.right - frame.left) for tick in frame.x.ticks]
    between = min((after - before for before, after in pairwise(places)), default=frame.right)
    return ceil((max(wide(tick.text, FONT) for tick in frame.x.ticks) + 3) / between)


def drawn_bars(series: Sequence[Series], frame: Frame) -> Iterator[Box]:
    """A bar for each point, as wide as they are apart; one of no height is left out."""
    half = apart(series) * (frame.right - frame.left) * frame.x.slope * 0.4
    for each in series:
        for point in each.points:
            across, high = frame.at(point)
            if frame.bottom - high > 0.01:
                yield Box(across - half, high, 2 * half, frame.bottom - high, each.color)


def apart(series: Sequence[Series]) -> float:
    """How far bars are apart; 0 where there are none."""
    places = sorted({point[0] for each in series for point in each.points})
    return min((after - before for before, after in pairwise(places)), default=1.0 if places else 0.0)


def legend(series: Sequence[Series], width: float) -> Iterator[tuple[int, float, Series]]:
    """The row and the left end of every name that the legend holds."""
    row, left = 0, EDGE
    for each in series:
        room = lead(each) + wide(each.name, FONT)
        if not each.name:
            continue
        if left > EDGE and left + room > width - EDGE:
            row, left = row + 1, EDGE
        yield row, left, each
        left += room + 2 * GAP


def lead(series: Series) -> float:
    """The room of a series' sample, before its name."""
    return (SAMPLE if series.mark == "line" else SAMPLE / 2) + 4


def sample(series: Series, left: float, baseline: float) -> Iterator[Thing]:
    """A series in the legend."""
    middle = baseline - 0.36 * FONT
    if series.mark == "line":
        yield Line(((left, middle), (left + SAMPLE, middle)), kind(series), False, series.color)
    else:
        yield Box(left, middle - SAMPLE / 4, SAMPLE / 2, SAMPLE / 2, series.color)
    yield Words(left + lead(series), baseline, series.name, FONT, "legend", "start")


def kind(series: Series) -> str:
    """What a line is called, which says whether it is dashed."""
    return "dashed" if series.dashed else "series"
