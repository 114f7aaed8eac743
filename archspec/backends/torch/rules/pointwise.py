"""Rules of the layers that take each value, or each channel, by itself."""

from collections.abc import Mapping

from archspec.backends.torch.rules.call import Layer, Rule, call, one
from archspec.op import Shape
from archspec.ops.bn import BatchNorm
from archspec.ops.dropout import Dropout
from archspec.ops.elu import Elu
from archspec.ops.leakyrelu import LeakyRelu
from archspec.ops.lrn import LocalResponseNorm
from archspec.ops.prelu import PRelu
from archspec.ops.scale import Scale


def batch_norm(op: BatchNorm, shape: Shape) -> Layer:
    name = "BatchNorm2d" if len(shape) == 3 else "BatchNorm1d"
    return Layer(call(name, shape[0], eps=op.eps, momentum=op.momentum))


def local_response_norm(op: LocalResponseNorm, shape: Shape) -> Layer:
    """PyTorch divides its alpha by the size; the paper does not."""
    return Layer(call("LocalResponseNorm", op.size, alpha=op.alpha * op.size, beta=op.beta, k=op.k))


def dropout(op: Dropout, shape: Shape) -> Layer:
    return Layer(call("Dropout", op.p))


def elu(op: Elu, shape: Shape) -> Layer:
    return Layer(call("ELU", op.alpha))


def leaky_relu(op: LeakyRelu, shape: Shape) -> Layer:
    return Layer(call("LeakyReLU", op.slope))


def prelu(op: PRelu, shape: Shape) -> Layer:
    return Layer(call("PReLU", 1 if op.shared else shape[0]))


def scale(op: Scale, shape: Shape) -> Layer:
    return Layer(call("Scale", op.factor))


RULES: Mapping[str, Rule] = {
    "bn": batch_norm,
    "dropout": dropout,
    "elu": elu,
    "gelu": one("GELU"),
    "hardsigmoid": one("Hardsigmoid"),
    "hardswish": one("Hardswish"),
    "identity": one("Identity"),
    "leakyrelu": leaky_relu,
    "logsoftmax": one("LogSoftmax", dim=1),
    "lrn": local_response_norm,
    "prelu": prelu,
    "relu": one("ReLU"),
    "relu6": one("ReLU6"),
    "scale": scale,
    "sigmoid": one("Sigmoid"),
    "silu": one("SiLU"),
    "softmax": one("Softmax", dim=1),
    "tanh": one("Tanh"),
}
