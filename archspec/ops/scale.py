"""Multiplication by a constant."""

from typing import ClassVar, Literal

from archspec.op.pointwise import Pointwise


class Scale(Pointwise):
    """Multiplies every value by a constant that is not learned (FCN-8s at once: Shelhamer et al. 2017)."""

    form: ClassVar[str] = "scale({factor})"
    kind: Literal["scale"] = "scale"
    factor: float
    """What every value is multiplied by."""
