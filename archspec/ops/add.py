"""Addition."""

from typing import ClassVar, Literal

from archspec.op import Op, Shape
from archspec.op.joining import different


class Add(Op):
    """The sum of values of one shape."""

    form: ClassVar[str] = "add"
    arity: ClassVar[int | None] = None
    kind: Literal["add"] = "add"

    def infer(self, *shapes: Shape) -> Shape:
        if any(shape != shapes[0] for shape in shapes):
            raise different("E203", "cannot add values of different shapes", shapes)
        return shapes[0]
