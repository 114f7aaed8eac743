"""Parametric rectified linear unit."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from archspec.op import Shape, Weight
from archspec.op.pointwise import Activation


class PRelu(Activation):
    """x where positive, a learned slope * x where negative, one slope for each channel (He et al. 2015)."""

    form: ClassVar[str] = "prelu"
    kind: Literal["prelu"] = "prelu"
    shared: bool = False
    """Whether all channels share one slope."""

    def weights(self, shape: Shape) -> Mapping[str, Weight]:
        """The slopes, 0.25 to begin with (He et al. 2015, section 2.1)."""
        return {"weight": Weight((1 if self.shared else shape[0],), fill=0.25)}
