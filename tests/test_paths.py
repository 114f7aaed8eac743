"""Paths: the figures of Veit et al. 2016, and every path of small networks walked one by one."""

import json
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from math import comb, sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archspec
from archspec import ops
from archspec.analysis.paths import paths
from archspec.cli import main
from archspec.diagnostics import Problem
from archspec.graph import Graph
from archspec.graph.builder import Builder
from archspec.graph.residual import modules

BLOCKS = """
net small
input 8x8x4
default residual shortcut={}
default conv -> bn
residual:
    conv3-4 relu conv3-4
residual:
    conv3-8/2 relu conv3-8
residual:
    concat:
        | conv3-4
        | conv3-4
FC-3
"""


def test_the_network_of_the_paper() -> None:
    """The oracle, networks.md section 4: exact where the paper rounds."""
    found = paths(archspec.load("cifar_preact", "110").graph)
    assert len(found.modules) == 54
    assert found.total == 2**54 == 18_014_398_509_481_984
    assert found.counts == tuple(comb(54, length) for length in range(55))
    assert found.mean == 27
    assert float(found.share(19, 35)) == pytest.approx(0.98017, abs=5e-6)
    assert found.central(Fraction(95, 100)) == (20, 34)
    assert float(found.share(20, 34)) == pytest.approx(0.95978, abs=5e-6)
    assert float(found.share(5, 17)) == pytest.approx(0.0045367, abs=5e-8)
    assert sqrt(found.variance) == pytest.approx(3.674, abs=5e-4)
    assert [found.without(k).total for k in (1, 10, 20)] == [2**53, 2**44, 2**34]
    trained = found.without(54 - 23)
    assert trained.mean == Fraction(23, 2)
    assert float(trained.share(5, 17)) == pytest.approx(0.9934, abs=5e-5)


@pytest.mark.parametrize(
    ("column", "count"), [("20", 9), ("32", 15), ("44", 21), ("56", 27), ("110", 54), ("1202", 600)]
)
@pytest.mark.parametrize("spec", ["cifar_preact", "cifar_resnet", "cifar_resnet_b"])
def test_the_modules_of_the_networks_for_cifar(spec: str, column: str, count: int) -> None:
    found = paths(archspec.load(spec, column).graph)
    kinds = Counter(module.kind for module in found.modules.values())
    assert kinds == {"identity": count - 2, "projection" if spec.endswith("_b") else "padding": 2}
    assert found.counts == tuple(comb(count, length) for length in range(count + 1))


@pytest.mark.parametrize(("column", "count"), [("18", 8), ("34", 16), ("50", 16), ("101", 33), ("152", 50)])
def test_projections_are_shortcuts(column: str, count: int) -> None:
    """He et al. 2016, Table 1: 2+2+2+2, 3+4+6+3, 3+4+23+3 and 3+8+36+3 blocks."""
    kinds = Counter(module.kind for module in modules(archspec.load("resnet", column).graph).values())
    assert kinds["projection"] == (3 if column in ("18", "34") else 4)
    assert kinds.total() == count


