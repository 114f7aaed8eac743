"""Activations, sums and products, and what is left of dropout."""

from collections.abc import Callable
from math import sqrt
from typing import Any

from archspec.backends.onnx.emitter import Emitter, Rules
from archspec.op import Op
from archspec.ops.add import Add
from archspec.ops.dropout import Dropout
from archspec.ops.elu import Elu
from archspec.ops.gelu import Gelu
from archspec.ops.hardsigmoid import HardSigmoid
from archspec.ops.hardswish import HardSwish
from archspec.ops.identity import Identity
from archspec.ops.leakyrelu import LeakyRelu
from archspec.ops.logsoftmax import LogSoftmax
from archspec.ops.mul import Mul
from archspec.ops.prelu import PRelu
from archspec.ops.relu import Relu
from archspec.ops.relu6 import Relu6
from archspec.ops.scale import Scale
from archspec.ops.sigmoid import Sigmoid
from archspec.ops.silu import Silu
from archspec.ops.softmax import Softmax
from archspec.ops.tanh import Tanh


def same(kind: str, **attributes: Any) -> Callable[[Op, Emitter], str]:
    """The rule of an op that ONNX has under another name."""
    return lambda op, at: at.emit(kind, at.inputs, **attributes)


def nothing(op: Dropout | Identity, at: Emitter) -> str:
    return at.x


def dropout(op: Dropout, at: Emitter) -> str:
    if not at.training:
        return nothing(op, at)
    return at.emit("Dropout", [at.x, at.constant("ratio", op.p), at.constant("training", True)])


def add(op: Add, at: Emitter) -> str:
    return at.emit("Add" if len(at.inputs) == 2 else "Sum", at.inputs)


def mul(op: Mul, at: Emitter) -> str:
    """ONNX multiplies two at a time."""
    product = at.x
    shapes = at.graph.takes(at.node)
    for count, factor in enumerate(at.inputs[1:], 2):
        what = f"product{count}" if count < len(shapes) else ""
        product = at.emit("Mul", [product, factor], what, op.infer(*shapes[:count]))
    return product


def relu6(op: Relu6, at: Emitter) -> str:
    return at.emit("Clip", [at.x, at.constant("low", 0.0), at.constant("high", 6.0)])


def silu(op: Silu, at: Emitter) -> str:
    return at.emit("Mul", [at.x, at.emit("Sigmoid", [at.x], "sigmoid")])


def gelu(op: Gelu, at: Emitter) -> str:
    """x / 2 * (1 + erf(x / sqrt 2)): ONNX has the whole from opset 20 on."""
    if at.opset >= 20:
        return at.emit("Gelu", [at.x])
    scaled = at.emit("Mul", [at.x, at.constant("sqrt_half", sqrt(0.5))], "scaled")
    erf = at.emit("Erf", [scaled], "erf")
    twice = at.emit("Add", [erf, at.constant("one", 1.0)], "twice_phi")
    half = at.emit("Mul", [at.x, at.constant("half", 0.5)], "half_x")
    return at.emit("Mul", [half, twice])


def prelu(op: PRelu, at: Emitter) -> str:
    """ONNX lines the slopes up with the last axis, so for a map they get axes for rows and columns."""
    (slope,) = at.weights()
    if len(at.shape) == 3:
        shape = (*at.node.op.weights(at.shape)["weight"].shape, 1, 1)
        slope = at.emit("Unsqueeze", [slope, at.constant("axes", (1, 2))], "slope", shape, batched=False)
    return at.emit("PRelu", [at.x, slope])


RULES: Rules = {
    Add: add,
    Dropout: dropout,
    Elu: lambda op, at: at.emit("Elu", [at.x], alpha=op.alpha),
    Gelu: gelu,
    HardSigmoid: same("HardSigmoid", alpha=1 / 6, beta=0.5),
    HardSwish: same("HardSwish"),
    Identity: nothing,
    LeakyRelu: lambda op, at: at.emit("LeakyRelu", [at.x], alpha=op.slope),
    LogSoftmax: same("LogSoftmax", axis=1),
    Mul: mul,
    PRelu: prelu,
    Relu: same("Relu"),
    Relu6: relu6,
    Scale: lambda op, at: at.emit("Mul", [at.x, at.constant("factor", op.factor)]),
    Sigmoid: same("Sigmoid"),
    Silu: silu,
    Softmax: same("Softmax", axis=1),
    Tanh: same("Tanh"),
}
