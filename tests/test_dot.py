"""Diagrams: boxes and arrows against the graph, texts that stay texts, and pictures."""

import os
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import graphviz
import pygraphviz
import pytest
from everything import chain, everything, op
from hypothesis import given
from hypothesis import strategies as st

from archspec.backends import formats
from archspec.backends.dot.figure import Figure, draw
from archspec.backends.dot.source import label, write
from archspec.diagnostics import Problem
from archspec.graph import Graph
from archspec.graph.builder import Builder
from archspec.weights.constant import Zeros

SVG = "{http://www.w3.org/2000/svg}"


def inception() -> Graph:
    """A stem, one inception module (Szegedy et al. 2015, figure 2b, module 3a), two heads."""
    builder = Builder((3, 56, 56))

    def conv(path: str, kernel: int, channels: int, before: str) -> str:
        made = builder.add(path, op("conv", kernel=kernel, channels=channels), [before])
        return builder.add(f"{path}_relu", op("relu"), [made])

    stem = builder.add("pool1", op("maxpool"), [conv("conv1", 3, 192, "input")])
    branches = [
        conv("i3a.b1", 1, 64, stem),
        conv("i3a.b2", 3, 128, conv("i3a.b2_reduce", 1, 96, stem)),
        conv("i3a.b3", 5, 32, conv("i3a.b3_reduce", 1, 16, stem)),
        conv("i3a.b4", 1, 32, builder.add("i3a.pool", op("maxpool", kernel=3, stride=1, pad="same"), [stem])),
    ]
    joined = builder.add("i3a.concat", op("concat"), branches)
    aux = builder.add("aux.fc", op("fc", features=10), [joined])
    main = builder.add("fc", op("fc", features=10), [builder.add("drop", op("dropout"), [joined])])
    return builder.graph("inception", [main, aux], title="Going deeper")


def residual() -> Graph:
    """An identity shortcut, then one with a projection."""
    builder = Builder((8, 8, 8))
    body = builder.add("conv1", op("conv", kernel=3, channels=8, bias=False), ["input"])
    body = builder.add("bn1", op("bn"), [body])
    first = builder.add("add1", op("add"), [body, "input"])
    first = builder.add("relu1", op("relu"), [first])
    body = builder.add("conv2", op("conv", kernel=3, channels=16, stride=2), [first])
    side = builder.add("proj", op("conv", kernel=1, channels=16, stride=2), [first])
    side = builder.add("projbn", op("bn"), [side])
    return builder.graph("residual", [builder.add("add2", op("add"), [body, side])])


def texts(figure: Figure) -> dict[str, tuple[str, str]]:
    return {box.id: (box.text, box.size) for box in figure.boxes}


def test_a_layer_and_its_followers_are_one_box() -> None:
    graph = chain((3, 8, 8), op("conv", kernel=3, channels=4), op("bn"), op("relu"), op("maxpool"), op("softmax"))
    assert texts(draw(graph)) == {
        "input": ("input", "8x8x3"),
        "conv1": ("conv3-4 bn relu", "8x8x4"),
        "maxpool4": ("maxpool", "4x4x4"),
        "softmax5": ("softmax", ""),
        "output softmax5": ("output", ""),
    }


def test_a_value_that_others_take_too_ends_its_box() -> None:
    builder = Builder((3,))
    first = builder.add("fc", op("fc", features=3), ["input"])
    second = builder.add("relu", op("relu"), [first])
    graph = builder.graph("fork", [builder.add("add", op("add"), [second, first])])
    assert [box.text for box in draw(graph).boxes] == ["input", "FC-3", "relu", "add", "output"]
    kept = chain((3,), op("fc", features=3), op("relu")).model_copy(update={"outputs": ("relu2", "fc1")})
    assert [box.text for box in draw(kept).boxes] == ["input", "FC-3", "relu", "output", "output fc1"]


def test_boxes_and_arrows_hold_the_whole_graph_once() -> None:
    graph = everything()
    figure = draw(graph)
    drawn = [op for box in figure.boxes for op in box.ops]
    assert sorted(map(str, drawn)) == sorted(str(node.op) for node in graph.nodes)
    folded = len(graph.nodes) - sum(1 for box in figure.boxes if box.ops)
    wires = sum(len(node.inputs) - node.op.sizing for node in graph.nodes) + len(graph.outputs)
    assert len(figure.arrows) == wires - folded
    names = {box.id for box in figure.boxes}
    assert len(names) == len(figure.boxes)
    assert {end for arrow in figure.arrows for end in (arrow.tail, arrow.head)} == names


