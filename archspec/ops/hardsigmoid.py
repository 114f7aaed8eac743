"""Hard sigmoid."""

from typing import ClassVar, Literal

from archspec.op.pointwise import Activation


class HardSigmoid(Activation):
    """min(max(x + 3, 0), 6) / 6 (Howard et al. 2019): slope 1/6, as in PyTorch."""

    form: ClassVar[str] = "hardsigmoid"
    aliases: ClassVar[tuple[str, ...]] = ("hard-sigmoid",)
    kind: Literal["hardsigmoid"] = "hardsigmoid"
