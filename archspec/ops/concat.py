"""Concatenation."""

from typing import ClassVar, Literal

from archspec.op import Op, Shape
from archspec.op.joining import different


class Concat(Op):
    """Joins values along their channels, in the order they are written."""

    form: ClassVar[str] = "concat"
    aliases: ClassVar[tuple[str, ...]] = ("cat",)
    arity: ClassVar[int | None] = None
    kind: Literal["concat"] = "concat"

    def infer(self, *shapes: Shape) -> Shape:
        if any(len(shape) != len(shapes[0]) or shape[1:] != shapes[0][1:] for shape in shapes):
            raise different("E204", "cannot concatenate maps of different sizes", shapes)
        return (sum(shape[0] for shape in shapes), *shapes[0][1:])
