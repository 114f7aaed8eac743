"""Hard swish."""

from typing import ClassVar, Literal

from archspec.op.pointwise import Activation


class HardSwish(Activation):
    """x * min(max(x + 3, 0), 6) / 6 (Howard et al. 2019)."""

    form: ClassVar[str] = "hardswish"
    aliases: ClassVar[tuple[str, ...]] = ("hard-swish",)
    kind: Literal["hardswish"] = "hardswish"
