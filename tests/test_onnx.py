"""ONNX files: every op and option against PyTorch through onnxruntime, and the file itself."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from archspec import ops
from archspec.backends.onnx import OPSETS, build
from archspec.backends.onnx.rules import RULES
from archspec.graph import Graph
from archspec.graph.builder import Builder
from archspec.op import Op, Shape, Weight
from archspec.ops.adaptiveavgpool import AdaptiveAvgPool
from archspec.ops.add import Add
from archspec.ops.avgpool import AvgPool
from archspec.ops.bn import BatchNorm
from archspec.ops.concat import Concat
from archspec.ops.conv import Conv
from archspec.ops.crop import Crop
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
from archspec.ops.shuffle import Shuffle
from archspec.ops.sigmoid import Sigmoid
from archspec.ops.silu import Silu
from archspec.ops.slice import Slice
from archspec.ops.softmax import Softmax
from archspec.ops.tanh import Tanh
from archspec.ops.upconv import UpConv
from archspec.ops.upsample import Upsample
from archspec.weights import full

torch.set_num_threads(1)
ROOT = Path(__file__).parents[1]
OLDEST, NEWEST = OPSETS[0], OPSETS[-1]
Tensors = dict[str, torch.Tensor]


class Noise:
    """Every tensor random, biases and running statistics too, between 1/2 and 3/2 where it is a variance."""

    seed: int | None = None

    def describe(self) -> str:
        return "noise"

    def chunks(self, name: str, weight: Weight) -> Iterator[NDArray[np.float32]]:
        drawn = np.random.default_rng(list(name.encode()))
        values = drawn.standard_normal(weight.shape, np.float32).ravel()
        yield (
            1 + np.tanh(values) / 2 if name.endswith("running_var") else values / max(weight.fan_in, 1) ** 0.5
        )


def single(op: Op, shapes: Sequence[Shape]) -> Graph:
    """A graph of one op; several inputs are slices of the network's, made to size."""
    if len(shapes) == 1:
        builder = Builder(shapes[0])
        builder.add("it", op, ["input"])
        return builder.graph("single", ["it"])
    builder = Builder((sum(s[0] for s in shapes), *max(s[1:] for s in shapes)))
    start, parts = 0, []
    for number, shape in enumerate(shapes):
        part = builder.add(f"part{number}", Slice(start=start, stop=start + shape[0]), ["input"])
        if shape[1:] != builder.shapes[part][1:]:
            part = builder.add(f"small{number}", AdaptiveAvgPool(size=shape[1:]), [part])
        parts.append(part)
        start += shape[0]
    builder.add("it", op, parts)
    return builder.graph("several", [*parts, "it"])


def session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def sample(shape: Shape, batch: int) -> NDArray[np.float32]:
    return 2 * np.random.default_rng(1).standard_normal((batch, *shape), np.float32)


def agree(found: NDArray[np.float32], wanted: torch.Tensor) -> None:
    """As one in 100,000 of the largest value."""
    assert found.shape == tuple(wanted.shape)
    largest = np.abs(wanted.numpy()).max()
    assert np.abs(found - wanted.numpy()).max() <= 1e-5 * largest


def center(x: torch.Tensor, shape: Sequence[int]) -> torch.Tensor:
    return x.reshape(x.shape[0], *shape)


def pooled(kind: str, op: Any) -> Callable[..., torch.Tensor]:
    """PyTorch's pooling; it pads both ends alike."""
    rows, _, columns, _ = op.pad
    if kind == "max":
        return lambda x: F.max_pool2d(x, op.kernel, op.stride, (rows, columns), op.dilation, op.ceil)
    return lambda x: F.avg_pool2d(x, op.kernel, op.stride, (rows, columns), op.ceil, op.count_pad)


MAP, VECTOR = (6, 9, 7), (13,)


