"""What an ONNX file should be: no more nodes than others write, shapes everywhere, the same bytes always, no paths."""

import io
import os
import subprocess
import sys
from pathlib import Path

import onnx
import pytest
import torch
from torch import nn
from zoo import networks

import archspec
from archspec.backends.onnx.lower import lower
from archspec.graph import Graph
from archspec.rewrite import Changes, rewrite
from benchmarks.models import MODELS

ROOT = Path(__file__).parents[1]
BUT_ONE = [name for name in MODELS if name != "deconvnet"]  # the old exporter has no unpooling


def lowered(graph: Graph, fold_bn: bool = False) -> tuple[Graph, onnx.GraphProto]:
    """A network as an ONNX file has it, and its nodes."""
    changed, _ = rewrite(graph, Changes(heads=False, fold_bn=fold_bn), "zeros", 0)
    return changed, lower(changed, 18, None)


def by_hand(name: str) -> Graph:
    return archspec.load(MODELS[name].spec).graph


def exported(name: str) -> onnx.ModelProto:
    """What PyTorch's own exporter that needs no further package writes, batch normalization folded.

    It leaves out tensors that are equal, and then does not fold: so they are not. VGG has nothing to fold, and its
    weights stay out of the file. U-Net is of a smaller size, which has the same nodes.
    """
    with torch.device("meta"):
        network = MODELS[name].build().eval()
    network.to_empty(device="cpu")
    if name not in ("vgg_d", "vgg_e"):
        for tensor in network.state_dict().values():
            nn.init.uniform_(tensor, 0.5, 1.5) if tensor.is_floating_point() else None
    file = io.BytesIO()
    size = {"unet": (1, 188, 188), "googlenet": (3, 224, 224), "vgg_d": (3, 224, 224), "vgg_e": (3, 224, 224)}.get(
        name, (3, 64, 64)
    )
    torch.onnx.export(
        network,
        (torch.rand(1, *size),),
        file,
        dynamo=False,
        input_names=["x"],
        output_names=["y"],
        dynamic_axes={"x": {0: "N"}, "y": {0: "N"}},
        export_params=name not in ("vgg_d", "vgg_e"),
    )
    return onnx.load_from_string(file.getvalue())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", BUT_ONE)
def test_no_more_nodes_than_the_exporter(name: str) -> None:
    theirs = exported(name).graph.node
    kinds = {node.op_type for node in theirs}
    assert "BatchNormalization" not in kinds
    assert {"Conv", "Relu"} <= kinds
    assert len(lowered(by_hand(name), fold_bn=True)[1].node) <= len(theirs)


LRN = ("squares", "deep_squares", "deep_sums", "sums", "root", "fourth_root", "divisor")
"""The nodes of a local response normalization besides the last."""


@pytest.mark.parametrize("name", networks())
def test_a_layer_is_one_node_or_none(name: str) -> None:
    """No dropout, identity or constant; a flattening where a fully connected layer takes a map, and LRN spelt out."""
    graph, proto = lowered(archspec.load(name).graph)
    layers = [node for node in graph.nodes if node.op.kind not in ("dropout", "identity")]
    flat = [f"{node.path}.flatten" for node in layers if node.op.kind == "fc" and len(graph.takes(node)[0]) == 3]
    spelt = [f"{node.path}.{what}" for node in layers if node.op.kind == "lrn" for what in LRN]
    assert sorted(node.name for node in proto.node) == sorted([*(node.path for node in layers), *flat, *spelt])
    assert not {"Identity", "Dropout", "Constant", "Shape"} & {node.op_type for node in proto.node}


@pytest.mark.parametrize("name", MODELS)
def test_every_value_has_its_shape(name: str) -> None:
    _, graph = lowered(by_hand(name))
    stated = {value.name: value.type.tensor_type.shape.dim for value in (*graph.value_info, *graph.output)}
    given = [value for node in graph.node for value in node.output]
    assert stated.keys() == set(given)
    for value in given:
        assert stated[value][0].dim_param == "N"
        assert all(dim.dim_value > 0 for dim in stated[value][1:])


SPEC = """net net
input 32x32 RGB
default conv bias=no -> bn relu
conv3-16
maxpool
FC-512
FC-1024
"""
RUN = "import os; os.sched_setaffinity(0, {cores}); from archspec.cli import run; run()"


def run_build(spec: str, folder: Path, out: str, hashing: str = "0", cores: set[int] | None = None) -> dict[str, bytes]:
    """The files that the command writes, on these cores."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": hashing}
    environment.pop("OMP_NUM_THREADS", None)
    program = RUN.format(cores=cores or os.sched_getaffinity(0))
    command = [sys.executable, "-c", program, "build", spec, "--to", "onnx", "-o", out, "--external-data", "always"]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    written = (folder / out).parent
    return {path.name: path.read_bytes() for path in written.iterdir() if path.suffix in (".onnx", ".data")}


def test_the_same_bytes_and_no_path(tmp_path: Path) -> None:
    """From three working folders, on one core and on all, with two orders of hashing, and twice the same."""
    inner = tmp_path / "some_folder"
    inner.mkdir()
    (inner / "net.arch").write_text(SPEC)
    core = min(os.sched_getaffinity(0))
    first = run_build("net.arch", inner, "net.onnx", cores={core})
    assert [*sorted(first)] == sorted({name for name in first if name.startswith("net.")})
    assert len(first) == 2
    assert first == run_build("net.arch", inner, "net.onnx", hashing="1")
    assert first == run_build("some_folder/net.arch", tmp_path, "some_folder/net.onnx", hashing="random")
    assert first == run_build(str(inner / "net.arch"), ROOT, str(inner / "net.onnx"))
    for folder in (b"some_folder", str(tmp_path).encode(), str(ROOT).encode(), str(Path.home()).encode() + b"/"):
        assert not any(folder in data for data in first.values())
