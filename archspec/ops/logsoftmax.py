"""Logarithm of the softmax."""

from typing import ClassVar, Literal

from archspec.op.pointwise import Pointwise


class LogSoftmax(Pointwise):
    """Logarithm of the softmax over channels, or over the values of a vector."""

    form: ClassVar[str] = "logsoftmax"
    aliases: ClassVar[tuple[str, ...]] = (
        "log-softmax",
        "log-soft-max",
    )
    keeps: ClassVar[Literal["input", "output"] | None] = "output"
    kind: Literal["logsoftmax"] = "logsoftmax"