def pads(sides: Sequence[int]) -> tuple[int, int, int, int]:
    """In the order that PyTorch's `pad` takes: the last axis first."""
    top, bottom, left, right = sides
    return left, right, top, bottom


def conv(op: Any, groups: int = 1) -> Callable[..., torch.Tensor]:
    return lambda x, w: F.conv2d(
        F.pad(x, pads(op.pad)), w["weight"], w.get("bias"), op.stride, 0, op.dilation, groups
    )


def upconv(op: Any) -> Callable[..., torch.Tensor]:
    """Not padded, then cut: so one side may differ from the other."""

    def run(x: torch.Tensor, w: Tensors) -> torch.Tensor:
        out = F.conv_transpose2d(
            x, w["weight"], w.get("bias"), op.stride, 0, op.output_pad, op.groups, op.dilation
        )
        top, bottom, left, right = op.pad
        return out[:, :, top : out.shape[2] - bottom, left : out.shape[3] - right]

    return run


def case(op: Op, run: Callable[..., torch.Tensor], *shapes: Shape) -> Any:
    return pytest.param(op, run, shapes or (MAP,), id=f"{op}-{len(shapes)}-{shapes[:1]}")


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
        UpConv(kernel=3, channels=4, stride=3, output_pad=(2, 1), pad=1),
        UpConv(kernel=3, channels=4, stride=2, dilation=2, pad=(1, 0, 2, 1)),
        UpConv(kernel=3, channels=4, stride=2, dilation=3, output_pad=2),
    ):
        yield case(op, upconv(op))
    for shape in (MAP, VECTOR):
        yield case(
            FullyConnected(features=5), lambda x, w: F.linear(x.flatten(1), w["weight"], w["bias"]), shape
        )
        yield case(
            FullyConnected(features=5, bias=False), lambda x, w: F.linear(x.flatten(1), w["weight"]), shape
        )


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
    yield case(MaxPool(global_=True), lambda x: x.amax((2, 3), keepdim=True))
    yield case(AvgPool(global_=True), lambda x: x.mean((2, 3), keepdim=True))
    for size in ((3, 7), (1, 1), (9, 7), (4, 3), (2, 9), (20, 20)):
        yield case(AdaptiveAvgPool(size=size), lambda x, size=size: F.adaptive_avg_pool2d(x, size))


def by_hand() -> Iterator[Any]:
    """What PyTorch's poolings do not take: much padding, padding on one side, means with dilation."""
    wide = MaxPool(kernel=2, stride=1, dilation=4, pad=4)
    yield case(wide, lambda x: F.max_pool2d(F.pad(x, (4,) * 4, value=-torch.inf), 2, 1, dilation=4))
    for count_pad in (True, False):
        spread = AvgPool(kernel=(2, 3), stride=(1, 2), dilation=(3, 2), pad=(3, 1, 2, 0), count_pad=count_pad)
        yield case(spread, lambda x, c=count_pad: spread_mean(x, c))
    sides = (0, 1, 1, 0)
    op = MaxPool(kernel=2, stride=2, pad=sides)
    yield case(op, lambda x: F.max_pool2d(F.pad(x, pads(sides), value=-torch.inf), 2, 2))
    op = AvgPool(kernel=2, stride=2, pad=sides)
    yield case(op, lambda x: F.avg_pool2d(F.pad(x, pads(sides)), 2, 2))
    op = AvgPool(kernel=2, stride=2, pad=sides, count_pad=False)
    shares = lambda x: F.avg_pool2d(F.pad(torch.ones_like(x), pads(sides)), 2, 2)  # noqa: E731
    yield case(op, lambda x: F.avg_pool2d(F.pad(x, pads(sides)), 2, 2) / shares(x))


