"""Sigmoid linear unit."""

from typing import ClassVar, Literal

from archspec.op.pointwise import Activation


class Silu(Activation):
    """x * sigmoid(x), also called swish (Ramachandran et al. 2017)."""

    form: ClassVar[str] = "silu"
    aliases: ClassVar[tuple[str, ...]] = ("swish",)
    kind: Literal["silu"] = "silu"
