"""Rules of the layers that hold weights and sum."""

from collections.abc import Mapping
from math import prod

from archspec.backends.torch.rules.call import Layer, Rule, call, surroundings
from archspec.op import Shape
from archspec.op.convolution import Convolution
from archspec.ops.fc import FullyConnected
from archspec.ops.upconv import UpConv


def convolution(op: Convolution, shape: Shape) -> Layer:
    """`padding` where both ends of each axis have the same; else the map is padded before."""
    outputs, groups = op.widths(shape)
    common, rest = shared(op.pad)
    padding, before = ((0, 0), surroundings("ZeroPad2d", op.pad)) if any(rest) else (common, ())
    layer = call(
        "Conv2d",
        shape[0],
        outputs,
        op.kernel,
        stride=op.stride,
        padding=padding,
        dilation=op.dilation,
        groups=groups,
        bias=op.bias,
    )
    return Layer(layer, before)


def transposed(op: UpConv, shape: Shape) -> Layer:
    """PyTorch takes the same off both ends; what is more at one end is cropped afterwards."""
    outputs, groups = op.widths(shape)
    common, rest = shared(op.pad)
    layer = call(
        "ConvTranspose2d",
        shape[0],
        outputs,
        op.kernel,
        stride=op.stride,
        padding=common,
        output_padding=op.output_pad,
        groups=groups,
        bias=op.bias,
        dilation=op.dilation,
    )
    return Layer(layer, after=surroundings("Crop", rest))


def linear(op: FullyConnected, shape: Shape) -> Layer:
    """A map is flattened first."""
    flat = (call("Flatten"),) if len(shape) > 1 else ()
    return Layer(call("Linear", prod(shape), op.features, bias=op.bias), flat)


def shared(pad: tuple[int, int, int, int]) -> tuple[tuple[int, int], tuple[int, int, int, int]]:
    """A padding as what both ends of each axis have, height and width, and what is more on one side."""
    top, bottom, left, right = pad
    rows, columns = min(top, bottom), min(left, right)
    return (rows, columns), (top - rows, bottom - rows, left - columns, right - columns)


RULES: Mapping[str, Rule] = {"conv": convolution, "dwconv": convolution, "upconv": transposed, "fc": linear}
