"""Dropout."""

from collections.abc import Sequence
from math import prod
from typing import Annotated, ClassVar, Literal

from archspec.op import Saved, Shape
from archspec.op.fields import Within
from archspec.op.pointwise import Pointwise


class Dropout(Pointwise):
    """Sets values to zero with probability p, while training only (Srivastava et al. 2014)."""

    form: ClassVar[str] = "dropout({p})"
    training_only: ClassVar[bool] = True
    kind: Literal["dropout"] = "dropout"
    p: Annotated[float, Within(ge=0, lt=1)] = 0.5
    """Probability of dropping a value."""

    def saved(self, shape: Shape) -> Sequence[Saved]:
        """Which values stay."""
        return [Saved(prod(shape), width=1)]