def walk(graph: Graph, path: str, taken: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every way from the input to a value, one by one."""
    if path == "input":
        yield taken
        return
    node = graph.by_path[path]
    for before in node.inputs[: len(node.inputs) - node.op.sizing]:
        yield from walk(graph, before, (*taken, path))


def layers_on(graph: Graph, way: tuple[str, ...]) -> int:
    return sum(graph.by_path[path].op.kind in ("conv", "fc", "upconv") for path in way)


@pytest.mark.parametrize("spec", ["googlenet", "unet:paper", "fcn:8s", "alexnet:caffenet", "cifar_resnet_b:20"])
def test_weight_layers_on_every_path_of_shipped_networks(spec: str) -> None:
    graph = archspec.load(spec).graph
    if spec == "googlenet":  # its 4^9 ways would take long: up to the third module
        graph = graph.model_copy(update={"outputs": ("inception4a.concat1",)})
    walked = Counter(layers_on(graph, way) for way in walk(graph, graph.outputs[0]))
    found = paths(graph, "layers")
    assert {length: count for length, count in enumerate(found.counts) if count} == walked


def test_googlenet_has_four_ways_through_each_module() -> None:
    found = paths(archspec.load("googlenet").graph, "layers")
    assert found.total == 4**9
    assert (found.shortest, found.longest) == (13, 22)


@pytest.mark.parametrize("option", ["A", "B", "C"])
def test_every_path_of_a_small_network(option: str, tmp_path: Path) -> None:
    """Deleting modules, one choice after the other: the average over them is what is said."""
    (tmp_path / "n.arch").write_text(BLOCKS.format(option))
    graph = archspec.load(tmp_path / "n.arch").graph
    found = paths(graph)
    ways = [frozenset(taken(graph, way)) for way in walk(graph, graph.outputs[0])]
    assert len(found.modules) == 3
    assert len(ways) == 2 * 2 * 3 == found.total  # the third branch has two ways itself
    assert {length: count for length, count in enumerate(found.counts) if count} == Counter(map(len, ways))
    for deleted in range(4):
        choices = list(combinations(found.modules, deleted))
        left = Counter(len(way) for choice in choices for way in ways if not way & set(choice))
        assert found.without(deleted).counts == tuple(Fraction(left[n], len(choices)) for n in range(4))


def taken(graph: Graph, way: tuple[str, ...]) -> Iterator[str]:
    """The modules whose branches a way takes: it comes into their sum from a layer of the branch."""
    for path, before in zip(way, (*way[1:], "input"), strict=True):
        node = graph.by_path[path]
        if node.op.kind == "add" and node.inputs[0] == before:  # a body stands before its shortcut
            yield path


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from(["relu", "conv", "add"])), max_size=9))
def test_paths_of_random_graphs(steps: list[tuple[int, int, str]]) -> None:
    builder = Builder((2, 4, 4))
    values = ["input"]
    for index, (one, other, kind) in enumerate(steps):
        first, second = values[-1 - one % len(values)], values[-1 - other % len(values)]
        op = {"relu": ops.make("relu"), "add": ops.make("add"), "conv": ops.make("conv", kernel=3, channels=2)}[kind]
        values.append(builder.add(f"v{index}", op, [first, second] if kind == "add" else [first]))
    if len(values) == 1:
        return
    graph = builder.graph("random", [values[-1]])
    ways = list(walk(graph, values[-1]))
    found = paths(graph, "layers")
    assert found.total == len(ways)
    assert {n: count for n, count in enumerate(found.counts) if count} == Counter(layers_on(graph, w) for w in ways)
    for module in modules(graph).values():
        through = list(walk(graph, module.path))
        assert module.fork == "input" or all(module.fork in way for way in through)
        between = [way for way in through if module.fork == "input" or module.fork in way]
        assert len(between) == len(through)


@pytest.mark.parametrize(
    "text", ["a: relu\nb: conv3-4\nadd(a)", "a: conv1-4\nfrom input\nconv1-4 add(a)", "add(input)"]
)
def test_sums_that_are_no_modules(text: str, tmp_path: Path) -> None:
    (tmp_path / "n.arch").write_text(f"net n\ninput 8x8x4\n{text}\n")
    graph = archspec.load(tmp_path / "n.arch").graph
    found = modules(graph)
    assert len(found) == text.startswith("a: relu")  # relu is the fork of b, so a itself is the shortcut


def test_what_cannot_be_counted_is_refused(tmp_path: Path) -> None:
    many = "net n\ninput 4x4x1\n" + "add: | relu\n    | identity\n".replace("add: ", "add:\n    ") * 20_000
    (tmp_path / "n.arch").write_text(many)
    for path, unit in (("vgg_e", "modules"), (str(tmp_path / "n.arch"), "layers")):
        with pytest.raises(Problem) as refused:
            paths(archspec.load(path).graph, "layers" if unit == "layers" else "modules")
        assert refused.value.diagnostics[0].code == "E616"
    with pytest.raises(Problem) as refused:
        paths(archspec.load("cifar_resnet:20").graph).without(10)
    assert refused.value.diagnostics[0].code == "E602"


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["paths", "cifar_preact:110", "--delete", "10", "--effective", "19..35"]) == 0
    said = capsys.readouterr().out
    for part in ("18,014,398,509,481,984 = 2^54", "mean 27, standard deviation 3.674", "98.017 %", "= 2^44 paths"):
        assert part in said
    assert main(["paths", "cifar_preact:110", "--json", "--delete", "20", "-o", str(tmp_path / "a.svg")]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["total"], data["central95"], data["deleted"]["total"]) == (str(2**54), [20, 34], str(2**34))
    assert data["shares"] == [{"low": 5, "high": 17, "share": pytest.approx(0.0045367, abs=5e-8)}]
    assert [int(count) for count in data["counts"]] == [comb(54, length) for length in range(55)]
    assert main(["paths", "resnet"]) == 1
    for wrong in (["--effective", "9..3"], ["--delete", "x"]):
        with pytest.raises(SystemExit):
            main(["paths", "cifar_preact:110", *wrong])
