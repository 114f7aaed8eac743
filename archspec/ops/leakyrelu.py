"""Leaky rectified linear unit."""

from typing import ClassVar, Literal

from archspec.op.pointwise import Activation


class LeakyRelu(Activation):
    """x where positive, slope * x where negative (Maas et al. 2013)."""

    form: ClassVar[str] = "leakyrelu({slope})"
    aliases: ClassVar[tuple[str, ...]] = (
        "leaky",
        "leaky-relu",
    )
    kind: Literal["leakyrelu"] = "leakyrelu"
    slope: float = 0.01
    """Slope of the negative side."""
