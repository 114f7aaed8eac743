"""Unpooling: PyTorch, the written file and onnxruntime give what the definition says, also where maxima tie."""

import itertools
from pathlib import Path

import numpy as np
import pytest
import torch
from everything import op
from onnx_running import Noise, sample, session
from torch.nn import functional as F
from written import same

from archspec.backends.onnx import build
from archspec.backends.torch.module import module
from archspec.backends.torch.source import write
from archspec.diagnostics import Problem
from archspec.graph import Graph
from archspec.graph.builder import Builder
from archspec.graph.counts import depth
from archspec.graph.document import read_document, write_document
from archspec.op import Mismatch, Op
from archspec.weights.constant import Zeros


def undone(pool: Op, side: int = 9, relu: bool = True) -> Graph:
    """A pooling of what a ReLU lets through, a convolution, and the pooling undone."""
    builder = Builder((3, side, side + 1))
    x = builder.add("conv1", op("conv", kernel=3, channels=4), ["input"])
    x = builder.add("relu1", op("relu" if relu else "identity"), [x])
    pooled = builder.add("pool1", pool, [x])
    value = builder.add("conv2", op("conv", kernel=3, channels=4), [pooled])
    back = builder.add("unpool1", op("unpool"), [value, pooled, x])
    return builder.graph(
        "undone", [builder.add("conv3", op("conv", kernel=3, channels=2), [back]), pooled, value, x, back]
    )


def by_definition(pool: Op, pooled: torch.Tensor, value: torch.Tensor, whole: torch.Tensor) -> torch.Tensor:
    """Each value at its window's first maximum, row by row; where two meet, the later one stays."""
    out = torch.zeros_like(whole)
    (down, across), (tall, wide), (top, _, left, _) = pool.stride, pool.kernel, pool.pad  # type: ignore[attr-defined]
    (dy, dx), (height, width) = pool.dilation, whole.shape[2:]  # type: ignore[attr-defined]
    for n, c, i, j in itertools.product(*map(range, pooled.shape)):
        rows = [r for r in range(i * down - top, i * down - top + tall * dy, dy) if 0 <= r < height]
        columns = [k for k in range(j * across - left, j * across - left + wide * dx, dx) if 0 <= k < width]
        best = max(itertools.product(rows, columns), key=lambda at: whole[n, c, at[0], at[1]])  # the first of equals
        assert whole[n, c, best[0], best[1]] == pooled[n, c, i, j]
        out[n, c, best[0], best[1]] = value[n, c, i, j]
    return out


POOLS = [
    op("maxpool"),
    op("maxpool", kernel=2, stride=2, ceil=True),
    op("maxpool", kernel=3, stride=2),
    op("maxpool", kernel=3, stride=2, pad=1),
    op("maxpool", kernel=3, stride=2, pad=1, ceil=True),
    op("maxpool", kernel=3, stride=3, pad=1, ceil=True),
    op("maxpool", kernel=3, stride=1, pad=1),
    op("maxpool", kernel=(1, 3), stride=(1, 2)),
    op("maxpool", kernel=2, stride=3, dilation=2),
]


@pytest.mark.parametrize("relu", [True, False], ids=["ties", "no ties"])
@pytest.mark.parametrize("pool", POOLS, ids=str)
def test_every_back_end_puts_each_value_where_its_maximum_was(tmp_path: Path, pool: Op, relu: bool) -> None:
    for side in (8, 9):
        graph, path = undone(pool, side, relu), tmp_path / f"net{side}.onnx"
        same(graph, tmp_path / f"net{side}.py")
        build(graph, path, "onnx", Noise(), {})
        net, runner = module(graph, Noise()).eval(), session(path)
        for batch in (1, 2):
            x = sample(graph.input.shape, batch)
            with torch.no_grad():
                given = net(torch.from_numpy(x))
            _, pooled, value, whole, back = given
            assert torch.equal(back, by_definition(pool, pooled, value, whole))
            if relu:
                assert (pooled == 0).any() or pool.kernel != (1, 3)  # type: ignore[attr-defined]
            for found, wanted in zip(runner.run(None, {"input": x}), given, strict=True):
                assert found.shape == wanted.shape
                assert np.abs(found - wanted.numpy()).max() <= 1e-5 * wanted.abs().max()