def spread_mean(x: torch.Tensor, count_pad: bool) -> torch.Tensor:
    """The mean over 2x3 values, 3 rows and 2 columns apart, at every second column, padded by 3, 1, 2, 0."""
    whole = F.pad(x, (2, 0, 3, 1))
    counted = F.pad(torch.ones_like(x), (2, 0, 3, 1), value=float(count_pad))
    rows, columns = range(whole.shape[2] - 3), range(0, whole.shape[3] - 4, 2)
    picked = [[(whole[:, :, i : i + 4 : 3, j : j + 5 : 2], counted[:, :, i : i + 4 : 3, j : j + 5 : 2])
               for j in columns] for i in rows]  # fmt: skip
    means = [[values.sum((2, 3)) / share.sum((2, 3)) for values, share in row] for row in picked]
    return torch.stack([torch.stack(row, -1) for row in means], -2)


def normalizations() -> Iterator[Any]:
    def batch(x: torch.Tensor, w: Tensors, eps: float) -> torch.Tensor:
        return F.batch_norm(x, w["running_mean"], w["running_var"], w["weight"], w["bias"], eps=eps)

    for shape in (MAP, VECTOR):
        yield case(BatchNorm(), lambda x, w: batch(x, w, 1e-5), shape)
        yield case(BatchNorm(eps=1e-3, momentum=0.01), lambda x, w: batch(x, w, 1e-3), shape)
    for op in (
        LocalResponseNorm(),
        LocalResponseNorm(size=3, alpha=0.5, beta=0.6, k=1.0),
        LocalResponseNorm(size=2, alpha=0.5),
        LocalResponseNorm(size=4, alpha=0.5),
        LocalResponseNorm(size=1, alpha=0.5),
        LocalResponseNorm(size=15, alpha=0.5),
        LocalResponseNorm(size=16, alpha=0.5),
    ):
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
    yield case(Pad(sides=(1, 2, 3, 0)), lambda x: F.pad(x, (3, 0, 1, 2)))
    yield case(Pad(channels=3), lambda x: F.pad(x, (0, 0, 0, 0, 0, 3)))
    for groups in (1, 2, 3):
        yield case(Shuffle(groups=groups), lambda x, groups=groups: F.channel_shuffle(x, groups))
    for factor in ((2, 2), (3, 1), (1, 4)):
        for shape in (MAP, (2, 1, 1)):
            yield case(
                Upsample(factor=factor),
                lambda x, f=factor: F.interpolate(x, scale_factor=f, mode="nearest"),
                shape,
            )
            for mode, corners in (("bilinear", False), ("corners", True)):
                yield case(
                    Upsample(factor=factor, mode=mode),
                    lambda x, f=factor, c=corners: F.interpolate(
                        x, scale_factor=f, mode="bilinear", align_corners=c
                    ),
                    shape,
                )


CASES = [
    *convolutions(),
    *poolings(),
    *by_hand(),
    *normalizations(),
    *pointwise(),
    *joins(),
    *layouts(),
]


@pytest.mark.parametrize("opset", [OLDEST, NEWEST])
@pytest.mark.parametrize(("op", "run", "shapes"), CASES)
def test_op_gives_what_torch_gives(
    tmp_path: Path, op: Op, run: Callable[..., torch.Tensor], shapes: Sequence[Shape], opset: int
) -> None:
    graph, path = single(op, shapes), tmp_path / "net.onnx"
    build(graph, path, "onnx", Noise(), {"opset": opset})
    onnx.checker.check_model(path, full_check=True)
    weights = {
        name.removeprefix("it."): torch.from_numpy(full(Noise(), name, weight))
        for name, node, weight in graph.tensors()
        if node.path == "it"
    }
    runner = session(path)
    for batch in (1, 3):
        *parts, found = runner.run(None, {"input": sample(graph.input.shape, batch)})
        given = [torch.from_numpy(part) for part in parts or [sample(graph.input.shape, batch)]]
        agree(found, run(*given, weights) if weights else run(*given))


def test_every_op_has_a_rule_and_a_case() -> None:
    assert set(RULES) == set(ops.every())
    assert {type(param.values[0]) for param in CASES} == set(ops.every())
