"""He et al.'s initialization, drawn so that the same name and seed give the same numbers everywhere."""

from functools import cache
from hashlib import sha256
from math import fsum, sqrt
from typing import TYPE_CHECKING

from archspec.op import Weight
from archspec.weights import CHUNK
from archspec.weights.bilinear import interpolation

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

LEVELS = 2**16
BLOCK = 2**18
"""Values that are looked up at a time: few enough for a processor's caches, and so many that threads seldom change."""


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

    def fill(self, name: str, weight: Weight, start: int, out: "NDArray[float32]") -> str | None:
        if weight.bilinear:
            interpolation(weight, start, out)
        elif weight.fill is None:
            stream = f"{self.seed}/{name}/{start // CHUNK}"
            self._draw(stream, sqrt(2 / weight.fan_in), out)
            return f"{stream}: {out.size} of fan-in {weight.fan_in}"
        else:
            out.fill(weight.fill)
        return None

    def _draw(self, stream: str, deviation: float, out: "NDArray[float32]") -> None:
        import numpy

        key = int.from_bytes(sha256(stream.encode()).digest()[:16], "little")
        source, scaled = numpy.random.SFC64(key), quantiles() * numpy.float32(deviation)
        for start in range(0, out.size, BLOCK):
            block = out[start : start + BLOCK]
            words = source.random_raw(-(-block.size // 4)).astype("<u8", copy=False)
            scaled.take(words.view("<u2")[: block.size], mode="wrap", out=block)  # none is beyond: the fastest mode


@cache
def quantiles() -> "NDArray[float32]":
    """Normal quantiles at equal steps of probability, of variance 1."""
    from statistics import NormalDist  # slow to import, and constants need none of it

    import numpy

    normal = NormalDist()
    lower = [normal.inv_cdf((n + 0.5) / LEVELS) for n in range(LEVELS // 2)]  # the upper half is its mirror image
    spread = sqrt(2 * fsum(q * q for q in lower) / LEVELS)
    half = (numpy.array(lower) / spread).astype(numpy.float32)
    return numpy.concatenate((half, -half[::-1]))
