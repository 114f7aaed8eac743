"""`archspec draw` and `Network.draw`: what they write, and what is refused."""

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pygraphviz
import pytest
from everything import chain, everything, op

import archspec
from archspec.cli import main
from archspec.figures import draw
from archspec.figures.caption import caption
from archspec.figures.figure import Figure
from archspec.figures.formats import FORMATS
from archspec.figures.palette import THEMES
from archspec.figures.scene import Scene, Words
from archspec.figures.svg import write
from archspec.figures.tex import latex
from archspec.graph import Graph

SVG = "{http://www.w3.org/2000/svg}"
STARTS = {"svg": b"<svg ", "tex": b"% ", "dot": b"digraph {", "pdf": b"%PDF-1.", "png": b"\x89PNG\r\n"}

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def texts(svg: str) -> list[str]:
    return ["".join(each.itertext()) for each in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_ends_as_it_is_written(format: str, capsys: Captured) -> None:
    path = Path(f"a.{format}")
    assert main(["draw", "resnet:18", "-o", str(path)]) == 0
    assert capsys.readouterr().out == f"wrote {path}\n"
    first = path.read_bytes()
    assert first.startswith(STARTS[format])
    assert main(["build", "resnet:18", "--to", format, "-o", "built"]) == 0
    assert Path("built").read_bytes() == first


def test_an_svg_is_written_unless_told(folder: Path, capsys: Captured) -> None:
    assert main(["draw", "vgg", "-o", "."]) == 0
    names = {f"vgg_{column}.svg" for column in ("A", "A-LRN", "B", "C", "D", "E")}
    assert {path.name for path in folder.iterdir()} == names
    capsys.readouterr()
    assert main(["draw", "vgg:E", "-o", "-"]) == 0
    assert capsys.readouterr().out == Path("vgg_E.svg").read_text()
    assert main(["draw", "vgg:E"]) == 0
    assert capsys.readouterr().out == "wrote vgg_E.svg\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["vgg:E", "-o", "a.gif"], "E602"),
        (["vgg:E", "-o", "a"], "E602"),
        (["vgg", "-o", "a.svg"], "E608"),
        (["vgg:E", "plain"], "E608"),
        (["residual"], "E608"),
        (["vgg:E", "-o", "none/a.svg"], "E605"),
        (["none.arch"], "E601"),
    ],
)
def test_what_cannot_be_drawn_is_said(arguments: list[str], said: str, folder: Path, capsys: Captured) -> None:
    assert main(["draw", *arguments]) == 1
    assert f"error[{said}]" in capsys.readouterr().err
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("wrong", [{"style": "cubist"}, {"width": "wall"}, {"theme": "neon"}])
def test_what_there_is_not(wrong: dict[str, str]) -> None:
    with pytest.raises(archspec.Problem, match=rf"E602: there is no \w+ `{next(iter(wrong.values()))}`"):
        archspec.load("vgg:E").draw(**wrong)  # type: ignore[arg-type]


def test_a_notebook_shows_what_is_saved(folder: Path) -> None:
    figure = archspec.load("resnet:34").draw(unfold=True, width="text")
    figure.save("a.svg")
    assert Path("a.svg").read_text() == figure.svg() == figure._repr_svg_()
    figure.save(folder / "a.tex")
    assert Path("a.tex").read_text() == figure.tex()


def test_networks_stand_side_by_side() -> None:
    plain, residual = archspec.load("plain:34"), archspec.load("resnet:34")
    figure = plain.draw(beside=[residual], width="text")
    assert main(["draw", "plain:34", "resnet:34", "--width", "text", "-o", "a.svg"]) == 0
    assert Path("a.svg").read_text() == figure.svg()
    named = [each.get("id") for each in ElementTree.fromstring(figure.svg()).iter(f"{SVG}rect")]
    assert len(set(filter(None, named))) == len(list(filter(None, named))) > 10
    nodes = pygraphviz.AGraph(string=figure.dot()).nodes()
    boxes = [each for each in figure.scene.items if type(each).__name__ in ("Box", "Joint", "Words")]
    labels = [node for node in nodes if not node.startswith(("end ", "top left", "bottom right"))]
    assert len(labels) <= len(boxes)
    assert len([node for node in nodes if node.startswith("conv")]) > 10


