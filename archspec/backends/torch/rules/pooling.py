"""Rules of the poolings."""

from collections.abc import Mapping

from archspec.backends.torch.rules.call import Call, Layer, Rule, call, outward, surroundings
from archspec.backends.torch.rules.convolution import shared
from archspec.op import Shape
from archspec.op.pooling import Pooling
from archspec.ops.adaptiveavgpool import AdaptiveAvgPool
from archspec.ops.avgpool import AvgPool
from archspec.ops.maxpool import MaxPool


def maximum(op: MaxPool, shape: Shape) -> Layer:
    """Padding that PyTorch's pooling does not take is put around the map before, as minus infinity.

    A window of one value, as on the shortcuts of residual networks, is written as a slice, which computes nothing.
    """
    if op.global_:
        return Layer(call("AdaptiveMaxPool2d", 1))
    if op.subsamples:
        return Layer(call("Subsample", op.stride))
    if native(op):
        return Layer(windows(op))
    around = surroundings("ConstantPad2d", reach(op, shape), float("-inf"))
    return Layer(call("MaxPool2d", op.kernel, op.stride, dilation=op.dilation), around)


def windows(op: MaxPool) -> Call:
    """PyTorch's max-pooling, where it does what is asked."""
    padding = shared(op.pad)[0]
    return call("MaxPool2d", op.kernel, op.stride, padding=padding, dilation=op.dilation, ceil_mode=op.ceil)


def average(op: AvgPool, shape: Shape) -> Layer:
    """PyTorch's pooling where it does what is asked, else the mean over windows written out."""
    if op.global_:
        return Layer(call("AdaptiveAvgPool2d", 1))
    if native(op) and op.dilation == (1, 1):
        window = call(
            "AvgPool2d",
            op.kernel,
            op.stride,
            padding=shared(op.pad)[0],
            ceil_mode=op.ceil,
            count_include_pad=op.count_pad,
        )
        return Layer(window)
    counted = outward(op.pad) if op.count_pad else (0, 0, 0, 0)
    reached = outward(reach(op, shape))
    return Layer(Call("WindowMean", (op.kernel, op.stride, op.dilation, reached, counted)))


def native(op: Pooling) -> bool:
    """Whether PyTorch's pooling takes this padding: equal at both ends, half the window at most."""
    (rows, columns), rest = shared(op.pad)
    return not any(rest) and 2 * rows <= op.kernel[0] and 2 * columns <= op.kernel[1]


def reach(op: Pooling, shape: Shape) -> tuple[int, int, int, int]:
    """The padding up to the end of the last window: without it, `ceil` needs no rule of its own."""
    top, _, left, _ = op.pad
    (_, height, width), (_, rows, columns) = shape, op.infer(shape)
    tall, wide = op.extent()
    bottom = (rows - 1) * op.stride[0] + tall - height - top
    right = (columns - 1) * op.stride[1] + wide - width - left
    return top, max(bottom, 0), left, max(right, 0)


def adaptive(op: AdaptiveAvgPool, shape: Shape) -> Layer:
    return Layer(call("AdaptiveAvgPool2d", op.size))


RULES: Mapping[str, Rule] = {"avgpool": average, "adaptiveavgpool": adaptive}
