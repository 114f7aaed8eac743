"""Where the maps of a U stand on the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from archspec.figures.scales import scaled
from archspec.figures.scene import Box, Joint
from archspec.figures.u.maps import Join, Map

HEIGHTS = (340.0, 270.0, 210.0, 150.0, 120.0)
"""The heights of the largest maps, on all levels together: the best, and those for low pages."""
FLAT = 0.3
"""The height of the smallest map, as a part of that of the largest."""
THIN, THICK = 3.2, 14.0
"""The widths of the map with the fewest and of the one with the most channels."""
NARROW, WIDE = 11.0, 26.0
"""The room for an arrow from map to map."""
WORDS = 8.5
"""The room for a line of words above or below a map."""
DROP = 13.0
"""The length of an arrow to another level beside no words."""
ROUTE = 6.0
"""The room for a line above a level's maps."""
RADIUS = 3.5
EDGE = 2.0
AROUND = 20.0
"""The room for words at both ends."""


class Crowded(Exception):
    """The page is too small."""


@dataclass(eq=False)
class Place:
    """A map on the page: its box, and what is handed to it."""

    map: Map
    box: Box
    handed: Box | None = None
    """What is handed across, beside it."""
    joint: Joint | None = None
    """Where both are added."""

    @property
    def right(self) -> float:
        """Where the arrow to the map behind it begins."""
        return max(self.box.right, self.joint.x + self.joint.radius if self.joint else 0)

    @property
    def left(self) -> float:
        """Where it begins, with all that belongs to it."""
        return self.handed.x if self.handed else self.box.x

    @property
    def up(self) -> float:
        """Where the arrow to a level above begins, from left to right."""
        return self.joint.x if self.joint and self.joint.x < self.box.x else self.box.middle


class Sizes:
    """How large maps are drawn, and how high the levels lie."""

    def __init__(self, maps: Sequence[Map], tall: float) -> None:
        every = [*maps, *(item.join.around for item in maps if item.join and item.join.around)]
        self.sides = max(each.side for each in every), min(each.side for each in every)
        self.channels = max(each.shape[0] for each in every), min(each.shape[0] for each in every)
        self.levels = max(each.level for each in every) + 1
        self.tall = tall / max(self.levels, 4)
        self.tallest = [max(self.height(each) for each in every if each.level == level) for level in range(self.levels)]
        self.routed = {each.level: ROUTE for each in maps if each.join and over(each.join)}
        self.middles: list[float] = []
        """The height of each level's axis."""
        y = EDGE
        for level, height in enumerate(self.tallest):
            y += (DROP if level else 0) + self.routed.get(level, 0) + WORDS
            self.middles.append(y + height / 2)
            y += height + WORDS
        self.bottom = y

    def height(self, item: Map) -> float:
        """Between the smallest and the largest, slower than the side itself."""
        return scaled(item.side, *self.sides, 0.45, FLAT * self.tall, self.tall)

    def width(self, item: Map) -> float:
        """Between the thinnest and the thickest, slower than the channels."""
        return scaled(item.shape[0], *self.channels, 0.7, THIN, THICK)

    def above(self, level: int) -> float:
        """The height of the lines above a level's maps and the words on them."""
        return self.middles[level] - self.tallest[level] / 2 - WORDS - ROUTE / 2


def over(join: Join) -> bool:
    """Whether what is handed across goes over the maps of its level."""
    return join.kind != "unpool" and not (join.straight and (join.kind == "concat" or join.leftward))


def place(maps: Sequence[Map], sizes: Sizes, width: float) -> list[Place]:
    """All maps on a page so wide. Raises Crowded where they do not fit."""
    tight, wide = (max(each.right for each in row(maps, sizes, gap)) for gap in (NARROW, WIDE))
    gap = min(WIDE, NARROW + (width - AROUND - tight) * (WIDE - NARROW) / (wide - tight))
    if gap < NARROW:
        raise Crowded
    return row(maps, sizes, gap)


def row(maps: Sequence[Map], sizes: Sizes, gap: float) -> list[Place]:
    """All maps with so much room between them: behind, above or below what they are made of."""
    placed: dict[Map, Place] = {}
    ends: dict[int, float] = {}
    for item in maps:
        width = sizes.width(item)
        before = placed[item.source] if item.source else None
        if before is None:
            x = EDGE
        elif item.rises:
            x = (before.up if item.rises > 0 else before.box.middle) - width / 2
        else:
            x = before.right + gap
        place = joined(item, box(item, x, sizes), sizes, gap)
        lacking = ends.get(item.level, place.left - gap) + gap - place.left
        if lacking > 0:
            place = joined(item, box(item, x + lacking, sizes), sizes, gap)
        placed[item], ends[item.level] = place, place.right
    return list(placed.values())


def box(item: Map, x: float, sizes: Sizes) -> Box:
    """The box of a map, on its level's axis."""
    height = sizes.height(item)
    layers = tuple(node.path for node in item.step.nodes) if item.step else ()
    return Box(x, sizes.middles[item.level] - height / 2, sizes.width(item), height, "map", layers, item.repeat)


def joined(item: Map, own: Box, sizes: Sizes, gap: float) -> Place:
    """A map with what is handed to it: laid at its side, or added."""
    join = item.join
    if join is None or join.kind == "unpool":
        return Place(item, own)
    meeting = tuple(node.path for node in join.step.nodes)
    if join.kind == "concat":
        white = (
            box(join.around, 0, sizes) if join.around else own._replace(width=sizes.width(join.handed), fill="plain")
        )
        layers = (*(white.layers if join.around else ()), *join.cut, *meeting)
        return Place(item, own, white._replace(x=own.x - white.width, layers=layers))
    if not join.leftward:
        return Place(item, own, joint=joint(own.right + gap / 2 + RADIUS, item, meeting, sizes))
    sum_ = joint(own.x - gap / 2 - RADIUS, item, meeting, sizes)
    if join.around is None:
        return Place(item, own, joint=sum_)
    beside = box(join.around, 0, sizes)
    x = sum_.x - RADIUS - gap / 2 - beside.width
    return Place(item, own, beside._replace(x=x, layers=(*beside.layers, *join.cut)), sum_)


def joint(x: float, item: Map, layers: tuple[str, ...], sizes: Sizes) -> Joint:
    return Joint(x, sizes.middles[item.level], RADIUS, "+", layers)