def test_a_caption_has_the_counts(capsys: Captured) -> None:
    assert main(["draw", "resnet:50", "--caption"]) == 0
    _, below, seen = capsys.readouterr().out.splitlines()
    assert below.startswith(r"\caption{Deep residual learning (He et al. 2016)")
    assert below.endswith("Not shown: BN, ReLU, softmax.}")
    for text in (below, seen):
        assert "25,557,032 parameters, 3,857,973,248 multiply-adds." in text
    assert r"$\times n$, $n$ times in a row" in below
    assert "dashed lines, projection shortcuts" in below
    assert "5 times ([1×1 conv, 256; 3×3 conv, 256; 1×1 conv, 1024 | the same], +)" in seen
    described = ElementTree.parse("resnet_50.svg").getroot().find(f"{SVG}desc")
    assert described is not None
    assert described.text is not None
    assert f"% {described.text}" == seen


def test_a_caption_says_no_more_than_there_is() -> None:
    graph = chain((3, 8, 8), op("conv", kernel=3, channels=4), op("maxpool"))
    assert caption(draw(graph)) == rf"\caption{{{latex(graph.name)}: 112 parameters, 6,912 multiply-adds.}}"


def test_the_text_of_an_endless_network_ends() -> None:
    assert len(draw(archspec.load("fcn:8s").graph).about) <= 2100


def test_the_caption_of_a_block_has_the_block_s_own_costs() -> None:
    graph = archspec.load("googlenet").graph
    said = Figure(draw(graph, block="inception")).caption
    # inception (3a) of Szegedy et al. 2015, Table 1, from its widths: 163,328 weights and 368 biases; 128M operations
    assert "inception: 163,696 parameters, 128,049,152 multiply-adds." in said


def test_a_figure_without_colours() -> None:
    svg = archspec.load("resnet:50").draw(theme="mono").svg()
    found = set(re.findall(r"#([0-9A-F]{6})", svg))
    assert {color for color in found if len({color[0:2], color[2:4], color[4:6]}) > 1} == set()
    fills = {name: color for name, color in THEMES["mono"].items() if name.startswith(("plain", "stage"))}
    lights = sorted(lightness(color) for color in fills.values())
    assert min(b - a for a, b in pairwise(lights)) >= 5
    assert lights[0] > 62  # black words on it have a contrast of 7


def lightness(color: str) -> float:
    """CIE L* of a grey."""
    part = int(color[1:3], 16) / 255
    light = part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
    return float(116 * light ** (1 / 3) - 16)


@pytest.mark.parametrize("name", ["vgg:A", "unet:paper", "resnet:50", "googlenet"])
def test_a_slide_is_as_large_as_fits(name: str) -> None:
    page, slide = archspec.load(name).draw(width="text").scene, archspec.load(name).draw(width="slide").scene
    assert slide.width <= 960
    assert slide.height <= 540
    assert least(slide) > 1.4 * least(page)


def least(scene: Scene) -> float:
    """The size of the smallest words."""
    return min(item.size for item in scene.items if isinstance(item, Words))


AWKWARD = [
    '"quotes"', "back\\slash \\N \\G \\l \\", "<b>bold</b>", "<", "a &amp; b &lt; c & d &#65;", "]]>", "-->",
    "line\nbreak\tand\x00nul\x1b", "“×” 深い", "{a|b}", "//x /* y */ #z", "100% $x$ ~^_", "\\end{figure}",
]  # fmt: skip


@pytest.mark.parametrize("title", AWKWARD)
def test_a_title_stands_for_itself(title: str) -> None:
    graph = chain((3,), op("relu")).model_copy(update={"title": title})
    figure = Figure(draw(graph))
    shown = "".join(c if c.isprintable() else " " for c in title)
    found = ElementTree.fromstring(figure.svg()).find(f"{SVG}title")
    assert found is not None
    assert found.text == shown
    assert pygraphviz.AGraph(string=figure.dot()).nodes()
    assert figure.tex().splitlines()[1] == r"\begingroup"
    assert figure.tex().isascii() or figure.tex().splitlines()[0] == f"% {' '.join(shown.split())}"
    assert figure.caption.isascii()
    assert re.sub(r"\\[a-z]+(\{\})?|\\[{}$&#%_]|\$[^$]*\$", "", figure.caption[9:-1]).isascii()


SAME = """
import sys
from everything import everything
from archspec.figures import draw
from archspec.figures.figure import Figure
graph = everything()
figure = Figure(draw(graph))
print(figure.svg() + figure.tex() + figure.dot() + figure.caption, end="")
"""


def test_figures_do_not_depend_on_the_order_of_hashes() -> None:
    graph = everything()
    figure = Figure(draw(graph))
    wanted = figure.svg() + figure.tex() + figure.dot() + figure.caption
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", SAME], check=True, capture_output=True, env=environment)
        assert done.stdout.decode() == wanted


def test_ids_are_names_of_layers() -> None:
    graph: Graph = archspec.load("resnet:18").graph
    root = ElementTree.fromstring(write(draw(graph)))
    named = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(named) == len(set(named)) > 10
    assert set(named) <= set(graph.by_path)
