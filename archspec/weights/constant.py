"""Weights that are constants."""

from collections.abc import Iterator
from math import prod
from typing import TYPE_CHECKING

from archspec.op import Weight
from archspec.weights import lengths
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

    def chunks(self, name: str, weight: Weight) -> Iterator["NDArray[float32]"]:
        if weight.bilinear:
            return interpolation(weight)
        return repeat(weight.fill if weight.buffer and weight.fill else 0.0, weight)


def repeat(value: float, weight: Weight) -> Iterator["NDArray[float32]"]:
    """One value, everywhere in a tensor."""
    import numpy

    for length in lengths(prod(weight.shape)):
        yield numpy.full(length, value, numpy.float32)
