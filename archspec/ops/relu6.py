"""Rectified linear unit, capped."""

from typing import ClassVar, Literal

from archspec.op.pointwise import Activation


class Relu6(Activation):
    """min(max(x, 0), 6) (Sandler et al. 2018)."""

    form: ClassVar[str] = "relu6"
    kind: Literal["relu6"] = "relu6"
