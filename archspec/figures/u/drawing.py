"""A U as a scene: the arrows and the words around its maps."""

from collections import Counter
from collections.abc import Iterator, Sequence

from archspec.figures.labels import by
from archspec.figures.palette import ARROWS
from archspec.figures.scene import Line, Point, Thing, Words
from archspec.figures.steps import Step
from archspec.figures.u.maps import CUTS, Join, Map, family, operation
from archspec.figures.u.places import DROP, WORDS, Place, Sizes, over
from archspec.op import Shape

FONT = 7.0
SMALL = 6.5
ASIDE = 2.5
"""From an arrow to the words beside it."""


def area(shape: Shape) -> str:
    """`572²`, as Figure 1 has it; `512×256` where the sides differ."""
    height, width = shape[1:]
    return f"{height}²" if height == width else by((height, width))


def ink(kind: str) -> str:
    """The name of the colour of a family's arrows."""
    return kind if kind in ARROWS else "ink"


def operations(maps: Sequence[Map]) -> dict[str, list[Step]]:
    """The steps that have an arrow, by family."""
    found: dict[str, list[Step]] = {}
    for item in maps:
        for each in (item.join.around if item.join else None, item):
            if each and each.step:
                found.setdefault(family(each.step.main.op), []).append(each.step)
    return found


def usual(steps: Sequence[Step]) -> str:
    """What most operations of a family are called."""
    return Counter(map(operation, steps)).most_common(1)[0][0]


def cropped(join: Join) -> bool:
    """Whether what is handed across is cut to size."""
    behind = join.around.step.nodes if join.around and join.around.step else ()
    return bool(join.cut) or any(node.op.kind in CUTS for node in behind)


