"""What layers that change values one at a time share: the shape stays."""

from typing import ClassVar, Literal

from archspec.op import Op, Shape


class Pointwise(Op):
    """Changes each value by itself."""

    def infer(self, shape: Shape) -> Shape:
        return shape


class Activation(Pointwise):
    """A nonlinearity that takes each value by itself."""

    activation: ClassVar[bool] = True
    keeps: ClassVar[Literal["input", "output"] | None] = "input"
