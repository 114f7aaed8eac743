"""Figures of every shipped network, and of networks that no style was made for, pass the gate."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import figcheck
import pytest
from figure_nets import read
from figure_svg import read as taken_apart
from zoo import networks

import archspec
from archspec.diagnostics import Problem
from archspec.figures import draw
from archspec.figures.choice import choose
from archspec.figures.look import PAGES
from archspec.figures.scene import Scene, Words
from archspec.figures.svg import write
from archspec.graph import Graph

ROOT = Path(__file__).parents[1]


@cache
def graph(name: str) -> Graph:
    return archspec.load(name).graph


def fitting(graph: Graph, style: str = "auto", unfold: bool = False) -> tuple[str, Scene]:
    """A network's figure at the width of a column, or of the text where it does not fit there."""
    try:
        return "column", draw(graph, style, width="column", unfold=unfold)
    except Problem as refused:
        if refused.diagnostics[0].code != "E607":
            raise
        return "text", draw(graph, style, width="text", unfold=unfold)


@pytest.mark.parametrize("name", networks())
def test_a_shipped_network_passes(name: str) -> None:
    width, scene = fitting(graph(name))
    assert figcheck.faults(write(scene), graph(name), width, choose(graph(name))) == []


@pytest.mark.parametrize("name", [name for name in networks() if name.startswith(("deconvnet", "fcn", "unet"))])
def test_a_network_that_is_a_u_passes_as_a_stack_too(name: str) -> None:
    width, scene = fitting(graph(name), "stack")
    assert figcheck.faults(write(scene), graph(name), width, "stack") == []


@pytest.mark.parametrize("name", networks())
def test_a_shipped_network_passes_on_a_slide(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    slide = draw(graph(name), width="slide")
    assert max(slide.width / 960, slide.height / 540) <= 1
    assert min(item.size for item in slide.items if isinstance(item, Words)) >= 12
    monkeypatch.setitem(PAGES, "slide", PAGES["slide"]._replace(zoom=1.0))  # the gate's distances are for print
    svg = write(draw(graph(name), width="slide"))
    assert figcheck.faults(svg, graph(name), "text", choose(graph(name), PAGES["slide"])) == []


def test_a_u_that_is_too_deep_for_a_slide_is_a_stack_there() -> None:
    down = "\n".join(f"d{level}: conv3-8/2" for level in range(6))
    up = "\n".join(f"upconv2-8/2 concat(d{level})" for level in reversed(range(6)))
    deep = read(f"net deep\ninput 256x256 RGB\n{down}\nconv3-8/2\n{up}\nupconv2-2/2\n")
    assert [choose(deep, PAGES[width]) for width in PAGES] == ["u", "u", "stack"]
    assert figcheck.faults(write(draw(deep, width="text")), deep, "text", "u") == []
    assert draw(deep, width="slide").height <= 540


@pytest.mark.parametrize("name", ["alexnet:paper", "alexnet:torchvision", "vgg:A", "vgg:E", "deconvnet:bn", "plain:34"])
def test_slabs_of_a_network_pass(name: str) -> None:
    width, scene = fitting(graph(name), "volume")
    assert figcheck.faults(write(scene), graph(name), width, "volume") == []


@pytest.mark.parametrize(
    "name", ["resnet:18", "resnet:34", "resnet:50", "vgg:E", "googlenet", "unet:paper", "plain:34"]
)
def test_an_unfolded_network_passes(name: str) -> None:
    width, scene = fitting(graph(name), "stack", unfold=True)
    assert figcheck.faults(write(scene), graph(name), width, "stack") == []
    assert not taken_apart(write(scene)).words("count")


def test_the_paper_s_34_layers() -> None:
    """He et al. 2016, Figure 3, at the right, as its text reads."""
    _, scene = fitting(graph("resnet:34"), "stack", unfold=True)
    drawing = taken_apart(write(scene))
    labels = [text.words for text in drawing.words("label")]
    stages = [(64, 6, ""), (128, 8, ", /2"), (256, 12, ", /2"), (512, 6, ", /2")]
    body = [f"3×3 conv, {width}{stride if at == 0 else ''}" for width, count, stride in stages for at in range(count)]
    assert labels == ["image, 224×224×3", "7×7 conv, 64, /2", "3×3 max pool, /2", *body, "avg pool", "fc 1000"]
    assert len([box for box in drawing.boxes if "box" in box.kinds]) == 36
    assert shortcuts(drawing) == (13, 3)


def test_the_shortcuts_of_50_layers() -> None:
    _, scene = fitting(graph("resnet:50"), "stack", unfold=True)
    assert shortcuts(taken_apart(write(scene))) == (12, 4)


def shortcuts(drawing: figcheck.Drawing) -> tuple[int, int]:
    """How many solid and how many dashed lines go around something."""
    around = [line for line in figcheck.figure_page.edges(drawing) if line.kinds & {"identity", "projection"}]
    dashed = sum(line.dashed for line in around)
    return len(around) - dashed, dashed


def test_more_layers_take_no_more_room() -> None:
    heights = {depth: fitting(graph(f"resnet:{depth}"), "stack")[1].height for depth in (50, 101, 152)}
    assert heights[152] <= heights[101] <= heights[50]
    small, large = (len(taken_apart(write(fitting(graph(f"cifar_resnet:{n}"))[1])).boxes) for n in (32, 1202))
    assert small == large


def test_folds_are_those_of_the_stages() -> None:
    """He et al. 2016, Table 1, and Simonyan & Zisserman 2015, Table 1: the first of a stage is another, as a rule."""
    counts = {
        "resnet:50": ["×2", "×3", "×5", "×2"],
        "resnet:101": ["×2", "×3", "×22", "×2"],
        "resnet:34": ["×3", "×3", "×5", "×2"],
        "vgg:E": ["×3", "×3", "×4"],
    }
    for name, expected in counts.items():
        drawing = taken_apart(write(fitting(graph(name), "stack")[1]))
        found = sorted(drawing.words("count"), key=lambda text: text.area.top)
        assert [text.words for text in found][: len(expected)] == expected, name


PROGRAM = """
import sys, archspec
from archspec.figures import draw
from archspec.figures.svg import write
for name in ("resnet:50", "googlenet", "unet:paper", "alexnet:paper", "deconvnet:bn"):
    sys.stdout.write(write(draw(archspec.load(name).graph, width="text")))
"""


def written(program: str, **changed: str) -> bytes:
    """What a program prints in an environment of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **changed}
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, env=environment)
    return done.stdout


def test_the_bytes_are_the_same_each_time(tmp_path: Path) -> None:
    """R4, R17: whatever the order of hashes, and where there are no fonts, no home and no programs."""
    nowhere = {name: str(tmp_path) for name in ("HOME", "PATH", "FONTCONFIG_PATH", "FONTCONFIG_FILE", "XDG_DATA_DIRS")}
    outputs = [written(PROGRAM, PYTHONHASHSEED="1"), written(PROGRAM, PYTHONHASHSEED="2", LC_ALL="C", **nowhere)]
    assert outputs[0].count(b"</svg>") == 5
    assert outputs[0] == outputs[1]


def test_other_hashes_are_another_order() -> None:
    """The test above would find a set that is written as it comes."""
    program = "print(set(map(str, range(99))))"
    assert written(program, PYTHONHASHSEED="1") != written(program, PYTHONHASHSEED="2")