class Drawing:
    """All that is drawn of a U."""

    def __init__(self, places: Sequence[Place], sizes: Sizes) -> None:
        self.places = places
        self.sizes = sizes
        self.of = {place.map: place for place in places}
        self.risen = {place.map.source for place in places if place.map.rises > 0 and not self.bent(place)}
        self.sunk = {place.map.source for place in places if place.map.rises < 0}
        self.usual = {kind: usual(steps) for kind, steps in operations([place.map for place in places]).items()}

    def things(self) -> Iterator[Thing]:
        """Boxes, arrows and words."""
        for place in self.places:
            yield from (each for each in (place.handed, place.box, place.joint) if each)
            if place.map.source:
                yield from self.arrow(place, self.of[place.map.source])
            if place.joint:
                yield from self.summed(place)
            if place.map.join:
                yield from self.handing(place, place.map.join)
            yield from self.words(place)

    def arrow(self, place: Place, before: Place) -> Iterator[Thing]:
        """The operation that gives a map, and what it is where that is no usual one of its family."""
        item, y = place.map, self.sizes.middles[place.map.level]
        kind = item.family
        if item.rises > 0:
            x = place.box.middle
            yield Line((*self.start(place, before), (x, place.box.bottom)), kind, ink=ink(kind))
            odd = Words(x + ASIDE, self.between(before.map.level) + SMALL * 0.36, "", SMALL, "op", "start")
        elif item.rises < 0:
            x = before.box.middle
            yield Line(((x, before.box.bottom), (x, place.box.y)), kind, ink=ink(kind))
            odd = Words(x - ASIDE, self.between(item.level) + SMALL * 0.36, "", SMALL, "op", "end")
        else:
            yield Line(((before.right, y), (place.box.x, y)), kind, ink=ink(kind))
            middle = (before.right + place.box.x) / 2
            odd = Words(middle, y - 2, "", SMALL, "op")
            if item.repeat > 1:
                yield Words(middle, y + SMALL, f"×{item.repeat}", SMALL, "count", bold=True)
        if item.step and operation(item.step) != self.usual[kind]:
            yield odd._replace(text=operation(item.step).rpartition(" ")[2])

    def bent(self, place: Place) -> bool:
        """Whether the arrow up to a map goes to the right first, since something is in its way."""
        return place.map.source is not None and place.box.middle - self.of[place.map.source].up > 0.1

    def start(self, place: Place, before: Place) -> Iterator[Point]:
        """Where the arrow up to a map begins."""
        x, y = place.box.middle, self.sizes.middles[before.map.level]
        if self.bent(place):
            yield from ((before.right, y), (x, y))
        elif before.joint and before.up == before.joint.x:
            yield x, y - before.joint.radius
        else:
            yield x, before.box.y

    def between(self, level: int) -> float:
        """Half way between a level's words and those of the one above."""
        sizes = self.sizes
        return sizes.middles[level] - sizes.tallest[level] / 2 - WORDS - sizes.routed.get(level, 0) - DROP / 2

    def summed(self, place: Place) -> Iterator[Line]:
        """The lines into a sum from its sides."""
        assert place.joint
        x, y, radius = place.joint[:3]
        if x > place.box.x:
            yield Line(((place.box.right, y), (x - radius, y)), "flow")
        else:
            yield Line(((place.box.x, y), (x + radius, y)), "flow")
            if place.handed:
                yield Line(((place.handed.right, y), (x - radius, y)), "flow")

    def handing(self, place: Place, join: Join) -> Iterator[Thing]:
        """The arrow across, level."""
        start, y = self.of[join.handed], self.sizes.middles[place.map.level]
        kind = join.around.family if join.around else "copy"
        target = place.handed or place.joint
        assert target or join.kind == "unpool"
        if target is None:
            y = self.between(start.map.level)
            yield Line(((start.box.middle, y), (place.box.middle, y)), "switches", ink="unpool")
        elif over(join):
            out = start.right + (4.0 if not join.straight else 3.0)
            top = place.handed.y if place.handed else y - target.radius  # type: ignore[union-attr]
            x = place.handed.middle if place.handed else target.x
            above = self.sizes.above(start.map.level)
            fork = [(start.right, y)] if join.straight else []
            yield Line((*fork, (out, y), (out, above), (x, above), (x, top)), kind, ink=ink(kind))
        else:
            end = place.handed.x if place.handed else target.x - target.radius  # type: ignore[union-attr]
            yield Line(((start.right, y), (end, y)), kind, ink=ink(kind))

    def words(self, place: Place) -> Iterator[Words]:
        """Channels above a map, its size below where that changes: beside the arrows that are there."""
        item, box, join = place.map, place.box, place.map.join
        above, below = box.y - 2.2, box.bottom + SMALL
        yield self.channels(place, above)
        if item.source is None or area(item.shape) != area(item.source.shape):
            yield self.beside(item.rises > 0, item in self.sunk, box.middle, below, area(item.shape), SMALL)
        if join and join.around and place.handed and place.joint:
            x, top, shape = place.handed.middle, place.handed.y - 2.2, join.around.shape
            yield self.beside(False, over(join), x, top, str(shape[0]), FONT)
            if over(join) and cropped(join):
                yield Words(x - ASIDE, top, "crop", SMALL, "op", "end")
            yield Words(x, below, area(shape), SMALL, "size")

    def channels(self, place: Place, y: float) -> Words:
        """How many channels a map has, or both maps that are laid side by side."""
        item, box, join = place.map, place.box, place.map.join
        both = place.handed if join and join.kind == "concat" else None
        if join is None or both is None:
            up = item in self.risen and not place.joint
            return self.beside(item.rises < 0, up, box.middle, y, str(item.shape[0]), FONT)
        text = str(join.step.shape[0])
        if item in self.risen or over(join):
            return self.beside(False, True, box.middle if item in self.risen else both.middle, y, text, FONT)
        return Words((both.x + box.right) / 2, y, text, FONT, "channels")

    @staticmethod
    def beside(left: bool, right: bool, x: float, y: float, text: str, size: float) -> Words:
        """Words at one side of an arrow, or in its place where there is none."""
        kind = "channels" if size == FONT else "size"
        if right:
            return Words(x + ASIDE, y, text, size, kind, "start")
        return Words(x - ASIDE, y, text, size, kind, "end") if left else Words(x, y, text, size, kind)
