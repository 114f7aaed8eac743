"""One graph, the same numbers: PyTorch module, generated module and onnxruntime agree, weights and names included."""

from pathlib import Path
from typing import Any

import numpy
import onnx
import onnxruntime
import pytest
import torch
from written import load

import archspec
from archspec import Network, ops
from archspec.op.form import shown_fields

ROOT = Path(__file__).parents[1]
EVERYTHING = str(ROOT / "tests" / "cases" / "everything.arch")
TOLERANCE = 1e-5
"""Largest difference allowed, relative to the largest value."""


def example(network: Network, batch: int) -> torch.Tensor:
    return torch.randn(batch, *network.graph.input.shape, generator=torch.Generator().manual_seed(7))


def run_torch(module: torch.nn.Module, x: torch.Tensor) -> numpy.ndarray[Any, Any]:
    with torch.no_grad():
        return module.eval()(x).numpy()  # type: ignore[no-any-return]


def run_onnx(path: Path, x: torch.Tensor) -> numpy.ndarray[Any, Any]:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {"input": x.numpy()})[0]  # type: ignore[no-any-return]


def difference(one: numpy.ndarray[Any, Any], other: numpy.ndarray[Any, Any]) -> float:
    assert one.shape == other.shape
    assert numpy.isfinite(one).all()
    assert numpy.abs(one).max() > 0
    return float(numpy.abs(one - other).max() / numpy.abs(one).max())


def generated(network: Network, folder: Path) -> torch.nn.Module:
    """The module of the written .py file."""
    (path,) = network.build(folder / "generated.py", to="torch")
    return load(path)()


@pytest.mark.parametrize("column", ["A-LRN", "E"])
def test_vgg_agrees_at_its_own_size(column: str, tmp_path: Path) -> None:
    network = archspec.load(str(ROOT / "specs" / "vgg.arch"), column)
    path = network.build(tmp_path / "vgg.onnx", to="onnx")[0]
    x = example(network, 1)
    assert difference(run_torch(network.to_torch(), x), run_onnx(path, x)) <= TOLERANCE


@pytest.mark.parametrize("column", ["small", "large"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_everything_agrees(column: str, seed: int, tmp_path: Path) -> None:
    network = archspec.load(EVERYTHING, column)
    path = network.build(tmp_path / "everything.onnx", to="onnx", seed=seed)[0]
    x = example(network, 3)
    assert difference(run_torch(network.to_torch(seed=seed), x), run_onnx(path, x)) <= TOLERANCE


def test_everything_is_everything() -> None:
    """Every op is in the test spec, and every option of every op away from its default."""
    nodes = [node for column in ("small", "large") for node in archspec.load(EVERYTHING, column).graph.nodes]
    used = {(node.op.kind, field) for node in nodes for field in shown_fields(node.op)}
    assert {node.op.kind for node in nodes} == set(ops.kinds())
    every = {(op.own_kind(), field) for op in ops.every() for field in op.model_fields}
    assert {(kind, field) for kind, field in every - used if field != "kind"} == set()


@pytest.mark.parametrize("spec", [f"{EVERYTHING}:small", f"{EVERYTHING}:large"])
def test_generated_module_is_the_same_module(spec: str, tmp_path: Path) -> None:
    network = archspec.load(spec)
    live, written = network.to_torch(), generated(network, tmp_path)
    assert {k: v.shape for k, v in live.state_dict().items()} == {k: v.shape for k, v in written.state_dict().items()}
    written.load_state_dict(live.state_dict())
    x = example(network, 2)
    assert numpy.array_equal(run_torch(live, x), run_torch(written, x))


def test_generated_vgg_e_is_short_and_the_same(tmp_path: Path) -> None:
    network = archspec.load(str(ROOT / "specs" / "vgg_e.arch"))
    live, written = network.to_torch(), generated(network, tmp_path)
    written.load_state_dict(live.state_dict())
    x = example(network, 1)
    assert numpy.array_equal(run_torch(live, x), run_torch(written, x))
    text = (tmp_path / "generated.py").read_text()
    assert len(text.splitlines()) < 60
    imports = [line for line in text.splitlines() if line.startswith(("import ", "from "))]
    assert {line.split()[1].split(".")[0] for line in imports} == {"torch"}


@pytest.mark.parametrize("column", ["small", "large"])
def test_state_dict_and_initializers_have_the_same_names_and_values(column: str, tmp_path: Path) -> None:
    network = archspec.load(EVERYTHING, column)
    model = onnx.load(network.build(tmp_path / "everything.onnx", to="onnx", seed=5)[0])
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    state = network.to_torch(seed=5).state_dict()
    weights = {name for name in state if not name.endswith("num_batches_tracked")}  # PyTorch's own counters
    assert weights == {name for name, _, _ in network.graph.tensors()}
    assert weights <= stored.keys()
    for name in weights:
        assert numpy.array_equal(stored[name], state[name].numpy()), name
