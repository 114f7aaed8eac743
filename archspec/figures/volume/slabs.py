"""What is drawn as a slab, and what leads from slab to slab."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from archspec.figures.labels import by, word
from archspec.figures.steps import Step
from archspec.figures.tree import Chain, Knotted, Repeat, Split
from archspec.op import Shape


@dataclass
class Group:
    """Maps of one size from equal operations, which stand side by side."""

    shape: Shape
    """Of the first."""
    steps: list[Step] = field(default_factory=list)
    """One for each slab; none for the image."""
    before: list[Step] = field(default_factory=list)
    """What leads to the first, besides its own operation."""

    @property
    def channels(self) -> list[int]:
        """Of each slab."""
        return [step.shape[0] for step in self.steps] or [self.shape[0]]

    @property
    def side(self) -> int:
        """The height of its maps."""
        return side(self.shape)

    @property
    def words(self) -> list[str]:
        """What stands below: the channels, and what is special."""
        runs = [(channels, len(list(run))) for channels, run in groupby(self.channels)]
        texts = [f"{channels} ×{times}" if times > 1 else str(channels) for channels, times in runs]
        return [", ".join(texts), *(special(self.steps[0]) if self.steps else ())]

    @property
    def called(self) -> str:
        """The operation."""
        return called(self.steps[0]) if self.steps else "image" if len(self.shape) == 3 else "input"


def side(shape: Shape) -> int:
    """The height of a map; 1 for a vector."""
    return shape[1] if len(shape) == 3 else 1


def called(step: Step) -> str:
    """`3×3 conv`."""
    op = step.main.op
    window = getattr(op, "kernel", None)
    return " ".join([*([by(window)] if window and op.weight_layer else []), word(op)])


def special(step: Step) -> Iterator[str]:
    """What else papers say of a layer: window, stride and groups."""
    op = step.main.op
    stride = getattr(op, "stride", (1, 1))
    if op.weight_layer:
        if stride != (1, 1):
            yield f"stride {stride[0]}" if stride[0] == stride[1] else f"stride {by(stride)}"
        if getattr(op, "groups", 1) > 1:
            yield f"{op.groups} groups"  # type: ignore[attr-defined]
    elif (window := getattr(op, "kernel", None)) and not getattr(op, "global_", False):
        yield ", ".join([by(window), *([f"/{stride[0]}"] if stride[0] > 1 and op.kind != "unpool" else [])])


def flat(chain: Chain) -> Iterator[Step]:
    """The steps of a network that goes one way, but for the switches of its poolings. Raises Knotted."""
    for item in chain:
        match item:
            case Step():
                yield item
            case Repeat(body, times):
                for _ in range(times):
                    yield from flat(body)
            case Split(branches, join) if join.main.op.kind == "unpool" and len(branches) == 2 and not all(branches):
                yield from flat(branches[0] or branches[1])
                yield join
            case _:
                raise Knotted


def groups(image: Shape, chain: Chain) -> list[Group]:
    """The slabs of a network: one for each layer with weights, and for a map that no such layer takes as it is."""
    found = [Group(image)]
    waiting: list[Step] = []
    steps = list(flat(chain))
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        kept = side(step.shape) in (side(step.given), side(after.shape) if after else 0)
        if kept and after and not step.main.op.weight_layer:
            waiting.append(step)
            continue
        if waiting or not alike(found[-1], step):
            found.append(Group(step.shape, [], waiting))
        found[-1].steps.append(step)
        waiting = []
    return found


def alike(group: Group, step: Step) -> bool:
    """Whether a layer's map stands side by side with a group: one of its size, or an equal vector."""
    same = len(step.shape) == 3 or step.shape == group.shape
    return bool(group.steps) and same and group.side == side(step.shape) and told(group.steps[-1]) == told(step)


def told(step: Step) -> tuple[str, ...]:
    """What words say of a layer."""
    return called(step), *special(step)
