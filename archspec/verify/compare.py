"""How much two values differ."""

from math import inf, isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


def differences(expected: "NDArray[float32]", found: "NDArray[float32]") -> tuple[float, float]:
    """The largest number expected, and the largest difference as a part of it.

    Values of other shapes, or that are no numbers, differ without bound.
    """
    if expected.shape != found.shape:
        return inf, inf
    largest, most = float(abs(expected).max()), float(abs(expected - found).max())
    if most == 0 and isfinite(largest):
        return largest, 0.0
    return largest, most / largest if largest > 0 and isfinite(most) else inf