def test_branches_stand_in_the_order_of_the_source() -> None:
    figure = draw(inception())
    into = [arrow.tail for arrow in figure.arrows if arrow.head == "i3a.concat"]
    assert into == ["i3a.b1", "i3a.b2", "i3a.b3", "i3a.b4"]
    assert texts(figure)["i3a.concat"] == ("concat", "28x28x256")
    assert texts(figure)["output aux.fc"] == ("output aux.fc", "")


def test_a_shortcut_and_its_layers_stand_beside_the_backbone() -> None:
    arrows = draw(residual()).arrows
    assert [(a.tail, a.head) for a in arrows if not a.main] == [
        ("input", "add1"),
        ("add1", "proj"),
        ("proj", "add2"),
    ]
    assert all(arrow.main for arrow in draw(inception()).arrows)


def test_the_source_says_what_the_figure_says() -> None:
    figure = draw(inception())
    read = pygraphviz.AGraph(string=write(figure))
    assert sorted(read.nodes()) == sorted(box.id for box in figure.boxes)
    assert sorted(read.edges()) == sorted((a.tail, a.head) for a in figure.arrows)
    assert read.get_node("i3a.b1").attr["label"] == "conv1-64 relu\\n28x28x64"


AWKWARD = [
    '"quotes"',
    "back\\slash \\N \\G \\l \\",
    "<b>bold</b>",
    "<",
    "a &amp; b &lt; c & d &#65;",
    "line\nbreak\tand\x00nul\x1b",
    "“×” 深い",
    "{a|b}",
    "//x /* y */ #z",
    "node",
    "%3",
]


@pytest.mark.parametrize("title", AWKWARD)
def test_a_title_is_drawn_as_it_is_written(title: str, tmp_path: Path) -> None:
    graph = chain((3,), op("relu")).model_copy(update={"title": title, "name": title})
    build(graph, tmp_path / "a.svg")
    shown = "".join(c if c.isprintable() else " " for c in title).split()
    assert shown in [text.split() for text in svg_texts(tmp_path / "a.svg")]


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=20))
def test_any_text_is_one_quoted_string(text: str) -> None:
    dot = graphviz.Digraph()
    dot.node("a", label=label(text), tooltip=label(f"<{text}>"))
    read = pygraphviz.AGraph(string=dot.source)
    assert read.nodes() == ["a"]
    assert (read.get_node("a").attr["label"] or "") == label(text)
    assert read.get_node("a").attr["tooltip"] == label(f"<{text}>")


def svg_texts(path: Path) -> list[str]:
    return ["".join(each.itertext()) for each in ElementTree.parse(path).iter(f"{SVG}text")]


def build(graph: Graph, path: Path) -> list[Path]:
    format = path.suffix[1:]
    return formats()[format].build(graph, path, format, Zeros(), {})


def test_a_vector_picture_holds_every_box_as_text(tmp_path: Path) -> None:
    graph = inception()
    assert build(graph, tmp_path / "a.svg") == [tmp_path / "a.svg"]
    found = svg_texts(tmp_path / "a.svg")
    wanted = [text for box in draw(graph).boxes for text in (box.text, box.size) if text]
    assert sorted(found) == sorted([*wanted, "Going deeper"])
    groups = {group.get("id") for group in ElementTree.parse(tmp_path / "a.svg").iter(f"{SVG}g")}
    assert {box.id for box in draw(graph).boxes} <= groups


@pytest.mark.parametrize(("format", "start"), [("svg", b"<?xml"), ("pdf", b"%PDF-1."), ("png", b"\x89PNG\r\n")])
def test_pictures_are_the_same_bytes_each_time(format: str, start: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"a.{format}"
    build(residual(), path)
    first = path.read_bytes()
    assert first.startswith(start)
    time.sleep(1.1)  # a date that a file holds would move on
    build(residual(), path)
    assert path.read_bytes() == first


def test_sources_do_not_depend_on_the_order_of_hashes() -> None:
    program = (
        "from everything import everything; "
        "from archspec.backends.dot.figure import draw; "
        "from archspec.backends.dot.source import write; "
        "print(write(draw(everything())), end='')"
    )
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, env=environment)
        assert done.stdout.decode() == write(draw(everything()))


def stack(count: int) -> Graph:
    return chain((3, 8, 8), *[op("conv", kernel=3, channels=3)] * count)


def test_five_thousand_layers_are_written_at_once_and_drawn_in_time(tmp_path: Path) -> None:
    graph = stack(5000)
    start = time.perf_counter()
    build(graph, tmp_path / "a.dot")
    assert time.perf_counter() - start < 5
    assert (tmp_path / "a.dot").read_text().count(" -> ") == 5001
    build(graph, tmp_path / "a.svg")
    with pytest.raises(Problem, match="E607: the diagram is too large for png"):
        build(graph, tmp_path / "a.png")
    assert not (tmp_path / "a.png").exists()
