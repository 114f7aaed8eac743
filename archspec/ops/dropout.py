"""Dropout."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from archspec.op.pointwise import Pointwise


class Dropout(Pointwise):
    """Sets values to zero with probability p, while training only (Srivastava et al. 2014)."""

    form: ClassVar[str] = "dropout({p})"
    kind: Literal["dropout"] = "dropout"
    p: Annotated[float, Field(ge=0, lt=1)] = 0.5
    """Probability of dropping a value."""