def test_torch_runs_at_other_sizes() -> None:
    net = module(undone(op("maxpool", kernel=2, stride=2, ceil=True)), Noise()).eval()
    for side in (7, 12, 31):
        with torch.no_grad():
            _, _, value, whole, back = net(torch.from_numpy(sample((3, side, side), 1)))
        _, switches = F.max_pool2d(whole, 2, 2, ceil_mode=True, return_indices=True)
        assert torch.equal(back, F.max_unpool2d(value, switches, 2, 2, output_size=whole.shape[2:]))


def test_a_crop_follows_the_other_map_at_other_sizes() -> None:
    builder = Builder((3, 9, 9))
    x = builder.add("up", op("upconv", kernel=4, channels=2, stride=2), ["input"])
    x = builder.add("crop1", op("croplike", offset=(1, 3)), [x, "input"])
    net = module(builder.graph("net", [x, "up"]), Noise()).eval()
    for shape in ((3, 9, 9), (3, 20, 13)):
        given = torch.from_numpy(sample(shape, 2))
        found, up = net(given)
        assert torch.equal(found, up[:, :, 1 : 1 + shape[1], 3 : 3 + shape[2]])
        assert found.shape[2:] == given.shape[2:]


@pytest.mark.parametrize(
    "pool", [op("maxpool", **{"global": True}), op("maxpool", kernel=3, stride=2, pad=(0, 1, 0, 1))], ids=str
)
def test_torch_refuses_what_it_cannot_undo(tmp_path: Path, pool: Op) -> None:
    graph = undone_anyhow(pool)
    with pytest.raises(Problem, match="E607: PyTorch cannot undo"):
        module(graph)
    with pytest.raises(Problem, match="E607: PyTorch cannot undo"):
        write(graph)


@pytest.mark.parametrize(
    "pool", [op("maxpool", **{"global": True}), op("maxpool", kernel=3, stride=2, pad=1, dilation=2)], ids=str
)
def test_onnx_refuses_what_it_cannot_undo(tmp_path: Path, pool: Op) -> None:
    with pytest.raises(Problem, match="E607: ONNX cannot undo"):
        build(undone_anyhow(pool), tmp_path / "net.onnx", "onnx", Zeros(), {})
    assert not list(tmp_path.iterdir())


def undone_anyhow(pool: Op) -> Graph:
    builder = Builder((4, 9, 9))
    pooled = builder.add("pool1", pool, ["input"])
    return builder.graph("net", [builder.add("unpool1", op("unpool"), [pooled, pooled, "input"])])


def test_onnx_undoes_a_pooling_padded_at_one_end(tmp_path: Path) -> None:
    pool, path = op("maxpool", kernel=3, stride=2, pad=(0, 1, 1, 0)), tmp_path / "net.onnx"
    build(undone_anyhow(pool), path, "onnx", Zeros(), {})
    x = sample((4, 9, 9), 2)
    (found,) = session(path).run(None, {"input": x})
    whole = torch.from_numpy(x)
    pooled = F.max_pool2d(F.pad(whole, (1, 0, 0, 1), value=-torch.inf), 3, 2)
    assert np.array_equal(found, by_definition(pool, pooled, pooled, whole).numpy())


def test_the_file_takes_the_switches_beside_the_value() -> None:
    text = write(undone(op("maxpool")))
    assert "pool1, pool1_switches = F.max_pool2d(relu1, 2, 2, return_indices=True)\n" in text
    assert "F.max_unpool2d(conv2,pool1_switches,2,2,output_size=relu1.shape[2:],)" in "".join(text.split())


