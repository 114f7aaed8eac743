"""Convolutions and fully connected layers. PyTorch's layout of the weights is ONNX's too."""

from math import prod
from typing import Any

from archspec.backends.onnx.emitter import Emitter, Rules
from archspec.backends.onnx.rules.layout import surround
from archspec.op.convolution import Convolution
from archspec.ops.conv import Conv
from archspec.ops.dwconv import DepthwiseConv
from archspec.ops.fc import FullyConnected
from archspec.ops.upconv import UpConv


def conv(op: Conv | DepthwiseConv, at: Emitter) -> str:
    return at.emit("Conv", [at.x, *at.weights()], **sliding(op, at))


def upconv(op: UpConv, at: Emitter) -> str:
    """A row of zeros after the map puts `stride` rows after the output: runtimes add only fewer than that."""
    x = at.x
    (tall, wide), (rows, columns) = op.output_pad, op.stride
    if tall >= rows or wide >= columns:
        x = surround(at, (0, tall // rows, 0, wide // columns), what="padded")
    rest = (tall % rows, wide % columns)
    return at.emit("ConvTranspose", [x, *at.weights()], **sliding(op, at), output_padding=rest)


def sliding(op: Convolution, at: Emitter) -> dict[str, Any]:
    """The attributes that all convolutions have; ONNX pads both beginnings first, then both ends."""
    top, bottom, left, right = op.pad
    return {
        "kernel_shape": op.kernel,
        "strides": op.stride,
        "pads": (top, left, bottom, right),
        "dilations": op.dilation,
        "group": op.widths(at.shape)[1],
    }


def fully_connected(op: FullyConnected, at: Emitter) -> str:
    x = at.x
    if len(at.shape) == 3:
        x = at.emit("Flatten", [x], "flatten", (prod(at.shape),), axis=1)
    return at.emit("Gemm", [x, *at.weights()], transB=1)


RULES: Rules = {Conv: conv, DepthwiseConv: conv, FullyConnected: fully_connected, UpConv: upconv}
