"""Every op and option beside the same computation by PyTorch's own functions, called here directly."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import torch
from torch.nn import functional as F

from archspec.op import Op, Shape
from archspec.ops.adaptiveavgpool import AdaptiveAvgPool
from archspec.ops.add import Add
from archspec.ops.avgpool import AvgPool
from archspec.ops.bn import BatchNorm
from archspec.ops.concat import Concat
from archspec.ops.conv import Conv
from archspec.ops.crop import Crop
from archspec.ops.croplike import CropLike
from archspec.ops.dropout import Dropout
from archspec.ops.dwconv import DepthwiseConv
from archspec.ops.elu import Elu
from archspec.ops.fc import FullyConnected
from archspec.ops.flatten import Flatten
from archspec.ops.gelu import Gelu
from archspec.ops.hardsigmoid import HardSigmoid
from archspec.ops.hardswish import HardSwish
from archspec.ops.identity import Identity
from archspec.ops.leakyrelu import LeakyRelu
from archspec.ops.logsoftmax import LogSoftmax
from archspec.ops.lrn import LocalResponseNorm
from archspec.ops.maxpool import MaxPool
from archspec.ops.mul import Mul
from archspec.ops.pad import Pad
from archspec.ops.prelu import PRelu
from archspec.ops.relu import Relu
from archspec.ops.relu6 import Relu6
from archspec.ops.scale import Scale
from archspec.ops.shuffle import Shuffle
from archspec.ops.sigmoid import Sigmoid
from archspec.ops.silu import Silu
from archspec.ops.slice import Slice
from archspec.ops.softmax import Softmax
from archspec.ops.tanh import Tanh
from archspec.ops.unpool import Unpool
from archspec.ops.upconv import UpConv
from archspec.ops.upsample import Upsample

Tensors = dict[str, torch.Tensor]
MAP, VECTOR = (6, 9, 7), (13,)


def case(op: Op, run: Callable[..., torch.Tensor], *shapes: Shape) -> Any:
    return pytest.param(op, run, shapes or (MAP,), id=f"{op}-{len(shapes)}-{shapes[:1]}")


def pads(sides: Sequence[int]) -> tuple[int, int, int, int]:
    """In the order that PyTorch's `pad` takes: the last axis first."""
    top, bottom, left, right = sides
    return left, right, top, bottom


def conv(op: Any, groups: int = 1) -> Callable[..., torch.Tensor]:
    return lambda x, w: F.conv2d(F.pad(x, pads(op.pad)), w["weight"], w.get("bias"), op.stride, 0, op.dilation, groups)


def upconv(op: Any) -> Callable[..., torch.Tensor]:
    """Not padded, then cut: so one side may differ from the other."""

    def run(x: torch.Tensor, w: Tensors) -> torch.Tensor:
        out = F.conv_transpose2d(x, w["weight"], w.get("bias"), op.stride, 0, op.output_pad, op.groups, op.dilation)
        top, bottom, left, right = op.pad
        return out[:, :, top : out.shape[2] - bottom, left : out.shape[3] - right]

    return run


def convolutions() -> Iterator[Any]:
    for op in (
        Conv(kernel=3, channels=8),
        Conv(kernel=3, channels=8, bias=False, stride=2),
        Conv(kernel=(1, 5), channels=4, pad="valid"),
        Conv(kernel=2, channels=4),
        Conv(kernel=3, channels=4, pad=(0, 1, 2, 3), stride=(2, 1), dilation=(1, 2)),
    ):
        yield case(op, conv(op))
    grouped = Conv(kernel=3, channels=9, groups=3)
    yield case(grouped, conv(grouped, 3))
    for op in (DepthwiseConv(kernel=3), DepthwiseConv(kernel=3, multiplier=2, stride=2, bias=False)):
        yield case(op, conv(op, 6))
    for op in (
        UpConv(kernel=2, channels=4, stride=2),
        UpConv(kernel=4, channels=4, stride=2, pad="same", bias=False),
        UpConv(kernel=3, channels=6, stride=2, pad="same", groups=3),
        UpConv(kernel=4, channels=6, stride=2, bias=False, init="bilinear"),
        UpConv(kernel=3, channels=4, stride=3, output_pad=(2, 1), pad=1),
        UpConv(kernel=3, channels=4, stride=2, dilation=2, pad=(1, 0, 2, 1)),
        UpConv(kernel=3, channels=4, stride=2, dilation=3, output_pad=2),
    ):
        yield case(op, upconv(op))
    for shape in (MAP, VECTOR):
        for op in (FullyConnected(features=5), FullyConnected(features=5, bias=False)):
            yield case(op, lambda x, w: F.linear(x.flatten(1), w["weight"], w.get("bias")), shape)


