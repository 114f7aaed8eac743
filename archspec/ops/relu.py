"""Rectified linear unit."""

from typing import ClassVar, Literal

from archspec.op.pointwise import Activation


class Relu(Activation):
    """max(x, 0) (Nair & Hinton 2010)."""

    form: ClassVar[str] = "relu"
    keeps: ClassVar[Literal["input", "output"] | None] = "output"
    kind: Literal["relu"] = "relu"