def mirrored(blocks: int) -> Graph:
    """DeconvNet's shape (Noh et al. 2015): blocks that pool, and the same number that undo them, last first."""
    from torch_nets import Scope

    builder, x = Builder((3, 37, 41)), "input"
    pools = []
    for index in range(blocks):
        add = Scope(builder, f"down.{index}", "down", {"channels": 4 + index})
        x = add("relu", add("conv", x, kernel=3, channels=4 + index))
        pools.append((add("maxpool", x), x))
        x = pools[-1][0]
    for index in range(blocks):
        add = Scope(builder, f"up.{index}", "up", {"channels": 4 + max(blocks - index - 2, 0)})
        x = add("unpool", x, *pools[-1 - index])
        x = add("conv", x, kernel=3, channels=4 + max(blocks - index - 2, 0))
    return builder.graph("mirrored", [x])


@pytest.mark.parametrize("blocks", [1, 2, 3])
def test_switches_go_from_block_to_block(tmp_path: Path, blocks: int) -> None:
    graph = mirrored(blocks)
    assert graph.nodes[-1].shape[1:] == (37, 41)
    same(graph, tmp_path / "net.py")
    net = module(graph, Noise())
    net(torch.from_numpy(sample((3, 37, 41), 2))).square().mean().backward()
    assert all(parameter.grad is not None and parameter.grad.abs().max() > 0 for parameter in net.parameters())


def test_an_unpooling_without_use_costs_nothing(tmp_path: Path) -> None:
    builder = Builder((3, 8, 8))
    pooled = builder.add("pool1", op("maxpool"), ["input"])
    builder.add("unpool1", op("unpool"), [pooled, pooled, "input"])
    same(builder.graph("net", [pooled]), tmp_path / "net.py")
    same(builder.graph("net", [builder.add("relu1", op("relu"), [pooled])]), tmp_path / "more.py")


def test_it_exports_and_compiles() -> None:
    net, x = module(undone(op("maxpool")), Noise()).eval(), torch.from_numpy(sample((3, 9, 10), 2))
    for run in (torch.export.export(net, (x,)).module(), torch.compile(net, backend="eager", fullgraph=True)):
        assert all(torch.equal(a, b) for a, b in zip(run(x), net(x), strict=True))


def test_a_document_whose_unpooling_undoes_another_pooling_is_refused() -> None:
    graph = undone(op("maxpool"))
    text = write_document(graph)
    assert read_document(text, "it") == graph
    for other in ('"conv2", "conv2", "relu1"', '"conv2", "pool1", "conv1"'):
        with pytest.raises(Problem, match="E606") as caught:
            read_document(text.replace('"conv2", "pool1", "relu1"', other), "it")
        assert caught.value.diagnostics[0].found == "unpool1 does not take a max-pooling and that one's input"


def test_what_an_op_takes_for_its_size_is_on_no_path() -> None:
    builder = Builder((4, 9, 9))
    deep = "input"
    for number in range(3):
        deep = builder.add(f"conv{number}", op("conv", kernel=3, channels=4), [deep])
    x = builder.add("crop1", op("croplike", offset=0), ["input", deep])
    graph = builder.graph("net", [x])
    assert depth(graph) == 0


def test_a_crop_beyond_the_map_is_refused() -> None:
    builder = Builder((4, 9, 9))
    with pytest.raises(Mismatch, match="too small"):
        builder.add("crop1", op("croplike", offset=1), ["input", "input"])


def test_a_pooling_may_give_its_switches_alone(tmp_path: Path) -> None:
    builder = Builder((4, 8, 8))
    pooled = builder.add("pool1", op("maxpool"), ["input"])
    value = builder.add("conv1", op("conv", kernel=2, channels=4, stride=2), ["input"])
    graph = builder.graph("net", [builder.add("unpool1", op("unpool"), [value, pooled, "input"])])
    same(graph, tmp_path / "net.py")
    assert "_, pool1_switches = F.max_pool2d(x, 2, 2, return_indices=True)" in write(graph)
