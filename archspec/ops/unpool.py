"""Unpooling."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from archspec.op import Mismatch, Op, Shape
from archspec.op.grid import Axis, Grid
from archspec.op.window import as_map, size


class Unpool(Op):
    """Undoes the max-pooling that a label names: `unpool(pool1)` puts each value where that maximum was.

    All else is 0 (Zeiler & Fergus 2014; Noh et al. 2015). The map gets the size that was pooled, also an odd one.
    Where windows overlap, two values may belong to one place: the later one stands there (in PyTorch on a
    GPU, any).
    """

    form: ClassVar[str] = "unpool(LABEL)"
    arity: ClassVar[int | None] = 3
    sizing: ClassVar[int] = 1
    kind: Literal["unpool"] = "unpool"

    def infer(self, shape: Shape, pooled: Shape, whole: Shape) -> Shape:
        """The value, what the max-pooling gave, and what it was given."""
        as_map(shape, self)
        if shape != pooled:
            help = "between a max-pooling and its unpooling, sizes and channels come back to what they were"
            found = f"{size(shape)}, and the max-pooling gave {size(pooled)}"
            raise Mismatch("E203", "cannot unpool a map of another shape than was pooled", found, help)
        return as_map(whole, self)

    def place(self, grids: Sequence[Grid | None], shapes: Sequence[Shape]) -> Grid | None:
        """The pooling's places, undone."""
        value, pooled, whole = grids
        if value is None or pooled is None or whole is None:
            return None
        return Grid(*(undone(*axes) for axes in zip(value, pooled, whole, strict=True)))


def undone(value: Axis, pooled: Axis, whole: Axis) -> Axis:
    """Where `whole` lies on `value`, as it lies on `pooled`."""
    return value.step(whole.jump / pooled.jump, (whole.start - pooled.start) / pooled.jump)
