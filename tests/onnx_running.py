"""What tests share: values, a network, and running one in PyTorch or as an ONNX file."""

from pathlib import Path

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from archspec.backends.onnx import OPSETS, build
from archspec.backends.torch.module import module
from archspec.graph import Graph, Origin
from archspec.graph.builder import Builder
from archspec.op import Shape, Weight
from archspec.ops.add import Add
from archspec.ops.bn import BatchNorm
from archspec.ops.concat import Concat
from archspec.ops.conv import Conv
from archspec.ops.dropout import Dropout
from archspec.ops.fc import FullyConnected
from archspec.ops.identity import Identity
from archspec.ops.relu import Relu
from archspec.weights import Weights, full

OLDEST, NEWEST = OPSETS[0], OPSETS[-1]
Tensors = dict[str, torch.Tensor]
Values = NDArray[np.float32]


class Noise:
    """Every tensor random, biases and running statistics too, between 1/2 and 3/2 where it is a variance."""

    seed: int | None = None

    def describe(self) -> str:
        return "noise"

    def fill(self, name: str, weight: Weight, start: int, out: Values) -> None:
        drawn = np.random.default_rng(list(name.encode()))
        values = drawn.standard_normal(weight.shape, np.float32).ravel()
        made = 1 + np.tanh(values) / 2 if name.endswith("running_var") else values / max(weight.fan_in, 1) ** 0.5
        out[:] = made[start : start + out.size]


def session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # onnxruntime optimizes for inference: it takes every dropout out, also one that says it is training
    return onnxruntime.InferenceSession(
        path, options, providers=["CPUExecutionProvider"], disabled_optimizers=["EliminateDropout"]
    )


def run_torch(graph: Graph, weights: Weights, x: Values) -> list[Values]:
    """What the module gives in inference."""
    with torch.no_grad():
        given = module(graph, weights).eval()(torch.from_numpy(x))
    return [value.numpy() for value in (given if isinstance(given, tuple) else (given,))]


def run_onnx(graph: Graph, weights: Weights, x: Values, folder: Path) -> list[Values]:
    """What the written file gives."""
    build(graph, folder / "net.onnx", "onnx", weights, {})
    return list(session(folder / "net.onnx").run(None, {"input": x}))


def sample(shape: Shape, batch: int) -> Values:
    return 2 * np.random.default_rng(1).standard_normal((batch, *shape), np.float32)


def agree(found: Values, wanted: torch.Tensor | Values) -> None:
    """As one in 100,000 of the largest value."""
    expected = np.asarray(wanted)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 1e-5 * np.abs(expected).max()


def tensors(graph: Graph, weights: Weights) -> Tensors:
    return {name: torch.from_numpy(full(weights, name, weight)) for name, _, weight in graph.tensors()}


def block() -> Graph:
    """A stem, a residual block whose end is dropped out, and a classifier; it has three outputs."""
    builder = Builder((3, 8, 8))
    origin = Origin(file="specs/block.arch", line=7, column=3, end_line=7, end_column=12)
    stem = builder.add("stem.conv1", Conv(kernel=3, channels=4, bias=False), ["input"], origin)
    stem = builder.add("stem.bn1", BatchNorm(), [stem], origin)
    shortcut = builder.add("shortcut", Identity(), [stem])
    body = builder.add("body.relu1", Relu(), [stem])
    body = builder.add("body.conv1", Conv(kernel=3, channels=4), [body])
    total = builder.add("add1", Add(), [body, shortcut])
    dropped = builder.add("drop1", Dropout(), [total])
    both = builder.add("concat1", Concat(), [dropped, shortcut])
    out = builder.add("fc1", FullyConnected(features=10), [both])
    return builder.graph("block", [out, dropped, shortcut], title="A block", column="B", sha256="cd" * 32)


def block_in_torch(x: torch.Tensor, w: Tensors) -> list[torch.Tensor]:
    stem = F.conv2d(x, w["stem.conv1.weight"], None, 1, 1)
    names = ("running_mean", "running_var", "weight", "bias")
    stem = F.batch_norm(stem, *(w[f"stem.bn1.{name}"] for name in names))
    total = F.conv2d(stem.relu(), w["body.conv1.weight"], w["body.conv1.bias"], 1, 1) + stem
    flat = torch.cat([total, stem], 1).flatten(1)
    return [F.linear(flat, w["fc1.weight"], w["fc1.bias"]), total, stem]
