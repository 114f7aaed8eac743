"""A convolution as a matrix, and its transpose: what a transposed convolution is the transpose of."""

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from archspec.diagnostics import problem
from archspec.graph import Graph
from archspec.op import Shape, Weight
from archspec.op.convolution import Convolution
from archspec.op.window import size
from archspec.ops.upconv import UpConv

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

LARGEST = 4096
"""Numbers of a matrix, or of a kernel, that are printed at most: a map of 8x8 to one as large."""
KERNELS = ("ones", "taps", "bilinear")
"""What the weights are: 1 everywhere, their own numbers from 1 on, or bilinear interpolation."""


def matrices(graph: Graph, kernel: str) -> str:
    """Both matrices of a network of one layer, as text; the bias is left out.

    Raises Problem E602 for a layer that is no convolution, a matrix too large to read, or interpolation between
    other channels.
    """
    (node,), shape = graph.nodes, graph.input.shape
    op, small, big = node.op, node.shape, shape
    if not isinstance(op, Convolution):
        raise problem("E602", f"`{op}` has no such matrix", help="convolutions have one, and transposed convolutions")
    if isinstance(op, UpConv):
        small, big = big, small
    weight = op.weights(shape)["weight"]
    numbers = max(prod(small) * prod(big), prod(weight.shape))
    if numbers > LARGEST:
        found = f"{numbers:,} numbers, {LARGEST:,} are printed at most"
        raise problem("E602", f"the matrix of `{op}` is too large to read", found, "a smaller `--input`")
    if kernel == "bilinear" and small[0] != big[0]:
        raise problem("E602", "bilinear interpolation keeps the channels", f"in: {shape[0]}, out: {node.shape[0]}")
    forward = matrix(op, big, small, values(kernel, weight))
    return "\n".join(
        [
            f"convolution, {size(big)} -> {size(small)}: {prod(small)} x {prod(big)}",
            *lines(forward),
            f"transposed convolution, {size(small)} -> {size(big)}: {prod(big)} x {prod(small)}",
            *lines(forward.T),
        ]
    )


def matrix(op: Convolution, big: Shape, small: Shape, kernel: "NDArray[float32]") -> "NDArray[float32]":
    """A row for each value of the small map, a column for each of the big one, in order: channels, rows, columns.

    A kernel has the same layout either way: the small map's channels, a group's of the big one, height, width.
    """
    import numpy

    found = numpy.zeros((*small, *big), numpy.float32)
    share = kernel.shape[1]
    groups = big[0] // share
    for channel, *place in product(*map(range, small)):
        first = channel * groups // small[0] * share
        for row, column, down, right in reached(op, big, place):
            taps = kernel[channel, :, down, right]
            found[channel, place[0], place[1], first : first + share, row, column] += taps
    return found.reshape(prod(small), prod(big))


def reached(op: Convolution, big: Shape, place: Sequence[int]) -> Iterator[tuple[int, int, int, int]]:
    """The positions of the big map that the window lies on, at one place of the small one, each with its tap."""
    top, _, left, _ = op.pad
    for down, right in product(*map(range, op.kernel)):
        row = place[0] * op.stride[0] - top + down * op.dilation[0]
        column = place[1] * op.stride[1] - left + right * op.dilation[1]
        if 0 <= row < big[1] and 0 <= column < big[2]:
            yield row, column, down, right


def values(kernel: str, weight: Weight) -> "NDArray[float32]":
    """The weights that are asked for."""
    import numpy

    from archspec.weights.bilinear import interpolation

    match kernel:
        case "ones":
            return numpy.ones(weight.shape, numpy.float32)
        case "taps":
            return numpy.arange(1, prod(weight.shape) + 1, dtype=numpy.float32).reshape(weight.shape)
    found = numpy.empty(prod(weight.shape), numpy.float32)
    interpolation(weight, 0, found)
    return found.reshape(weight.shape)


def lines(matrix: "NDArray[float32]") -> list[str]:
    """The rows, in columns as wide as the widest number."""
    cells = [[f"{number:g}" for number in row] for row in matrix.tolist()]
    width = max(len(cell) for row in cells for cell in row)
    return ["  " + " ".join(cell.rjust(width) for cell in row) for row in cells]
