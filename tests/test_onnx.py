"""ONNX files compute what PyTorch computes: every op and option, every small pooling, a network."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import onnx
import pytest
import torch
from onnx_cases import CASES, pooled
from onnx_running import NEWEST, OLDEST, Noise, agree, block, block_in_torch, sample, session, tensors

from archspec import ops
from archspec.backends.onnx import OPSETS, build
from archspec.backends.onnx.rules import RULES
from archspec.graph import Graph
from archspec.graph.builder import Builder
from archspec.op import Mismatch, Op, Shape
from archspec.ops.adaptiveavgpool import AdaptiveAvgPool
from archspec.ops.avgpool import AvgPool
from archspec.ops.maxpool import MaxPool
from archspec.ops.slice import Slice
from archspec.ops.unpool import Unpool
from archspec.weights.constant import Zeros


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
    if isinstance(op, Unpool):
        parts[1] = builder.add("pool", MaxPool(), [parts[2]])
    builder.add("it", op, parts)
    return builder.graph("several", [*parts, "it"])


@pytest.mark.parametrize("opset", [OLDEST, NEWEST])
@pytest.mark.parametrize(("op", "run", "shapes"), CASES)
def test_op_gives_what_torch_gives(
    tmp_path: Path, op: Op, run: Callable[..., torch.Tensor], shapes: Sequence[Shape], opset: int
) -> None:
    graph, path = single(op, shapes), tmp_path / "net.onnx"
    build(graph, path, "onnx", Noise(), {"opset": opset})
    onnx.checker.check_model(path, full_check=True)
    weights = {name.removeprefix("it."): value for name, value in tensors(graph, Noise()).items()}
    runner = session(path)
    for batch in (1, 3):
        *parts, found = runner.run(None, {"input": sample(graph.input.shape, batch)})
        given = [torch.from_numpy(part) for part in parts or [sample(graph.input.shape, batch)]]
        agree(found, run(*given, weights) if weights else run(*given))


def test_every_op_has_a_rule_and_a_case() -> None:
    assert set(RULES) == set(ops.every())
    assert {type(param.values[0]) for param in CASES} == set(ops.every())


def sweep(size: int) -> Iterator[tuple[Op, Callable[..., torch.Tensor]]]:
    """Every window, step, padding and rounding on a square map."""
    for kernel, stride, ceil in itertools.product((1, 2, 3, 5), (1, 2, 3, 4), (False, True)):
        for pad in range(kernel // 2 + 1):
            shared = {"kernel": kernel, "stride": stride, "pad": pad, "ceil": ceil}
            for op in (AvgPool(**shared), AvgPool(**shared, count_pad=False), MaxPool(**shared)):
                yield op, pooled("max" if isinstance(op, MaxPool) else "avg", op)


@pytest.mark.parametrize("opset", [OLDEST, NEWEST])
def test_every_pooling_gives_what_torch_gives(tmp_path: Path, opset: int) -> None:
    refused = compared = 0
    for size in range(1, 13):
        builder = Builder((2, size, size))
        runs: dict[str, Callable[..., torch.Tensor]] = {}
        for number, (op, run) in enumerate(sweep(size)):
            try:
                runs[builder.add(f"pool{number}", op, ["input"])] = run
            except Mismatch:
                refused += 1
        path = tmp_path / f"{size}.onnx"
        build(builder.graph("sweep", list(runs)), path, "onnx", Zeros(), {"opset": opset})
        onnx.checker.check_model(path, full_check=True)
        x = sample((2, size, size), 1)
        for found, run in zip(session(path).run(None, {"input": x}), runs.values(), strict=True):
            agree(found, run(torch.from_numpy(x)))
            compared += 1
    # Of (window, padding) pairs, these exceed the map: 2 and 0 at size 1; 3 and 0 at 1, 2; 5 and 0 at 1 to 4;
    # 5 and 1 at 1, 2. Each has 4 steps, 2 roundings and 3 kinds. PyTorch refuses the same.
    assert refused == (1 + 2 + 4 + 2) * 4 * 2 * 3
    assert compared == 8 * 12 * 4 * 2 * 3 - refused


@pytest.mark.parametrize("external", ["always", "never"])
@pytest.mark.parametrize("opset", OPSETS)
def test_a_network_gives_what_torch_gives(tmp_path: Path, opset: int, external: str) -> None:
    graph, path = block(), tmp_path / "block.onnx"
    build(graph, path, "onnx", Noise(), {"opset": opset, "external_data": external})
    onnx.checker.check_model(path, full_check=True)
    runner = session(path)
    for batch in (1, 3):
        x = sample((3, 8, 8), batch)
        wanted = block_in_torch(torch.from_numpy(x), tensors(graph, Noise()))
        for found, value in zip(runner.run(None, {"input": x}), wanted, strict=True):
            agree(found, value)
