"""What stands where in a U: maps on levels, an operation into each, and what is handed across."""

from dataclasses import dataclass
from itertools import zip_longest
from math import log

from archspec.figures.labels import by, word
from archspec.figures.steps import Step
from archspec.figures.tree import Chain, Item, Repeat, Split
from archspec.op import Op, Shape

STEEP = 1.5
"""How much smaller or larger a map is, at least, that lies on another level."""
FAMILIES = {"dwconv": "conv", "upconv": "up", "maxpool": "pool", "avgpool": "pool"}
"""Operations whose arrows look the same; others are families of their own."""


CUTS = ("crop", "croplike", "identity")


class Unlike(Exception):
    """The network is no U."""


@dataclass(eq=False)
class Map:
    """One box: a value, and the operation that gives it."""

    shape: Shape
    level: int = 0
    step: Step | None = None
    """None for the image."""
    source: "Map | None" = None
    """What the operation takes."""
    repeat: int = 1
    join: "Join | None" = None
    """What it is joined with once it is there."""

    @property
    def side(self) -> int:
        return self.shape[1] if len(self.shape) == 3 else 1

    @property
    def rises(self) -> int:
        """How many levels up it lies from what it is made of."""
        return self.source.level - self.level if self.source else 0

    @property
    def family(self) -> str:
        """Which arrow leads to it."""
        return family(self.step.main.op) if self.step else ""


@dataclass(eq=False)
class Join:
    """Where a value from the way down meets the one from the way up."""

    step: Step
    handed: Map
    """What is handed across."""
    straight: bool
    """Whether that is the last of its level on the way down, so that nothing stands in between."""
    around: Map | None = None
    """The map on its way, where a layer takes it."""
    cut: tuple[str, ...] = ()
    """The layers that cut it to size."""
    leftward: bool = False
    """Whether a sum stands left of the map that comes up, since the way leads up from there."""

    @property
    def kind(self) -> str:
        return self.step.main.op.kind


def family(op: Op) -> str:
    """Which arrow stands for an op."""
    if op.kind in ("conv", "dwconv") and op.kernel == (1, 1):  # type: ignore[attr-defined]
        return "point"
    return FAMILIES.get(op.kind, op.kind)


def operation(step: Step) -> str:
    """`conv 3×3`."""
    op = step.main.op
    window = None if getattr(op, "global_", False) else getattr(op, "kernel", None)
    return " ".join([word(op), *([by(window)] if window else [])])


class Path:
    """Follows a network down and up again."""

    def __init__(self, shape: Shape) -> None:
        self.maps = [Map(shape)]
        self.sides = [self.maps[0].side]
        """The first side on each level."""

    def follow(self, chain: Chain, here: Map) -> Map:
        """Put down a chain's maps, from one on; gives the last."""
        for item, after in zip_longest(chain, chain[1:]):
            match item:
                case Step():
                    here = self.put(item, here)
                case Repeat((Step() as step,), times):
                    here = self.put(step, here, times)
                case Split() if item.join.main.op.kind == "unpool":
                    here = self.unpooled(item, here)
                case Split():
                    here = self.joined(item, here, after)
                case _:
                    raise Unlike
        return here

    def put(self, step: Step, source: Map, times: int = 1) -> Map:
        """A map behind another."""
        made = Map(step.shape, source.level, step, source, times)
        if made.side * STEEP <= source.side:
            made.level += 1
            del self.sides[made.level :]
            self.sides.append(made.side)
        elif made.side >= source.side * STEEP:
            made.level = self.above(source.level, made.side / source.side)
        self.maps.append(made)
        return made

    def above(self, level: int, factor: float) -> int:
        """The level that lies so much larger above."""
        if level == 0:
            raise Unlike
        return min(range(level), key=lambda each: abs(log(self.sides[each] / self.sides[level] / factor)))

    def unpooled(self, split: Split, here: Map) -> Map:
        """The map behind an unpooling, which takes the switches of the pooling here."""
        body = [branch for branch in split.branches if branch]
        if len(split.branches) != 2 or len(body) > 1 or here.family != "pool":
            raise Unlike
        made = self.put(split.join, self.follow(body[0] if body else (), here))
        made.join = Join(split.join, here, straight=True)
        return made

    def joined(self, split: Split, here: Map, after: Item | None) -> Map:
        """The map that comes up again, with what is handed to it."""
        if len(split.branches) != 2 or split.join.main.op.kind not in ("concat", "add"):
            raise Unlike
        flat, body = sorted(split.branches, key=deepest)
        end = self.follow(body, here)
        if end.level != here.level or end.rises < 1 or end.join:
            raise Unlike
        below = next(each for each in self.maps if each.source is here)
        end.join = join = Join(split.join, here, below.level > here.level)
        for item in flat:
            if not isinstance(item, Step) or join.around:
                raise Unlike
            if item.main.op.kind in CUTS:
                join.cut += tuple(node.path for node in item.nodes)
            else:
                join.around = Map(item.shape, here.level, item, here)
        join.leftward = join.kind == "add" and (after is None or climbs(after))
        if join.kind == "add" and join.around and not join.leftward:
            raise Unlike
        return end


def deepest(chain: Chain) -> int:
    """How many items a branch has."""
    return sum(1 + sum(map(deepest, item.branches)) if isinstance(item, Split) else 1 for item in chain)


def climbs(item: Item) -> bool:
    """Whether an item makes a map larger."""
    return isinstance(item, Step) and len(item.shape) == 3 and item.shape[1] >= STEEP * item.given[1]


def levels(shape: Shape, chain: Chain) -> list[Map]:
    """All maps of a U in order. Raises Unlike where the network is none."""
    path = Path(shape)
    path.follow(chain, path.maps[0])
    if max(each.level for each in path.maps) < 2 or path.maps[-1].level:
        raise Unlike
    return path.maps
