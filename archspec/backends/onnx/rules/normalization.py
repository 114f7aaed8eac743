"""Normalizations."""

from typing import Any

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
    """ONNX divides its alpha by the size, we do not. Runtimes refuse even sizes, so those are spelt out."""
    alpha = op.alpha * op.size
    if op.size % 2:
        return at.emit("LRN", [at.x], size=op.size, alpha=alpha, beta=op.beta, bias=op.k)
    mean = at.emit("Mul", [mean_of_squares(op, at), at.constant("alpha", alpha)], "scaled")
    base = at.emit("Add", [mean, at.constant("k", op.k)], "base")
    divisor = at.emit("Pow", [base, at.constant("beta", op.beta)], "divisor")
    return at.emit("Div", [at.x, divisor])


def mean_of_squares(op: LocalResponseNorm, at: Emitter) -> str:
    """Squares, averaged over neighbouring channels: channels become rows, and every position a column.

    Of an even number of neighbours the odd one stands before, as in PyTorch.
    """
    channels, height, width = at.shape
    rows: Shape = (1, channels, height * width)
    squares = at.emit("Mul", [at.x, at.x], "squares")
    plane = at.emit("Reshape", [squares, at.constant("rows", (0, *rows))], "plane", rows)
    pads = (op.size // 2, 0, (op.size - 1) // 2, 0)
    mean = at.emit("AveragePool", [plane], "mean", rows, kernel_shape=(op.size, 1), pads=pads, count_include_pad=1)
    return at.emit("Reshape", [mean, at.constant("maps", (0, *at.shape))], "map")


RULES: Rules = {BatchNorm: batch_norm, LocalResponseNorm: local_response_norm}
