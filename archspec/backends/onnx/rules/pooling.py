"""Poolings."""

from math import inf
from typing import Any

import numpy
import onnx

from archspec.backends.onnx.emitter import Emitter, Rules
from archspec.backends.onnx.rules.layout import surround
from archspec.diagnostics import problem
from archspec.op import Shape, Sides
from archspec.op.pooling import Pooling
from archspec.ops.adaptiveavgpool import AdaptiveAvgPool
from archspec.ops.avgpool import AvgPool
from archspec.ops.maxpool import MaxPool
from archspec.ops.unpool import Unpool


def max_pool(op: MaxPool, at: Emitter) -> str:
    """With the places of the maxima as a second value, where an unpooling takes them."""
    x, sides = at.x, reached(op, at.shape, at.node.shape)
    widened = op.dilation != (1, 1) and any(sides)  # runtimes refuse more padding than the window has taps
    undone = at.node.path in at.graph.switches
    if undone and (op.global_ or widened):
        why = "it is global" if op.global_ else "its window is dilated and reaches beyond the map"
        raise problem("E607", f"ONNX cannot undo `{op}`", f"{why}: {at.node.path}")
    if op.global_:
        return at.emit("GlobalMaxPool", [x])
    if widened:
        x, sides = surround(at, sides, value=-inf, what="padded"), (0, 0, 0, 0)
    pooled = at.emit("MaxPool", [x], **window(op, sides), dilations=op.dilation)
    if undone:
        at.tell("switches")
    return pooled


def max_unpool(op: Unpool, at: Emitter) -> str:
    """The size is that of the map that was pooled, said where windows leave rows or columns of it over."""
    value, pooled, whole = at.inputs
    pool = at.graph.by_path[at.node.inputs[1]].op
    assert isinstance(pool, MaxPool)
    sides = reached(pool, at.node.shape, at.shape)
    taken = [value, f"{pooled}.switches"]
    if spread(pool, at.shape, sides) != at.node.shape[1:]:
        taken.append(at.emit("Shape", [whole], "size", (4,), batched=False, type=onnx.TensorProto.INT64))
    return at.emit("MaxUnpool", taken, **window(pool, sides) | {"kernel_shape": pool.extent()})


def spread(pool: MaxPool, pooled: Shape, sides: Sides) -> tuple[int, ...]:
    """The size that the windows of a pooling reach, which an unpooling has unless it is told another."""
    padded = sides[0] + sides[1], sides[2] + sides[3]
    each = zip(pooled[1:], pool.stride, pool.extent(), padded, strict=True)
    return tuple((count - 1) * stride + extent - pads for count, stride, extent, pads in each)


def avg_pool(op: AvgPool, at: Emitter) -> str:
    """ONNX's own, where it can: it cannot count padding that is written and not the rows that `ceil` adds."""
    if op.global_:
        return at.emit("GlobalAveragePool", [at.x])
    sides = reached(op, at.shape, at.node.shape)
    beyond = sides[1] > op.pad[1] or sides[3] > op.pad[3]
    if op.dilation != (1, 1) or (op.count_pad and beyond):
        return mean(op, at, sides)
    return at.emit("AveragePool", [at.x], **window(op, sides), count_include_pad=int(op.count_pad))


def mean(op: AvgPool, at: Emitter, sides: Sides) -> str:
    """The mean as sums, by a convolution of ones, times one over how many values each sums."""
    channels, height, width = at.shape
    ones = at.constant("ones", numpy.ones((channels, 1, *op.kernel)))
    sums = at.emit("Conv", [at.x, ones], "sums", **window(op, sides), dilations=op.dilation, group=channels)
    rows = counted(op, 0, height, op.pad[:2], at.node.shape[1])
    columns = counted(op, 1, width, op.pad[2:], at.node.shape[2])
    return at.emit("Mul", [sums, at.constant("shares", 1 / numpy.outer(rows, columns))])


def counted(op: AvgPool, axis: int, size: int, pads: tuple[int, int], positions: int) -> list[int]:
    """How many rows (axis 0) or columns (1) the mean at each position of the window is over."""
    before, after = pads
    inside = range(-before, size + after) if op.count_pad else range(size)
    stride, step, taps = op.stride[axis], op.dilation[axis], op.kernel[axis]
    return [sum(at * stride - before + tap * step in inside for tap in range(taps)) for at in range(positions)]


def reached(op: Pooling, whole: Shape, pooled: Shape) -> Sides:
    """The padding as far as windows reach, in the op's order; with `ceil`, beyond what the op pads.

    So every window is whole and ONNX's `ceil_mode` is not needed. Before opset 22 its shape rule differs from
    PyTorch's, and runtimes differ on it.
    """
    top, _, left, _ = op.pad
    ends = [
        max((count - 1) * stride + extent - size - before, 0)
        for count, stride, extent, size, before in zip(
            pooled[1:], op.stride, op.extent(), whole[1:], (top, left), strict=True
        )
    ]
    return top, ends[0], left, ends[1]


def window(op: Pooling, sides: Sides) -> dict[str, Any]:
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


RULES: Rules = {AdaptiveAvgPool: adaptive_avg_pool, AvgPool: avg_pool, MaxPool: max_pool, Unpool: max_unpool}
