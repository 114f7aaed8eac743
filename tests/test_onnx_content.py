"""What an ONNX file says: names, shapes, where it is from, and what is refused."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx_running import NEWEST, OLDEST, Noise, block, sample, session

from archspec.backends import formats
from archspec.backends.onnx import build
from archspec.diagnostics import Problem
from archspec.graph import Graph
from archspec.graph.builder import Builder
from archspec.ops.identity import Identity
from archspec.ops.relu import Relu
from archspec.weights.constant import Zeros
from archspec.weights.gaussian import Seeded


def test_names_are_the_paths(tmp_path: Path) -> None:
    graph, path = block(), tmp_path / "block.onnx"
    build(graph, path, "onnx", Noise(), {})
    model = onnx.load(path)
    assert [node.name for node in model.graph.node] == [
        "stem.conv1",
        "stem.bn1",
        "shortcut",  # an output, so it cannot go
        "body.relu1",
        "body.conv1",
        "add1",
        "drop1",
        "concat1",
        "fc1.flatten",
        "fc1",
    ]
    assert all(list(node.output) == [node.name] for node in model.graph.node)
    assert list(model.graph.node[5].input) == [
        "body.conv1",
        "stem.bn1",
    ]  # not `shortcut`, which changes nothing
    assert [value.name for value in model.graph.input] == ["input"]
    assert [value.name for value in model.graph.output] == ["fc1", "drop1", "shortcut"]
    found = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
    assert found == {name: weight.shape for name, _, weight in graph.tensors()}


def shape_of(value: onnx.ValueInfoProto) -> list[int | str]:
    return [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]


@pytest.mark.parametrize(("batch", "said"), [(None, "N"), (4, 4)])
def test_every_value_states_its_shape(tmp_path: Path, batch: int | None, said: int | str) -> None:
    graph, path = block(), tmp_path / "block.onnx"
    build(graph, path, "onnx", Noise(), {"batch": batch})
    proto = onnx.load(path).graph
    stated = {value.name: shape_of(value) for value in (*proto.input, *proto.value_info, *proto.output)}
    assert stated.keys() == {"input", *(node.name for node in proto.node)}
    assert len(proto.value_info) + len(proto.output) == len(proto.node)
    for name, shape in stated.items():
        assert shape == [said, *graph.shapes.get(name, (512,))]  # `fc1.flatten` alone is no node of the graph


def test_metadata(tmp_path: Path) -> None:
    path = tmp_path / "block.onnx"
    build(block(), path, "onnx", Seeded(9), {})
    model = onnx.load(path)
    assert (model.producer_name, model.producer_version, model.doc_string) == ("archspec", "0.1.0", "A block")
    assert (model.ir_version, model.opset_import[0].version, len(model.opset_import)) == (8, 18, 1)
    assert {item.key: item.value for item in model.metadata_props} == {
        "archspec.network": "block:B",
        "archspec.title": "A block",
        "archspec.sha256": "cd" * 32,
        "archspec.mode": "eval",
        "archspec.weights": "he",
        "archspec.seed": "9",
        "archspec.params": str(3 * 4 * 9 + 2 * 4 + (4 * 4 * 9 + 4) + (512 * 10 + 10)),
        "archspec.macs": str(64 * 3 * 4 * 9 + 64 * 4 * 4 * 9 + 512 * 10),
    }
    sources = {node.name: {item.key: item.value for item in node.metadata_props} for node in model.graph.node}
    assert sources["stem.conv1"] == {"archspec.source": "specs/block.arch:7"}
    assert sources["fc1"] == {}  # it was written nowhere
    assert {node.name: node.doc_string for node in model.graph.node}["stem.conv1"] == "conv3-4(bias=no)"
    assert str(tmp_path) not in path.read_bytes().decode("latin-1")


def test_no_seed_where_nothing_is_drawn(tmp_path: Path) -> None:
    build(block(), tmp_path / "block.onnx", "onnx", Zeros(), {})
    said = {item.key: item.value for item in onnx.load(tmp_path / "block.onnx").metadata_props}
    assert said["archspec.weights"] == "zeros"
    assert "archspec.seed" not in said


def test_an_identity_that_is_the_whole_network(tmp_path: Path) -> None:
    builder = Builder((3, 2, 2))
    builder.add("same", Identity(), ["input"])
    build(builder.graph("nothing", ["same"]), tmp_path / "net.onnx", "onnx", Zeros(), {})
    x = sample((3, 2, 2), 2)
    assert np.array_equal(session(tmp_path / "net.onnx").run(None, {"input": x})[0], x)


@pytest.mark.parametrize("options", [{"opset": OLDEST - 1}, {"opset": NEWEST + 1}, {"batch": 0}])
def test_options_out_of_range_are_refused(tmp_path: Path, options: dict[str, int]) -> None:
    with pytest.raises(Problem, match="E607"):
        build(block(), tmp_path / "block.onnx", "onnx", Zeros(), options)
    assert not list(tmp_path.iterdir())


def test_an_op_without_a_rule_is_refused(tmp_path: Path) -> None:
    class Novel(Relu):
        pass

    builder = Builder((3, 2, 2))
    builder.add("novel1", Novel(), ["input"])
    with pytest.raises(Problem, match="E607"):
        build(builder.graph("novel", ["novel1"]), tmp_path / "net.onnx", "onnx", Zeros(), {})


def test_a_wrong_shape_would_be_found(tmp_path: Path) -> None:
    """ONNX infers every shape by itself, and the two must agree."""
    graph = block()
    nodes = [replace(node, shape=(4, 8, 7)) if node.path == "add1" else node for node in graph.nodes]
    wrong = Graph(**dict(graph) | {"nodes": tuple(nodes)})
    with pytest.raises(onnx.shape_inference.InferenceError, match="add1"):
        build(wrong, tmp_path / "block.onnx", "onnx", Zeros(), {})
    assert not list(tmp_path.iterdir())


def test_importing_is_cheap() -> None:
    script = "import sys, archspec.backends.onnx; print(*{'numpy', 'onnx', 'torch'} & sys.modules.keys())"
    found = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.split() == []
    assert "onnx" in formats()
