"""Addition."""

from typing import ClassVar, Literal

from archspec.op import Mismatch, Op, Shape
from archspec.op.window import show


class Add(Op):
    """The sum of values of one shape."""

    form: ClassVar[str] = "add"
    arity: ClassVar[int | None] = None
    kind: Literal["add"] = "add"

    def infer(self, *shapes: Shape) -> Shape:
        first = shapes[0]
        for other in shapes[1:]:
            if other != first:
                raise Mismatch("E203", "cannot add values of different shapes", f"{show(first)} and {show(other)}")
        return first
