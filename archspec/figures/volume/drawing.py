"""Slabs on a page: an axis through their middles, words below, sizes on their edges."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from archspec.figures.labels import by, word
from archspec.figures.levels import fill
from archspec.figures.metrics import BOLD, width
from archspec.figures.scales import scaled
from archspec.figures.scene import Box, Face, Line, Thing, Words
from archspec.figures.volume.slabs import Group, special

FONT = 7.0
SMALL = 6.5
LEAD = 8.5
GAP = 12.0
"""From the channels to the operation below, for a bracket."""
TALL, LOW = 92.0, 8.0
"""The heights of the largest and of the smallest map."""
THICK, THIN = 30.0, 2.5
"""The thicknesses of the map with the most and of the one with the fewest channels."""
AWAY, UP = 0.26, 0.2
"""How far to the right and up the back of a map is, as parts of its height, at most."""
ARROW = 10.0
"""The length of an arrow."""
APART = 3.0
"""From words to words beside them."""


@dataclass
class Slab:
    """A group on the page; heights are from the axis."""

    group: Group
    height: float
    thicknesses: list[float]
    """Of each of its maps."""
    away: float
    """How far to the right its back is."""
    x: float = 0.0
    """The left of its front."""
    wide: float = 0.0
    """The width of the words below."""

    @property
    def right(self) -> float:
        """The right of its front."""
        return self.x + sum(self.thicknesses)

    @property
    def end(self) -> float:
        """The right of its back."""
        return self.right + self.away

    @property
    def top(self) -> float:
        """The top of its front."""
        return -self.height / 2

    @property
    def back(self) -> float:
        """The top of its back."""
        return self.top - self.height * UP

    @property
    def middle(self) -> float:
        return (self.x + self.right) / 2


def slabs(groups: Sequence[Group], scale: float) -> list[Slab]:
    """All groups from left to right, thinner by a scale."""
    sides = max(group.side for group in groups), min(group.side for group in groups)
    channels = [each for group in groups for each in group.channels]
    most = max(channels), min(channels)
    found: list[Slab] = []
    for run in runs(groups):
        for group in run:
            height = scaled(group.side, *sides, 0.6, LOW, TALL * (0.6 + scale * 0.4))
            thicknesses = [scaled(each, *most, 0.6, THIN, THICK * scale) for each in group.channels]
            slab = Slab(group, height, thicknesses, height * AWAY * scale**0.5)
            first, *rest = group.words
            texts = [*rest, *([group.called] if len(run) == 1 else ())]
            slab.wide = max(width(first, FONT) * BOLD, *(width(text, FONT) for text in texts), 0)
            if found:
                slab.x = behind(found[-1], slab)
            found.append(slab)
    return found


def runs(groups: Sequence[Group]) -> list[list[Group]]:
    """The groups that are one operation's, together."""
    return [list(run) for _, run in groupby(groups, key=lambda group: group.called)]


def behind(last: Slab, slab: Slab) -> float:
    """Where a slab stands behind another: with room for the arrow, and for words above, beside and below."""
    room = width(edge(slab).text, SMALL) + 5 if last.group.side != slab.group.side else 0.0
    below = last.middle + (last.wide + slab.wide) / 2 + APART - sum(slab.thicknesses) / 2
    above = max((width(text, FONT) for text in aside(slab)), default=-ARROW) + 3
    clear = last.x + above if slab.height > last.height else last.end + above - sum(slab.thicknesses) - slab.away
    return max(last.end + max(ARROW, room), below, clear)


def aside(slab: Slab) -> list[str]:
    """The words above the arrow to a slab: what leads to it besides its own operation."""
    return [text for step in slab.group.before for text in (word(step.main.op), *special(step))]


class Drawing:
    """All that is drawn of the slabs."""

    def __init__(self, found: Sequence[Slab]) -> None:
        self.slabs = found
        self.low = max(slab.height for slab in found) / 2 + 10
        self.image = found[0].group.shape

    def things(self) -> Iterator[Thing]:
        """Slabs, arrows and words, from left to right."""
        before: Slab | None = None
        for slab in self.slabs:
            yield from self.faces(slab)
            channels, *rest = slab.group.words
            yield Words(slab.middle, self.low, channels, FONT, "channels", bold=True)
            for index, text in enumerate(rest):
                yield Words(slab.middle, self.low + GAP + (index + 1) * LEAD, text, FONT, "op")
            if before is None or before.group.side != slab.group.side:
                yield edge(slab)
            if before:
                yield from between(before, slab)
            before = slab
        yield from self.called()

    def faces(self, slab: Slab) -> Iterator[Thing]:
        """The front of each map, its top, and the side of the last."""
        color = fill(self.image, slab.group.shape) if slab.group.steps else "plain"
        away, up = slab.away, slab.height * UP
        x = slab.x
        for index, thickness in enumerate(slab.thicknesses):
            right = x + thickness
            layers = tuple(node.path for step in slab.group.steps[index : index + 1] for node in step.nodes)
            yield Face(((x, slab.top), (x + away, slab.back), (right + away, slab.back), (right, slab.top)), color)
            yield Box(x, slab.top, thickness, slab.height, color, layers)
            x = right
        bottom = slab.top + slab.height
        corners = (slab.right, slab.top), (slab.end, slab.back), (slab.end, bottom - up), (slab.right, bottom)
        yield Face(corners, color)

    def called(self) -> Iterator[Thing]:
        """The operations below: one name for all that stand side by side."""
        y = self.low + GAP
        left = iter(self.slabs)
        for run in runs([slab.group for slab in self.slabs]):
            here = list(islice(left, len(run)))
            start, end = here[0].x, here[-1].right
            if len(here) > 1:
                top, bottom = self.low + 2.5, self.low + 5
                yield Line(((start, top), (start, bottom), (end, bottom), (end, top)), "bracket", arrow=False)
            yield Words((start + end) / 2, y, run[0].called, FONT, "op")


def edge(slab: Slab) -> Words:
    """The size of a map, at its lower left."""
    height, wide = slab.group.shape[1:] if len(slab.group.shape) == 3 else (1, 1)
    text = str(height) if height == wide else by((height, wide))
    return Words(slab.x - 2, max(slab.height / 2 + 1, SMALL + 1), text, SMALL, "size", "end")


def between(before: Slab, slab: Slab) -> Iterator[Thing]:
    """The arrow from slab to slab, and what it does besides the layer that it leads to."""
    layers = tuple(node.path for step in slab.group.before for node in step.nodes)
    yield Line(((before.end, 0), (slab.x, 0)), "flow", layers=layers)
    lower = min(before, slab, key=lambda each: each.height)
    for index, text in enumerate(reversed(aside(slab))):
        y = lower.back - 3 - index * LEAD
        if lower is slab:
            yield Words(before.end + 2, y, text, FONT, "op", "start")
        else:
            yield Words(slab.x - 2, y, text, FONT, "op", "end")
