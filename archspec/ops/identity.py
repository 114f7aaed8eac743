"""Identity."""

from typing import ClassVar, Literal

from archspec.op.pointwise import Pointwise


class Identity(Pointwise):
    """The branch that changes nothing."""

    form: ClassVar[str] = "identity"
    view: ClassVar[bool] = True
    kind: Literal["identity"] = "identity"
