"""Hyperbolic tangent."""

from typing import ClassVar, Literal

from archspec.op.pointwise import Activation


class Tanh(Activation):
    """Hyperbolic tangent."""

    form: ClassVar[str] = "tanh"
    keeps: ClassVar[Literal["input", "output"] | None] = "output"
    kind: Literal["tanh"] = "tanh"
