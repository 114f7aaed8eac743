"""Any graph, box by box: on the page or refused, each line by itself, sums as circles, concatenations as bars."""

from itertools import combinations, pairwise

import figcheck
import figure_wiring
import pytest
from figure_nets import HELD_OUT, read
from figure_page import edges
from figure_svg import Drawing, Stroke
from figure_svg import read as taken_apart
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as some
from zoo import networks

import archspec
from archspec.diagnostics import Problem
from archspec.figures import draw
from archspec.figures.scene import Box
from archspec.figures.svg import write
from archspec.graph import Graph

TOO_LARGE = ("1202", "1001", "164", "152", "101", "110")
"""The depths of networks that a page has no room for, box by box, but for the plain one of 110 layers."""

DEEP = ("deep", "deep_units")
"""Networks among the strange ones that have hundreds of boxes."""


def svg(graph: Graph, width: str = "text") -> str:
    return write(draw(graph, "dag", width=width))


def over(drawing: Drawing) -> list[tuple[str, str]]:
    """Lines of different values that lie on one another for more than a point, and lead to different boxes."""
    boxes = [shape for shape in drawing.shapes if shape.kinds & {"box", "joint"}]
    lines = edges(drawing)
    ways = [
        (line, figure_wiring.source(line, boxes, lines), figure_wiring.target(line, boxes, lines, drawing))
        for line in lines
    ]
    return [
        (str(one.points), str(other.points))
        for (one, start, end), (other, begin, stop) in combinations(ways, 2)
        if start != begin and end != stop and along(one, other)
    ]


def along(one: Stroke, other: Stroke) -> bool:
    """Whether pieces of two lines lie on one another."""
    for (x, y), (u, v) in pairwise(one.points):
        for (a, b), (c, d) in pairwise(other.points):
            level = max(abs(y - v), abs(b - d), abs(y - b)) < 0.3 and min(max(x, u), max(a, c)) - max(
                min(x, u), min(a, c)
            )
            upright = max(abs(x - u), abs(a - c), abs(x - a)) < 0.3 and min(max(y, v), max(b, d)) - max(
                min(y, v), min(b, d)
            )
            if max(level, upright) > 1:
                return True
    return False


@pytest.mark.parametrize("name", networks())
def test_a_shipped_network_is_drawn_box_by_box_or_refused(name: str) -> None:
    graph = archspec.load(name).graph
    try:
        drawn = svg(graph)
    except Problem as refused:
        (said,) = refused.diagnostics
        assert (said.code, said.help) == ("E607", "use `--style stack`, which draws what repeats once")
        assert name.rpartition(":")[2] in TOO_LARGE
    else:
        assert name.rpartition(":")[2] not in TOO_LARGE or name == "cifar_plain:110"
        assert figcheck.faults(drawn, graph, "text", "dag") == []
        assert over(taken_apart(drawn)) == []


@pytest.mark.parametrize("name", HELD_OUT)
def test_a_strange_network_is_drawn_box_by_box(name: str) -> None:
    graph = read(HELD_OUT[name])
    if name in DEEP:
        with pytest.raises(Problem, match="too large"):
            svg(graph)
    else:
        assert figcheck.faults(svg(graph), graph, "text", "dag") == []
        assert over(taken_apart(svg(graph))) == []


layers = some.lists(some.lists(some.integers(1, 6), min_size=1, max_size=3, unique=True), min_size=2, max_size=7)


@limits(max_examples=60, deadline=None)
@given(layers, some.lists(some.sampled_from(["add", "concat"]), min_size=7, max_size=7))
def test_what_crosses_as_it_likes_is_drawn_box_by_box(backs: list[list[int]], joins: list[str]) -> None:
    """Layers that take values from up to six layers before them, summed or side by side."""
    lines = ["net any", "input 8x8x4"]
    unused: dict[str, None] = {}
    for at, (back, join) in enumerate(zip(backs, joins, strict=False)):
        names = [f"n{at - each}" for each in back if at >= each] or ["input"]
        branches = "\n".join(f"    | from {name} conv1-4" for name in names)
        lines.append(f"n{at}: {join}:\n{branches}" if len(names) > 1 else f"n{at}: from {names[0]} conv3-4")
        unused = {each: None for each in (*unused, f"n{at}") if each not in names}
    lines.append("concat:\n" + "\n".join(f"    | from {name}" for name in unused) if len(unused) > 1 else "FC-2")
    graph = read("\n".join([*lines, ""]))
    assert figcheck.faults(svg(graph), graph, "text", "dag", crossings=1000) == []
    assert over(taken_apart(svg(graph))) == []


@pytest.mark.parametrize("style", ["dag", "stack"])
def test_one_colour_is_one_size(style: str) -> None:
    """GoogLeNet's heads have maps of 4x4, six halvings below the image: more than there are colours."""
    graph = archspec.load("googlenet").graph
    sizes: dict[str, set[int]] = {}
    for box in draw(graph, style, width="text").items:
        for node in (graph.by_path[path] for path in box.layers) if isinstance(box, Box) else ():
            if node.op.weight_layer and box.fill != "plain":
                sizes.setdefault(box.fill, set()).add(node.shape[1])
    assert {"stage1": {112}, "stage2": {56}, "stage3": {28}, "stage4": {14}}.items() <= sizes.items()
    assert sizes.keys() <= {"stage1", "stage2", "stage3", "stage4", "stage5"}
