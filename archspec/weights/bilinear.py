"""Bilinear interpolation as the weights of a transposed convolution (Long et al. 2015, section 4.3)."""

from typing import TYPE_CHECKING

from archspec.op import Weight

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


def interpolation(weight: Weight, start: int, out: "NDArray[float32]") -> None:
    """A tent over each channel's own pair (input, output), zero over every other pair; from number `start` on.

    The shape is that of a transposed convolution: inputs, outputs of a group, height, width.
    """
    import numpy

    _, width, rows, columns = weight.shape
    kernel = numpy.outer(tent(rows), tent(columns)).astype(numpy.float32).ravel()
    pair, tap = numpy.divmod(numpy.arange(start, start + out.size), kernel.size)
    channel, other = numpy.divmod(pair, width)
    out[:] = numpy.where(channel % width == other, kernel[tap], numpy.float32(0))


def tent(size: int) -> list[float]:
    """The kernel along one side: it falls linearly from the middle, and would be 0 one step of the finer map further.

    Half of the size, rounded up, is the factor that it interpolates for. The middle of an even kernel lies
    between two taps. An older filler of Caffe's puts it elsewhere for sizes of 2 or 3 more than a multiple of 4.
    """
    factor, middle = (size + 1) // 2, (size - 1) / 2
    return [1 - abs(tap - middle) / factor for tap in range(size)]
