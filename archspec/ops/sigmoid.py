"""Logistic sigmoid."""

from typing import ClassVar, Literal

from archspec.op.pointwise import Activation


class Sigmoid(Activation):
    """1 / (1 + exp(-x))."""

    form: ClassVar[str] = "sigmoid"
    keeps: ClassVar[Literal["input", "output"] | None] = "output"
    kind: Literal["sigmoid"] = "sigmoid"
