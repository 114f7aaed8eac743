"""The shipped specs against the oracle: totals, and every layer (VGG: Simonyan & Zisserman 2015, Tables 1 and 2)."""

import json
from pathlib import Path

import pytest

import archspec
from archspec.graph import Graph
from archspec.graph.counts import node_macs, node_params

ROOT = Path(__file__).parents[1]
TRUTH = json.loads((ROOT / "tests" / "truth" / "vgg.json").read_text())
KINDS = {
    "Conv2d": "conv", "ReLU": "relu", "MaxPool2d": "maxpool", "Linear": "fc", "Dropout": "dropout",
    "LocalResponseNorm": "lrn",
}  # fmt: skip
FILES = {column: f"specs/vgg_{column.lower().replace('-', '_')}.arch" for column in TRUTH}
EVERY = [(column, path) for column in TRUTH for path in (f"specs/vgg.arch:{column}", FILES[column])]


@pytest.fixture(autouse=True)
def _at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize(("column", "path"), EVERY)
def test_totals_are_the_oracles(column: str, path: str) -> None:
    network, truth = archspec.load(path), TRUTH[column]["totals"]
    assert network.counts.depth == truth["weight_layers"]
    assert network.counts.params == (truth["params_exact"], 0)
    assert network.counts.macs == truth["macs_exact"]
    assert list(network.graph.input.shape) == truth["input_shape"]
    assert [list(network.graph.shapes[path]) for path in network.graph.outputs] == truth["output_shapes"]


@pytest.mark.parametrize(("column", "path"), EVERY)
def test_every_layer_is_the_oracles(column: str, path: str) -> None:
    graph = archspec.load(path).graph
    truth = [layer for layer in TRUTH[column]["layers"] if layer["type"] != "Flatten"]  # our FC flattens
    nodes = [node for node in graph.nodes if node.op.kind != "softmax"]  # the oracle ends with the scores
    found = [(node.op.kind, list(node.shape), sum(node_params(graph, node)), node_macs(graph, node)) for node in nodes]
    assert found == [(KINDS[x["type"]], x["out"], x["params"], x["macs"]) for x in truth]


def without_places(graph: Graph) -> dict[str, object]:
    """A graph without where it was written and what the file calls it."""
    data = graph.model_dump(exclude={"name", "title", "column", "sha256"})
    for node in data["nodes"]:
        del node["origin"]
    return data


@pytest.mark.parametrize("column", TRUTH)
def test_a_column_and_its_own_file_are_the_same_graph(column: str) -> None:
    whole = archspec.load("specs/vgg.arch", column).graph
    alone = archspec.load(FILES[column]).graph
    assert without_places(whole) == without_places(alone)


def test_published_deviation_is_listed() -> None:
    (network,) = archspec.check("specs/vgg.arch:D").networks
    (deviation,) = network.deviations
    assert deviation[:3] == ("macs", "15.3G", "15.5G")


def test_every_shipped_spec_is_checked_here_and_clean() -> None:
    """Not one diagnostic, warnings included, in any shipped spec."""
    shipped = sorted(path.name for path in (ROOT / "specs").glob("*.arch"))
    assert shipped == sorted(["vgg.arch", *(Path(path).name for path in FILES.values())])
    for name in shipped:
        assert archspec.check(f"specs/{name}").diagnostics == ()
