"""Exponential linear unit."""

from typing import Annotated, ClassVar, Literal

from archspec.op.fields import Within
from archspec.op.pointwise import Activation


class Elu(Activation):
    """x where positive, alpha * (exp(x) - 1) where negative (Clevert et al. 2016)."""

    form: ClassVar[str] = "elu({alpha})"
    kind: Literal["elu"] = "elu"
    alpha: Annotated[float, Within(gt=0)] = 1.0
    """Height of the floor."""