def pooled(kind: str, op: Any) -> Callable[..., torch.Tensor]:
    """PyTorch's pooling; it pads both ends alike."""
    rows, _, columns, _ = op.pad
    if kind == "max":
        return lambda x: F.max_pool2d(x, op.kernel, op.stride, (rows, columns), op.dilation, op.ceil)
    return lambda x: F.avg_pool2d(x, op.kernel, op.stride, (rows, columns), op.ceil, op.count_pad)


def poolings() -> Iterator[Any]:
    for op in (
        MaxPool(),
        MaxPool(kernel=3, stride=2, ceil=True),
        MaxPool(kernel=3, stride=2, pad=1),
        MaxPool(kernel=3, stride=2, dilation=2, pad=1, ceil=True),
        MaxPool(kernel=2, stride=3, dilation=4, ceil=True),
        MaxPool(kernel=(1, 3), stride=(1, 2)),
    ):
        yield case(op, pooled("max", op))
    for op in (
        AvgPool(),
        AvgPool(kernel=3, stride=2, pad=1),
        AvgPool(kernel=3, stride=2, pad=1, count_pad=False),
        AvgPool(kernel=3, stride=2, pad=1, ceil=True),
        AvgPool(kernel=(3, 2), stride=(3, 2), pad=(1, 1, 1, 1), ceil=True, count_pad=False),
    ):
        yield case(op, pooled("avg", op))
    yield case(Unpool(), unpooled, (6, 4, 3), (6, 4, 3), MAP)
    yield case(MaxPool(global_=True), lambda x: x.amax((2, 3), keepdim=True))
    yield case(AvgPool(global_=True), lambda x: x.mean((2, 3), keepdim=True))
    for size in ((3, 7), (1, 1), (9, 7), (4, 3), (2, 9), (20, 20)):
        yield case(AdaptiveAvgPool(size=size), lambda x, size=size: F.adaptive_avg_pool2d(x, size))


