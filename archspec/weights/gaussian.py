"""He et al.'s initialization, drawn so that the same name and seed give the same numbers everywhere."""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from math import fsum, prod, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

from archspec.op import Weight
from archspec.weights import lengths
from archspec.weights.bilinear import interpolation
from archspec.weights.constant import repeat

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

LEVELS = 2**16


class Seeded:
    """A zero-mean Gaussian of variance 2 / `fan_in` for each weight (He et al. 2015, section 2.2).

    A value depends on the seed, on the tensor's name and on its position there, and on nothing else: not on
    the rest of the network, nor on the order in which tensors are asked for, nor on any library's version.
    This is how it is found, and a promise:

    1. A tensor is cut into chunks of 2**20 values. Chunk i of tensor NAME under seed S has its own stream.
    2. The stream is the raw 64-bit output of NumPy's SFC64 bit generator, seeded with the first 16 bytes,
       little endian, of SHA-256("S/NAME/i"). NumPy promises that this output never changes. It does not
       promise so of its normal numbers, which is why they are not used.
    3. Each 64-bit word gives four 16-bit numbers, the lowest bits first; a last word may be used in part.
    4. The number n stands for the normal quantile at (n + 1/2) / 65,536, scaled so that the variance over all
       n is 1, rounded to float32. The largest is 4.3.
    5. That is multiplied by float32(sqrt(2 / fan_in)).

    Tensors that start from a constant (biases, batch normalization) hold it, those that start from bilinear
    interpolation hold that.
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed: int | None = seed

    def describe(self) -> str:
        return "he"

    def chunks(self, name: str, weight: Weight) -> Iterator["NDArray[float32]"]:
        if weight.bilinear:
            return interpolation(weight)
        return self._draw(name, weight) if weight.fill is None else repeat(weight.fill, weight)

    def _draw(self, name: str, weight: Weight) -> Iterator["NDArray[float32]"]:
        import numpy

        scaled = quantiles() * numpy.float32(sqrt(2 / weight.fan_in))
        for index, length in enumerate(lengths(prod(weight.shape))):
            digest = sha256(f"{self.seed}/{name}/{index}".encode()).digest()
            stream = numpy.random.SFC64(int.from_bytes(digest[:16], "little"))
            words = stream.random_raw(-(-length // 4)).astype("<u8", copy=False)
            yield scaled[words.view("<u2")[:length]]


@cache
def quantiles() -> "NDArray[float32]":
    """Normal quantiles at equal steps of probability, of variance 1."""
    import numpy

    normal = NormalDist()
    exact = [normal.inv_cdf((n + 0.5) / LEVELS) for n in range(LEVELS)]
    spread = sqrt(fsum(q * q for q in exact) / LEVELS)
    return numpy.array([q / spread for q in exact], numpy.float32)
