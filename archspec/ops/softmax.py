"""Softmax."""

from typing import ClassVar, Literal

from archspec.op.pointwise import Pointwise


class Softmax(Pointwise):
    """Softmax over channels, or over the values of a vector."""

    form: ClassVar[str] = "softmax"
    aliases: ClassVar[tuple[str, ...]] = ("soft-max",)
    keeps: ClassVar[Literal["input", "output"] | None] = "output"
    kind: Literal["softmax"] = "softmax"
