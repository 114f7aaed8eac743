"""Poolings."""

from typing import Any

import numpy

from archspec.backends.onnx.emitter import Emitter, Rules
from archspec.diagnostics import problem
from archspec.op import Sides
from archspec.op.pooling import Pooling
from archspec.ops.adaptiveavgpool import AdaptiveAvgPool
from archspec.ops.avgpool import AvgPool
from archspec.ops.maxpool import MaxPool


def max_pool(op: MaxPool, at: Emitter) -> str:
    if op.global_:
        return at.emit("GlobalMaxPool", [at.x])
    return at.emit("MaxPool", [at.x], **window(op, reached(op, at)), dilations=op.dilation)


def avg_pool(op: AvgPool, at: Emitter) -> str:
    """Where padding counts and what `ceil` adds does not, the padding is put on by a node of its own."""
    if op.global_:
        return at.emit("GlobalAveragePool", [at.x])
    if op.dilation != (1, 1):
        raise problem("E607", f"`{op}` cannot be written in ONNX", "an average with dilation")
    sides = reached(op, at)
    inside = tuple(min(side, pad) for side, pad in zip(sides, op.pad, strict=True))
    if not op.count_pad or inside == sides:
        return at.emit("AveragePool", [at.x], **window(op, sides), count_include_pad=int(op.count_pad))
    channels, height, width = at.shape
    top, bottom, left, right = inside
    shape = (channels, height + top + bottom, width + left + right)
    padded = at.emit("Pad", [at.x, at.constant("pads", (0, 0, top, left, 0, 0, bottom, right))], "pad", shape)
    beyond = tuple(side - pad for side, pad in zip(sides, inside, strict=True))
    return at.emit("AveragePool", [padded], **window(op, beyond), count_include_pad=0)


def reached(op: Pooling, at: Emitter) -> Sides:
    """The padding as far as windows reach, in the op's order; with `ceil`, beyond what the op pads.

    So every window is whole and ONNX's `ceil_mode` is not needed. Before opset 22 its shape rule differs from
    PyTorch's, and runtimes differ on it.
    """
    top, _, left, _ = op.pad
    ends = [
        max((count - 1) * stride + extent - size - before, 0)
        for count, stride, extent, size, before in zip(
            at.node.shape[1:], op.stride, op.extent(), at.shape[1:], (top, left), strict=True
        )
    ]
    return top, ends[0], left, ends[1]


def window(op: Pooling, sides: tuple[int, ...]) -> dict[str, Any]:
    top, bottom, left, right = sides
    return {"kernel_shape": op.kernel, "strides": op.stride, "pads": (top, left, bottom, right)}


def adaptive_avg_pool(op: AdaptiveAvgPool, at: Emitter) -> str:
    """A plain pooling where the sizes divide; else each side is averaged by a matrix."""
    channels, height, width = at.shape
    rows, columns = op.size
    if height % rows == 0 and width % columns == 0:
        kernel = (height // rows, width // columns)
        return at.emit("AveragePool", [at.x], kernel_shape=kernel, strides=kernel)
    down = at.constant("rows", averaging(height, rows))
    across = at.constant("columns", averaging(width, columns).T)
    averaged = at.emit("MatMul", [down, at.x], "averaged_rows", (channels, rows, width))
    return at.emit("MatMul", [averaged, across])


def averaging(size: int, count: int) -> "numpy.typing.NDArray[numpy.float64]":
    """The matrix that averages `size` values into `count`, by the rule that the op states."""
    matrix = numpy.zeros((count, size))
    for i in range(count):
        start, stop = i * size // count, -(-(i + 1) * size // count)
        matrix[i, start:stop] = 1 / (stop - start)
    return matrix


RULES: Rules = {AdaptiveAvgPool: adaptive_avg_pool, AvgPool: avg_pool, MaxPool: max_pool}
