"""Heads: outputs for training alone, in counts, documents and every back end."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from everything import chain, op
from head_nets import headed
from onnx_running import NEWEST, OLDEST, Noise, agree, sample, session, tensors
from torch.nn import functional as F
from written import load

from archspec.backends.onnx import build as to_onnx
from archspec.backends.torch import build
from archspec.backends.torch.module import module
from archspec.diagnostics import Problem
from archspec.figures import draw
from archspec.figures.scene import Words
from archspec.graph import Graph, Head
from archspec.graph.counts import Parameters, Totals, count
from archspec.graph.document import read_document, write_document
from archspec.op import Shape
from archspec.rewrite.heads import without_heads

Values = tuple[torch.Tensor, ...]
STATISTICS = tuple(f"{bn}.new_running_{which}" for bn in ("stem.bn1", "body.bn1") for which in ("mean", "var"))


def by_hand(x: torch.Tensor, w: dict[str, torch.Tensor], training: bool) -> Values:
    """What `headed()` computes, without dropout: the output, then both heads."""

    def norm(value: torch.Tensor, path: str) -> torch.Tensor:
        mean, var, scale, shift = (w[f"{path}.{n}"] for n in ("running_mean", "running_var", "weight", "bias"))
        if training:
            mean, var = value.mean((0, 2, 3)), value.var((0, 2, 3), correction=0)
        columns = ((value - mean[:, None, None]) / (var[:, None, None] + 1e-5).sqrt()) * scale[:, None, None]
        return columns + shift[:, None, None]

    def fc(value: torch.Tensor, path: str) -> torch.Tensor:
        return F.linear(value.flatten(1), w[f"{path}.weight"], w[f"{path}.bias"])

    stem = norm(F.conv2d(x, w["stem.conv0.weight"], None, 1, 1), "stem.bn1").relu()
    body = norm(F.conv2d(stem, w["body.conv0.weight"], w["body.conv0.bias"], 2, 1), "body.bn1").relu()
    aux2 = fc(F.conv2d(body, w["aux2.conv0.weight"], w["aux2.conv0.bias"]), "aux2.fc2")
    return fc(body, "top.fc1").softmax(1), fc(F.avg_pool2d(stem, 4), "aux1.fc1").softmax(1), aux2


def live(graph: Graph) -> torch.nn.Module:
    return module(graph, Noise())


def generated(graph: Graph, folder: Path) -> Any:
    """An instance of the class in the written file, with the same weights."""
    build(graph, path := folder / "net.py", "torch", Noise(), {})
    net: Any = load(path)()
    net.load_state_dict(live(graph).state_dict())
    return net


def run_onnx(graph: Graph, x: np.ndarray[Any, Any], mode: str, folder: Path) -> dict[str, np.ndarray[Any, Any]]:
    to_onnx(graph, folder / "net.onnx", "onnx", Noise(), {"mode": mode})
    runs = session(folder / "net.onnx")
    return dict(zip([value.name for value in runs.get_outputs()], runs.run(None, {"input": x}), strict=True))


def test_counts_are_those_of_the_paper_and_of_training() -> None:
    main = 6 * 27 + 2 * 6 + (8 * 54 + 8) + 2 * 8 + (5 * 8 * 36 + 5)
    heads = (5 * 6 * 9 + 5) + (2 * 8 + 2) + (5 * 2 * 36 + 5)
    macs = 144 * 6 * 27 + 36 * 8 * 54 + 5 * 288
    more = 5 * 54 + 36 * 2 * 8 + 5 * 72
    counts = count(headed())
    assert counts == (3, (main, 0), macs, Totals(Parameters(main + heads, 0), macs + more))
    bare = count(without_heads(headed()))
    assert bare == (3, (main, 0), macs, (Parameters(main, 0), macs))


def test_without_heads_nothing_of_theirs_is_left() -> None:
    bare = without_heads(headed())
    assert [node.path for node in bare.nodes] == [n.path for n in headed().nodes if not n.path.startswith("aux")]
    assert (bare.heads, bare.outputs, bare.labels) == ((), headed().outputs, headed().labels)
    assert without_heads(bare) is bare


def test_what_nothing_needs_stays_when_heads_go() -> None:
    graph = headed()
    spare = without_heads(graph.model_copy(update={"outputs": ("stem.relu2",), "heads": graph.heads[:1]}))
    assert "top.fc1" in {node.path for node in spare.nodes}


def test_a_document_keeps_heads() -> None:
    assert read_document(write_document(headed()), "a.json") == headed()


@pytest.mark.parametrize(
    ("heads", "fault"),
    [
        ([{"name": "a", "value": "nowhere"}], "nowhere is no value"),
        ([{"name": "a", "value": "stem.bn1"}, {"name": "a", "value": "body.bn1"}], "two heads have one name"),
        ([{"name": "a", "value": "stem.bn1", "weight": 0}], "greater than 0"),
    ],
)
def test_a_document_with_wrong_heads_is_refused(heads: list[dict[str, Any]], fault: str) -> None:
    text = headed().model_copy(update={"heads": ()}).model_dump(mode="json") | {"heads": heads}
    with pytest.raises(Problem) as caught:
        read_document(json.dumps(text), "a.json")
    assert fault in caught.value.diagnostics[0].found


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("form", ["live", "generated"])
def test_a_module_gives_its_heads_while_it_is_trained(form: str, training: bool, tmp_path: Path) -> None:
    graph = headed()
    net = live(graph) if form == "live" else generated(graph, tmp_path)
    x = torch.from_numpy(sample((3, 12, 12), 4))
    weights = tensors(graph, Noise())
    with torch.no_grad():
        found, wanted = net.train(training)(x), by_hand(x, weights, training)
    assert isinstance(found, tuple) == training
    for one, other in zip(found if training else (found,), wanted if training else wanted[:1], strict=True):
        agree(one.numpy(), other)


def test_the_weights_of_losses_are_in_order(tmp_path: Path) -> None:
    assert live(headed()).head_weights == generated(headed(), tmp_path).head_weights == (0.3, 1.0)
    assert live(without_heads(headed())).head_weights == ()


def test_gradients_reach_what_only_heads_need() -> None:
    net = live(headed())
    main, *heads = net.train()(torch.from_numpy(sample((3, 12, 12), 4)))
    loss = sum((w * head.square().sum() for w, head in zip(net.head_weights, heads, strict=True)), main.square().sum())
    loss.backward()
    assert all(parameter.grad is not None for parameter in net.parameters())


def test_a_module_without_heads_has_no_weights_of_theirs() -> None:
    names = live(without_heads(headed())).state_dict()
    assert names.keys() == {name for name in live(headed()).state_dict() if not name.startswith("aux")}


def test_no_layer_is_called_as_the_weights_of_losses() -> None:
    graph = headed()
    nodes = (replace(graph.nodes[0], path="head_weights"),)
    with pytest.raises(Problem, match="keeps the weights of its heads"):
        module(graph.model_copy(update={"nodes": nodes, "outputs": ("head_weights",), "heads": (), "labels": ()}))


def test_a_head_on_the_output_itself(tmp_path: Path) -> None:
    graph = headed().model_copy(update={"heads": (Head(name="again", value="top.softmax2"),)})
    x = sample((3, 12, 12), 2)
    for net in (live(graph), generated(graph, tmp_path)):
        main, again = net.train()(torch.from_numpy(x))
        assert torch.equal(main, again)
    assert "top.softmax2" in run_onnx(graph, x, "train", tmp_path)


def test_onnx_for_training_gives_heads_and_brings_statistics_forward(tmp_path: Path) -> None:
    x, weights = sample((3, 12, 12), 4), tensors(headed(), Noise())
    found = run_onnx(headed(), x, "train", tmp_path)
    assert tuple(found) == ("top.softmax2", "aux1.softmax2", "aux2.fc2", *STATISTICS)
    for value, wanted in zip(found.values(), by_hand(torch.from_numpy(x), weights, training=True), strict=False):
        agree(value, wanted)
    stem = F.conv2d(torch.from_numpy(x), weights["stem.conv0.weight"], None, 1, 1)
    mean = 0.9 * weights["stem.bn1.running_mean"] + 0.1 * stem.mean((0, 2, 3))
    var = 0.9 * weights["stem.bn1.running_var"] + 0.1 * stem.var((0, 2, 3), correction=0)
    agree(found["stem.bn1.new_running_mean"], mean)
    agree(found["stem.bn1.new_running_var"], var)


def test_onnx_for_training_is_as_the_module_in_training(tmp_path: Path) -> None:
    x = sample((3, 12, 12), 4)
    found = run_onnx(headed(), x, "train", tmp_path)
    with torch.no_grad():
        wanted = live(headed()).train()(torch.from_numpy(x))
    for value, other in zip(found.values(), wanted, strict=False):
        agree(value, other)


def test_onnx_for_training_drops_values(tmp_path: Path) -> None:
    x = sample((3, 12, 12), 4)
    none = run_onnx(headed(0.0), x, "train", tmp_path)
    half = run_onnx(headed(0.5), x, "train", tmp_path)
    assert np.abs(none["aux2.fc2"] - half["aux2.fc2"]).max() > 0.1
    assert np.array_equal(none["aux1.softmax2"], half["aux1.softmax2"])
    kept = run_onnx(headed(0.5), x, "eval", tmp_path)
    agree(kept["aux2.fc2"], by_hand(torch.from_numpy(x), tensors(headed(), Noise()), training=False)[2])


def test_onnx_says_what_it_is_for_and_which_heads_it_has(tmp_path: Path) -> None:
    run_onnx(headed(), sample((3, 12, 12), 1), "train", tmp_path)
    about = {item.key: item.value for item in onnx.load(tmp_path / "net.onnx").metadata_props}
    assert about["archspec.mode"] == "train"
    assert about["archspec.head.aux1"] == "aux1.softmax2, weight 0.3"
    assert about["archspec.head.aux2"] == "aux2.fc2, weight 1"


def test_a_figure_shows_every_head() -> None:
    words = [item.text for item in draw(headed()).items if isinstance(item, Words)]
    assert [text for text in words if text.startswith("aux")] == ["aux1, weight 0.3", "aux2, weight 1"]
    for style in ("auto", "dag"):
        shown = [path for item in draw(headed(), style).items for path in getattr(item, "layers", ())]
        assert sorted(shown) == sorted(headed().by_path)


@pytest.mark.parametrize("opset", [OLDEST, NEWEST])
@pytest.mark.parametrize("shape", [(6,), (6, 5, 4)])
def test_onnx_for_training_normalizes_maps_and_vectors(shape: Shape, opset: int, tmp_path: Path) -> None:
    graph = chain(shape, op("bn", momentum=0.25), op("relu"))
    x, net = sample(shape, 4), live(graph).train()
    to_onnx(graph, tmp_path / "net.onnx", "onnx", Noise(), {"mode": "train", "opset": opset, "batch": 4})
    value, mean, _ = session(tmp_path / "net.onnx").run(None, {"input": x})
    with torch.no_grad():
        agree(value, net(torch.from_numpy(x)))
    agree(mean, net.state_dict()["bn1.running_mean"])
