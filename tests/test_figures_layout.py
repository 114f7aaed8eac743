"""Where styles put things: the stack and its columns, networks side by side, a block's inside, any graph."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from figure_nets import PAIRS

import archspec
from archspec import Problem
from archspec.figures import draw
from archspec.figures.scene import Box, Joint, Line, Scene, Words
from archspec.graph import Graph

SPECS = Path(__file__).parents[1] / "specs"
FIGURE_3 = [
    "7×7 conv, 64, /2", "3×3 max pool, /2", *["3×3 conv, 64"] * 6,
    "3×3 conv, 128, /2", *["3×3 conv, 128"] * 7,
    "3×3 conv, 256, /2", *["3×3 conv, 256"] * 11,
    "3×3 conv, 512, /2", *["3×3 conv, 512"] * 5,
    "avg pool", "fc 1000",
]  # fmt: skip
"""The boxes of He et al. 2016, Figure 3 (right), below the image, from the top down; the paper leaves the pooling's
kind and window out."""
KNOT = """net knot
input 8x8 gray
conv3-4
a: conv3-4
b: conv3-4
c: add(a)
conv3-4
d: add(b)
conv3-8
"""


def graph(name: str) -> Graph:
    file, _, column = name.partition(":")
    return archspec.load(SPECS / f"{file}.arch", column or None).graph


def written(text: str, folder: Path) -> Graph:
    path = folder / "net.arch"
    path.write_text(text)
    return archspec.load(path).graph


def labels(scene: Scene) -> list[str]:
    """The words in boxes, from the top down, column by column."""
    return [item.text for item in scene.items if isinstance(item, Words) and item.kind == "label"]


def lines(scene: Scene) -> Counter[str]:
    """How many lines there are of each kind, without those of the legend."""
    keys = {item.y for item in scene.items if isinstance(item, Words) and item.kind == "legend"}
    found = [item for item in scene.items if isinstance(item, Line)]
    return Counter(item.kind for item in found if not any(0 < key - item.points[0][1] < 4 for key in keys))


def drawn(scene: Scene) -> Counter[str]:
    """How often each layer is drawn."""
    found: Counter[str] = Counter()
    for item in scene.items:
        if isinstance(item, Box | Joint | Line):
            found.update(dict.fromkeys(item.layers, 1))
    return found


@pytest.mark.parametrize("width", ["column", "text"])
def test_residual_34_unfolded_is_figure_3(width: str) -> None:
    scene = draw(graph("resnet:34"), "stack", width=width, unfold=True)
    assert labels(scene) == ["image, 224×224×3", *FIGURE_3]
    assert len([item for item in scene.items if isinstance(item, Joint)]) == 16
    found = lines(scene)
    assert (found["identity"], found["projection"]) == (13, 3)


def test_zero_padding_is_no_projection() -> None:
    found = lines(draw(graph("resnet_options:34A"), "stack", unfold=True))
    assert (found["identity"], found["projection"], found["padding"]) == (13, 0, 3)


def test_deeper_folded_is_no_taller() -> None:
    heights = {draw(graph(f"resnet:{depth}"), "stack").height for depth in (50, 101, 152)}
    assert len(heights) == 1


def test_side_by_side_equal_sizes_stand_at_equal_heights() -> None:
    graphs = [graph(name) for name in ("vgg:E", "plain:34", "resnet:34")]
    scene = draw(graphs[0], width="text", unfold=True, beside=graphs[1:])
    boxes = [item for item in scene.items if isinstance(item, Box) and item.layers]
    columns = sorted({box.x for box in boxes})
    assert len(columns) == 3
    tops: dict[tuple[int, ...], list[float]] = {}
    for x, network in zip(columns, graphs, strict=True):
        first: dict[tuple[int, ...], float] = {}
        for box in (box for box in boxes if box.x == x):
            first.setdefault(network.by_path[box.layers[0]].shape[1:] or (1, 1), box.y)
        for size, y in first.items():
            tops.setdefault(size, []).append(y)
    assert [len(tops[size, size]) for size in (224, 112, 56, 28, 14, 7, 1)] == [1, 3, 3, 3, 3, 3, 3]
    assert all(max(found) - min(found) < 0.01 for found in tops.values())


def test_networks_whose_maps_grow_are_not_aligned() -> None:
    with pytest.raises(Problem, match="grow again"):
        draw(graph("unet:paper"), width="text", beside=[graph("vgg:E")])


def test_an_inception_module_is_figure_2b() -> None:
    network = graph("googlenet")
    scene = draw(network, block="inception")
    assert scene.height <= 1.3 * 72
    boxes = [item for item in scene.items if isinstance(item, Box)]
    rows: dict[float, list[str]] = {}
    for box in sorted(boxes, key=lambda box: (box.y, box.x)):
        inside = [item.text for item in scene.items if isinstance(item, Words) and item.kind == "label"
                  and box.x < item.x < box.right and box.y < item.y < box.bottom]  # fmt: skip
        rows.setdefault(round(box.y, 2), []).extend(inside)
    assert list(rows.values()) == [
        ["previous layer, 28×28×192"],
        ["1×1 conv, 96", "1×1 conv, 16", "3×3 max pool"],
        ["1×1 conv, 64", "3×3 conv, 128", "5×5 conv, 32", "1×1 conv, 32"],
        [f"concat, {64 + 128 + 32 + 32}"],
    ]


def test_a_bottleneck_is_figure_5() -> None:
    scene = draw(graph("resnet:50"), block="conv2_x.1")
    assert labels(scene)[1:] == ["1×1 conv, 64", "3×3 conv, 64", "1×1 conv, 256"]
    said = [item.text for item in scene.items if isinstance(item, Words) and item.kind == "quiet"]
    assert said == ["BN, ReLU", "BN, ReLU", "BN", "ReLU"]
    assert lines(scene)["identity"] == 1


def test_a_block_that_there_is_not_is_said() -> None:
    with pytest.raises(Problem, match="no block `inceptio`"):
        draw(graph("googlenet"), block="inceptio")


def test_heads_leave_the_spine_to_the_side() -> None:
    network = graph("googlenet")
    scene = draw(network, "stack")
    names = [item.text for item in scene.items if isinstance(item, Words) and item.text.startswith("aux")]
    assert names == ["aux1, weight 0.3", "aux2, weight 0.3"]
    assert drawn(scene) == Counter(node.path for node in network.nodes)


def test_a_value_that_a_head_takes_ends_what_repeats(tmp_path: Path) -> None:
    repeated = "net n\ninput 8x8 gray\nconv3-4\nconv3-4\nb: conv3-4\nconv3-4\nconv3-4\nFC-2\n"
    counts = [item.text for item in draw(written(repeated, tmp_path), "stack").items if isinstance(item, Words)]
    assert "×4" in counts
    scene = draw(written(f"{repeated}head h from b:\n    FC-2\n", tmp_path), "stack")
    counts = [item.text for item in scene.items if isinstance(item, Words) and item.kind == "count"]
    assert counts == ["×2"]


@pytest.mark.parametrize("name", ["googlenet", "unet:paper", "resnet:50", "fcn:8s"])
def test_any_graph_has_every_layer_once_and_no_line_through_a_box(name: str) -> None:
    network = graph(name)
    scene = draw(network, "dag", width="text")
    assert drawn(scene) == Counter(node.path for node in network.nodes)
    assert through(scene) == []


def through(scene: Scene) -> list[Line]:
    """The lines, all of them level or upright, that go through a box."""
    boxes = [item for item in scene.items if isinstance(item, Box)]
    found = []
    for line in (item for item in scene.items if isinstance(item, Line)):
        for (x, y), (u, v) in pairwise(line.points):
            assert abs(x - u) < 0.01 or abs(y - v) < 0.01
            low, high, top, bottom = min(x, u), max(x, u), min(y, v), max(y, v)
            if any(low < box.right - 0.1 and high > box.x + 0.1 and top < box.bottom - 0.1 and bottom > box.y + 0.1
                   for box in boxes):  # fmt: skip
                found.append(line)
    return found


def test_a_knot_is_drawn_as_any_graph_alone(tmp_path: Path) -> None:
    network = written(KNOT, tmp_path)
    with pytest.raises(Problem, match="do not nest"):
        draw(network, "stack")
    scene = draw(network, "dag")
    assert drawn(scene) == Counter(node.path for node in network.nodes)
    assert through(scene) == []


@pytest.mark.parametrize("deep", [90, 1000])
def test_branches_in_branches_are_drawn_or_refused(deep: int, tmp_path: Path) -> None:
    layers = "".join(f"a{index}: conv1-1\n" for index in range(deep))
    sums = "".join(f"add(a{index})\n" for index in reversed(range(deep)))
    network = written(f"net deep\ninput 4x4 gray\n{layers}conv1-1\n{sums}", tmp_path)
    with pytest.raises(Problem) as caught:
        draw(network, "stack")
    assert caught.value.diagnostics[0].code == "E607"


def test_what_repeats_in_a_module_is_in_its_box(tmp_path: Path) -> None:
    text = f"net pairs\n{PAIRS}input 32x32 RGB\nconv3-16\nunit-8\npair-8\nFC-10\n"
    network = written(text, tmp_path)
    scene = draw(network, "stack")
    assert drawn(scene) == Counter(node.path for node in network.nodes)
    assert lines(scene) == Counter(flow=4)
    names = [item.text for item in scene.items if isinstance(item, Words) and item.kind == "name"]
    assert names == ["unit 1, 24", "pair 1, 16"]