def unpooled(x: torch.Tensor, pooled: torch.Tensor, whole: torch.Tensor) -> torch.Tensor:
    """Each value where its 2x2 window has its maximum, one by one."""
    out = torch.zeros_like(whole)
    for n, c, i, j in itertools.product(*map(range, pooled.shape)):
        window = whole[n, c, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        row, column = divmod(int(window.argmax()), window.shape[1])
        out[n, c, 2 * i + row, 2 * j + column] = x[n, c, i, j]
    return out


def by_hand() -> Iterator[Any]:
    """What PyTorch's poolings do not take: much padding, padding on one side, means with dilation."""
    wide = MaxPool(kernel=2, stride=1, dilation=4, pad=4)
    yield case(wide, lambda x: F.max_pool2d(F.pad(x, (4,) * 4, value=-torch.inf), 2, 1, dilation=4))
    sides = (0, 1, 1, 0)
    yield case(
        MaxPool(kernel=2, stride=2, pad=sides),
        lambda x: F.max_pool2d(F.pad(x, pads(sides), value=-torch.inf), 2, 2),
    )
    for count_pad, ceil in ((True, False), (False, False), (True, True), (False, True)):
        for op in (
            AvgPool(kernel=2, stride=2, pad=sides, count_pad=count_pad, ceil=ceil),
            AvgPool(
                kernel=(2, 3),
                stride=(3, 2),
                dilation=(3, 2),
                pad=(3, 1, 2, 0),
                count_pad=count_pad,
                ceil=ceil,
            ),
            AvgPool(kernel=5, stride=4, pad=(4, 1, 0, 2), count_pad=count_pad, ceil=ceil),
        ):
            yield case(op, lambda x, op=op: mean(op, x))


def mean(op: AvgPool, x: torch.Tensor) -> torch.Tensor:
    """The mean at each position, by its definition: over the map, and the padding where that counts."""
    room = (0, 20, 0, 20)  # for windows that `ceil` lets end beyond the padding
    whole = F.pad(F.pad(x, pads(op.pad)), room)
    counted = F.pad(F.pad(torch.ones_like(x), pads(op.pad), value=float(op.count_pad)), room)
    (tall, wide), (down, across) = op.extent(), op.stride
    _, height, width = op.infer(tuple(x.shape[1:]))
    rows = [slice(i * down, i * down + tall, op.dilation[0]) for i in range(height)]
    columns = [slice(j * across, j * across + wide, op.dilation[1]) for j in range(width)]
    sums, counts = (
        torch.stack([torch.stack([v[:, :, r, c].sum((2, 3)) for c in columns], -1) for r in rows], -2)
        for v in (whole, counted)
    )
    return sums / counts


def normalizations() -> Iterator[Any]:
    def batch(x: torch.Tensor, w: Tensors, eps: float) -> torch.Tensor:
        return F.batch_norm(x, w["running_mean"], w["running_var"], w["weight"], w["bias"], eps=eps)

    for shape in (MAP, VECTOR):
        yield case(BatchNorm(), lambda x, w: batch(x, w, 1e-5), shape)
        yield case(BatchNorm(eps=1e-3, momentum=0.01), lambda x, w: batch(x, w, 1e-3), shape)
    norms = [LocalResponseNorm(size=size, alpha=0.5) for size in (1, 2, 4, 15, 16)]
    for op in (LocalResponseNorm(), LocalResponseNorm(size=3, alpha=0.5, beta=0.6, k=1.0), *norms):
        yield case(op, lambda x, op=op: F.local_response_norm(x, op.size, op.alpha * op.size, op.beta, op.k))
    for shape in (MAP, VECTOR):
        yield case(Softmax(), lambda x: F.softmax(x, 1), shape)
        yield case(LogSoftmax(), lambda x: F.log_softmax(x, 1), shape)


def pointwise() -> Iterator[Any]:
    plain: dict[Op, Callable[..., torch.Tensor]] = {
        Relu(): F.relu,
        Relu6(): F.relu6,
        LeakyRelu(): F.leaky_relu,
        LeakyRelu(slope=0.2): lambda x: F.leaky_relu(x, 0.2),
        Elu(): F.elu,
        Elu(alpha=0.5): lambda x: F.elu(x, 0.5),
        Gelu(): F.gelu,
        Sigmoid(): F.sigmoid,
        Tanh(): F.tanh,
        Silu(): F.silu,
        HardSwish(): F.hardswish,
        HardSigmoid(): F.hardsigmoid,
        PRelu(): lambda x, w: F.prelu(x, w["weight"]),
        PRelu(shared=True): lambda x, w: F.prelu(x, w["weight"]),
        Scale(factor=-0.75): lambda x: x * -0.75,
        Identity(): lambda x: x,
        Dropout(): lambda x: x,
    }
    for op, run in plain.items():
        for shape in (MAP, VECTOR):
            yield case(op, run, shape)


def joins() -> Iterator[Any]:
    for count in (2, 3):
        yield case(Add(), lambda *x: sum(x), *[MAP] * count)
        yield case(Mul(), lambda *x: torch.stack(x).prod(0), *[MAP] * count)
        yield case(Concat(), lambda *x: torch.cat(x, 1), *[(n, 5, 5) for n in range(1, count + 1)])
        yield case(Add(), lambda *x: sum(x), *[VECTOR] * count)
    yield case(Mul(), lambda a, b: a * b, MAP, (6, 1, 1))
    yield case(Mul(), lambda a, b, c: a * b * c, (6, 1, 1), (6, 1, 1), MAP)
    yield case(Concat(), lambda *x: torch.cat(x, 1), VECTOR, VECTOR)


def layouts() -> Iterator[Any]:
    yield case(Flatten(), lambda x: x.flatten(1))
    yield case(Flatten(), lambda x: x, VECTOR)
    yield case(Slice(start=1, stop=4), lambda x: x[:, 1:4])
    yield case(Slice(start=1, stop=4), lambda x: x[:, 1:4], VECTOR)
    yield case(Crop(sides=2), lambda x: x[:, :, 2:-2, 2:-2])
    yield case(Crop(sides=(1, 0, 2, 3)), lambda x: x[:, :, 1:, 2:-3])
    yield case(CropLike(offset=(2, 1)), lambda x, like: x[:, :, 2:7, 1:5], MAP, (2, 5, 4))
    yield case(CropLike(offset=0), lambda x, like: x, MAP, MAP)
    yield case(Pad(sides=(1, 2, 3, 0)), lambda x: F.pad(x, (3, 0, 1, 2)))
    yield case(Pad(channels=3), lambda x: F.pad(x, (0, 0, 0, 0, 0, 3)))
    for groups in (1, 2, 3):
        yield case(Shuffle(groups=groups), lambda x, groups=groups: F.channel_shuffle(x, groups))
    modes = {"nearest": ("nearest", None), "bilinear": ("bilinear", False), "corners": ("bilinear", True)}
    for mode, (name, corners) in modes.items():
        for factor in ((2, 2), (3, 1), (1, 4)):
            options = {"scale_factor": factor, "mode": name, "align_corners": corners}
            for shape in (MAP, (2, 1, 1)):
                op = Upsample(factor=factor, mode=mode)
                yield case(op, lambda x, options=options: F.interpolate(x, **options), shape)


GROUPS = (convolutions, poolings, by_hand, normalizations, pointwise, joins, layouts)
CASES = [one for group in GROUPS for one in group()]
