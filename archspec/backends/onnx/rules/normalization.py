"""Normalizations."""

from typing import Any

import numpy

from archspec.backends.onnx.emitter import Emitter, Rules
from archspec.op import Shape
from archspec.ops.bn import BatchNorm
from archspec.ops.lrn import LocalResponseNorm


def batch_norm(op: BatchNorm, at: Emitter) -> str:
    """With the running statistics; ONNX's momentum is the share that they keep.

    In training with the batch's own, and the running ones, brought forward, are further outputs. ONNX brings the
    variance forward by the batch's mean square, where PyTorch divides by one less than their number.
    """
    fields: dict[str, Any] = {"epsilon": op.eps, "momentum": 1.0 - op.momentum}
    if not at.training:
        return at.emit("BatchNormalization", [at.x, *at.weights()], **fields)
    value = at.emit("BatchNormalization", [at.x, *at.weights()], training_mode=1, **fields)
    for statistic in ("running_mean", "running_var"):
        at.also(f"new_{statistic}", at.shape[:1])
    return value


def local_response_norm(op: LocalResponseNorm, at: Emitter) -> str:
    """ONNX's own LRN is not used: onnxruntime refuses even sizes, and takes four to nine times as long for odd ones."""
    squares = at.emit("Mul", [at.x, at.x], "squares")
    return at.emit("Div", [at.x, power(at, sums(op, at, squares), op.beta)])


def sums(op: LocalResponseNorm, at: Emitter, squares: str) -> str:
    """k and alpha times the sum over neighbouring channels: a convolution, with channels as the depth of a volume.

    Of an even number of neighbours the odd one stands before, as in PyTorch.
    """
    volume: Shape = (1, *at.shape)
    deep = at.emit("Reshape", [squares, at.constant("volume", (0, *volume))], "deep_squares", volume)
    kernel = at.constant("alpha", numpy.full((1, 1, op.size, 1, 1), op.alpha))
    fields: dict[str, Any] = {"kernel_shape": (op.size, 1, 1), "pads": (op.size // 2, 0, 0, (op.size - 1) // 2, 0, 0)}
    summed = at.emit("Conv", [deep, kernel, at.constant("k", [op.k])], "deep_sums", volume, **fields)
    return at.emit("Reshape", [summed, at.constant("map", (0, *at.shape))], "sums")


def power(at: Emitter, base: str, beta: float) -> str:
    """The base to the power of beta; for the 3/4 that papers take, two roots are quicker than a power."""
    if beta != 0.75:
        return at.emit("Pow", [base, at.constant("beta", beta)], "divisor")
    root = at.emit("Sqrt", [base], "root")
    return at.emit("Mul", [root, at.emit("Sqrt", [root], "fourth_root")], "divisor")


RULES: Rules = {BatchNorm: batch_norm, LocalResponseNorm: local_response_norm}
