"""Weights that are constants."""

from typing import TYPE_CHECKING

from archspec.op import Weight
from archspec.weights.bilinear import interpolation

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


class Zeros:
    """Every parameter zero, for files that only show a structure.

    Running statistics keep the values that they start from (variance 1), so that every output stays finite, and
    bilinear interpolation stays what it is: it is not learned from anything.
    """

    seed: int | None = None

    def describe(self) -> str:
        return "zeros"

    def fill(self, name: str, weight: Weight, start: int, out: "NDArray[float32]") -> None:
        if weight.bilinear:
            interpolation(weight, start, out)
        else:
            out.fill(weight.fill if weight.buffer and weight.fill else 0.0)
