"""Networks other than as their specs have them: batch normalization folded, softmax left off, heads left out."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from everything import chain, everything, op
from head_nets import headed
from numpy.typing import NDArray
from onnx_running import Noise, agree, run_onnx, run_torch, sample

from archspec.diagnostics import Problem
from archspec.graph import Graph, Label
from archspec.graph.builder import Builder
from archspec.graph.counts import count
from archspec.graph.document import inconsistency
from archspec.network import Network
from archspec.op import Op, Shape, Weight
from archspec.rewrite import Changes, rewrite
from archspec.rewrite.fold import fold
from archspec.rewrite.logits import logits
from archspec.weights import CHUNK, full, open_weights
from archspec.weights.gaussian import Seeded
from archspec.weights.store import export

LAYERS: list[tuple[Shape, Op]] = [
    ((6, 7, 7), op("conv", kernel=3, channels=8)),
    ((6, 7, 7), op("conv", kernel=(3, 1), channels=8, bias=False, stride=2, groups=2, pad=(0, 1, 2, 0))),
    ((6, 7, 7), op("dwconv", kernel=3, multiplier=2, bias=False)),
    ((6, 7, 7), op("dwconv", kernel=3, dilation=2)),
    ((6, 7, 7), op("upconv", kernel=4, channels=8, stride=2, pad="same")),
    ((6, 7, 7), op("upconv", kernel=3, channels=8, stride=2, groups=2, bias=False, output_pad=1)),
    ((6, 7, 7), op("upconv", kernel=2, channels=9, stride=2, groups=3)),
    ((6, 7, 7), op("fc", features=5)),
    ((6,), op("fc", features=5, bias=False)),
]


@pytest.mark.parametrize(("shape", "layer"), LAYERS, ids=lambda value: str(value))
def test_a_folded_layer_gives_what_both_gave(shape: Shape, layer: Op, tmp_path: Path) -> None:
    graph = chain(shape, layer, op("bn", eps=1e-3), op("relu"))
    folded, weights = fold(graph, Noise())
    assert [node.op.kind for node in folded.nodes] == [layer.kind, "relu"]
    assert inconsistency(folded) is None
    x = sample(shape, 3)
    (wanted,) = run_torch(graph, Noise(), x)
    assert (wanted > 0).sum() > 5
    agree(run_torch(folded, weights, x)[0], wanted)
    agree(run_onnx(folded, weights, x, tmp_path)[0], wanted)


def test_a_network_of_everything_folds(tmp_path: Path) -> None:
    folded, weights = fold(everything(), Noise())
    x = sample(everything().input.shape, 2)
    wanted = run_torch(everything(), Noise(), x)
    assert len(folded.nodes) < len(everything().nodes)
    for found in (run_torch(folded, weights, x), run_onnx(folded, weights, x, tmp_path)):
        for one, other in zip(found, wanted, strict=True):
            agree(one, other)


def test_heads_fold_too(tmp_path: Path) -> None:
    graph = headed()
    folded, weights = fold(graph, Noise())
    assert not [node for node in folded.nodes if node.op.kind == "bn"]
    x = sample((3, 12, 12), 2)
    for found, wanted in zip(
        run_onnx(folded, weights, x, tmp_path), run_onnx(graph, Noise(), x, tmp_path), strict=True
    ):
        agree(found, wanted)


def shared(outputs: tuple[str, ...]) -> Graph:
    """A convolution whose value goes into two layers, and one whose value goes into one."""
    builder = Builder((3, 4, 4))
    one = builder.add("conv1", op("conv", kernel=1, channels=4), ["input"])
    norm = builder.add("bn1", op("bn"), [one])
    total = builder.add("add1", op("add"), [one, norm])
    two = builder.add("conv2", op("conv", kernel=1, channels=4), [total])
    builder.add("bn2", op("bn"), [two])
    labels = [Label(name="before", value="conv2"), Label(name="after", value="bn2"), Label(name="sum", value="add1")]
    return builder.graph("shared", outputs, labels=labels)


def test_a_value_that_goes_elsewhere_too_is_not_folded() -> None:
    folded, _ = fold(shared(("bn2",)), Noise())
    assert [node.path for node in folded.nodes] == ["conv1", "bn1", "add1", "conv2"]
    assert folded.outputs == ("conv2",)
    assert [(label.name, label.value) for label in folded.labels] == [("after", "conv2"), ("sum", "add1")]
    both, _ = fold(shared(("bn2", "conv2")), Noise())
    assert both == shared(("bn2", "conv2"))


def test_a_normalization_of_the_input_or_of_a_sum_stays() -> None:
    graph = chain((3, 4, 4), op("bn"), op("conv", kernel=1, channels=4), op("relu"), op("bn"))
    assert fold(graph, Noise())[0] == graph


class Counted:
    """Weights that count how many values they hand out at a time, at most."""

    seed: int | None = None
    largest = 0

    def describe(self) -> str:
        return "counted"

    def fill(self, name: str, weight: Weight, start: int, out: NDArray[np.float32]) -> None:
        Seeded(1).fill(name, weight, start, out)
        self.largest = max(self.largest, out.size)


def test_folding_holds_a_piece_of_a_tensor_at_a_time() -> None:
    graph = chain((600, 1, 1), op("conv", kernel=3, channels=500), op("bn"))
    source = Counted()
    folded, weights = fold(graph, source)
    (name, _, weight), _ = folded.tensors()
    values = full(weights, name, weight).ravel()
    assert source.largest == CHUNK < values.size == 600 * 9 * 500
    assert np.allclose(values, full(Seeded(1), name, weight).ravel() / np.sqrt(1 + 1e-5), rtol=1e-6)


def test_folded_weights_can_be_exported_and_read_back(tmp_path: Path) -> None:
    graph = chain((3, 6, 6), op("conv", kernel=3, channels=4, bias=False), op("bn"), op("relu"))
    folded, weights = fold(graph, Noise())
    export(folded, weights, tmp_path / "folded.safetensors")
    again = open_weights(str(tmp_path / "folded.safetensors"), 0, folded)
    x = sample((3, 6, 6), 2)
    agree(run_torch(folded, again, x)[0], run_torch(graph, Noise(), x)[0])
    assert weights.describe() == "noise, batch normalization folded"


def test_logits_are_the_values_before_the_softmax() -> None:
    graph = headed()
    bare = logits(graph)
    assert bare.outputs == ("top.fc1",)
    assert [head.value for head in bare.heads] == ["aux1.fc1", "aux2.fc2"]
    assert {node.path for node in graph.nodes} - {node.path for node in bare.nodes} == {"top.softmax2", "aux1.softmax2"}
    x = sample((3, 12, 12), 2)
    (probabilities,), (values,) = run_torch(graph, Noise(), x), run_torch(bare, Noise(), x)
    agree(probabilities, torch.from_numpy(values).softmax(1))
    assert logits(bare) == bare


def test_logsoftmax_is_left_off_and_other_activations_stay() -> None:
    assert logits(chain((4,), op("fc", features=3), op("logsoftmax"))).outputs == ("fc1",)
    sigmoid = chain((4,), op("fc", features=3), op("sigmoid"))
    assert logits(sigmoid) == sigmoid


def test_a_softmax_that_is_taken_further_stays() -> None:
    builder = Builder((3, 4, 4))
    x = builder.add("conv1", op("conv", kernel=1, channels=4), ["input"])
    soft = builder.add("softmax1", op("softmax"), [x])
    last = builder.add("conv2", op("conv", kernel=1, channels=4), [soft])
    graph = logits(builder.graph("taken", [soft, last]))
    assert (graph.outputs, [node.path for node in graph.nodes]) == (("conv1", "conv2"), ["conv1", "softmax1", "conv2"])
    lone = chain((4,), op("softmax"))
    assert logits(lone) == lone


def test_all_changes_at_once(tmp_path: Path) -> None:
    graph, weights = rewrite(headed(), Changes(heads=False, logits=True, fold_bn=True), "he", 3)
    assert [node.path for node in graph.nodes] == [
        "stem.conv0", "stem.relu2", "body.conv0", "body.relu2", "top.dropout0", "top.fc1",
    ]  # fmt: skip
    assert weights.seed == 3
    assert rewrite(headed(), Changes())[0] == headed()


def test_a_file_with_the_weights_of_heads_serves_without_them(tmp_path: Path) -> None:
    network = Network(headed(), count(headed()))
    export(headed(), Noise(), tmp_path / "all.safetensors")
    path = str(tmp_path / "all.safetensors")
    bare = network.to_torch(path, heads=False).state_dict()
    whole = network.to_torch(path).state_dict()
    assert all(torch.equal(value, whole[name]) for name, value in bare.items())
    export(rewrite(headed(), Changes(heads=False))[0], Noise(), tmp_path / "main.safetensors")
    assert network.to_torch(str(tmp_path / "main.safetensors"), heads=False).state_dict().keys() == bare.keys()
    with pytest.raises(Problem) as caught:
        network.to_torch(str(tmp_path / "main.safetensors"))
    assert caught.value.diagnostics[0].notes[0] == "missing: aux1.fc1.weight, 5x54"


def test_a_mode_that_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="E602: there is no mode `test`"):
        Network(headed(), count(headed())).build(tmp_path / "net.onnx", to="onnx", mode="test")


@pytest.mark.parametrize(
    ("to", "options", "heads"),
    [
        ("onnx", {}, False), ("onnx", {"mode": "train"}, True), ("onnx", {"mode": "train", "heads": False}, False),
        ("torch", {}, True), ("torch", {"mode": "eval"}, False), ("torch", {"heads": False}, False),
        ("dot", {}, True), ("dot", {"mode": "eval"}, False), ("json", {}, True), ("json", {"heads": False}, False),
    ],
)  # fmt: skip
def test_what_each_format_has_of_heads(to: str, options: dict[str, Any], heads: bool, tmp_path: Path) -> None:
    network = Network(headed(), count(headed()))
    (path,) = network.build(tmp_path / "net", to, **options)
    assert (b"aux1" in path.read_bytes()) == heads
