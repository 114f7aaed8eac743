"""PDF, PNG and DOT: which program draws, what happens when it cannot, and that all is where the SVG has it."""

import os
import re
import shutil
import struct
import time
import zlib
from math import hypot
from pathlib import Path
from xml.etree import ElementTree

import pygraphviz
import pytest
from everything import chain, op

import archspec
from archspec.diagnostics import Diagnostic, Problem
from archspec.figures import draw, render
from archspec.figures.dot import Setting, write
from archspec.figures.figure import Figure
from archspec.figures.scene import Box, Face, Line, Scene, Words, enlarged

SVG = "{http://www.w3.org/2000/svg}"
SMALL = draw(chain((3, 8, 8), op("conv", kernel=3, channels=4), op("maxpool")))
WIDE = """echo 'a [_ldraw_="F 72 5 -Arial c 7 -#000000 T 720 10 0 1440 5 -words ", pos="720,46"];'"""
"""What `dot -Txdot` says of a font that is far too wide."""


def stand_in(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a `dot` on the path that does what the script says."""
    program = folder / "dot"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


def refusal(format: str = "pdf") -> Diagnostic:
    with pytest.raises(Problem) as caught:
        render.render(SMALL, format, 300)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "E607"
    return diagnostic


def test_the_dot_command_draws_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, 'echo "$@"; cat', monkeypatch)
    first, _, source = render.render(SMALL, "png", 150).decode().partition("\n")
    size = f"{SMALL.width / 72:.6f},{SMALL.height / 72:.6f}"
    assert first == f"-Knop2 -Tpng -Gsize={size} -Gdpi=150"
    assert pygraphviz.AGraph(string=source).has_node("conv1")


def test_words_are_smaller_where_a_font_is_wider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, f"if [ $2 = -Txdot ]; then {WIDE}; else cat; fi", monkeypatch)
    wide = pygraphviz.AGraph(string=render.render(SMALL, "pdf", 300).decode())
    planned = pygraphviz.AGraph(string=write(SMALL))
    found = float(wide.get_node("conv1").attr["fontsize"]) / float(planned.get_node("conv1").attr["fontsize"])
    assert found == pytest.approx(render.FINE / 1440 * render.width(render.SAMPLE, 72), rel=1e-2)


@pytest.mark.parametrize("format", ["pdf", "png"])
def test_the_library_draws_where_there_is_no_command(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    first = render.render(SMALL, format, 300)
    assert first.startswith({"pdf": b"%PDF-1.", "png": b"\x89PNG\r\n"}[format])
    time.sleep(1.1)  # a date that a file holds would move on
    assert render.render(SMALL, format, 300) == first


def test_neither_command_nor_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(render, "find_spec", lambda _: None)
    said = refusal()
    assert said.message == "nothing is installed that draws PDF and PNG"
    assert "install Graphviz" in said.help
    assert "archspec-nn[figures]" in said.help
    assert "write `.svg`, `.tex` or `.dot`" in said.help
    made = Figure(SMALL)
    assert all(made.data(format) for format in ("svg", "tex", "dot"))


def test_a_drawing_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, "exec sleep 30", monkeypatch)
    monkeypatch.setattr(render, "PATIENCE", 0.3)
    start = time.perf_counter()
    assert refusal().message == "drawing takes too long"
    assert time.perf_counter() - start < 5


def test_a_drawing_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, "echo 'Error: no plugin' >&2; exit 1", monkeypatch)
    assert refusal().found == "Error: no plugin"
    stand_in(tmp_path, "kill -SEGV $$", monkeypatch)
    assert refusal().found == "it said nothing"


def test_no_picture_is_left_where_drawing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, "exit 1", monkeypatch)
    path = tmp_path / "a.pdf"
    path.write_text("old")
    with pytest.raises(Problem):
        Figure(SMALL).save(path)
    assert path.read_text() == "old"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.pdf", "dot"]


SCENES = {
    "resnet": lambda: archspec.load("resnet:50").draw().scene,
    "unfolded": lambda: archspec.load("resnet:34").draw(unfold=True, width="text").scene,
    "googlenet": lambda: archspec.load("googlenet").draw(theme="mono").scene,
    "slide": lambda: archspec.load("vgg:A").draw(width="slide").scene,
    "slab": lambda: SMALL._replace(items=(*SMALL.items, Face(((1, 1), (9, 1), (9, 5), (3, 7)), "stage1", ("x",)))),
}


@pytest.mark.parametrize("name", SCENES)
def test_graphviz_draws_all_where_it_is(name: str) -> None:
    scene = enlarged(SCENES[name](), render.FINE)
    drawn = pygraphviz.AGraph(string=write(scene, setting())).draw(format="svg", prog="nop2").decode()
    assert f'<svg width="{scene.width}pt" height="{scene.height}pt"' in drawn
    root = ElementTree.fromstring(re.sub(r"<!DOCTYPE.*?>", "", drawn, flags=re.DOTALL))
    boxes = sorted(corners(each.get("points", ""), scene) for each in root.iter(f"{SVG}polygon"))
    for item in scene.items:
        if isinstance(item, Box):
            assert near(boxes, [item.x, item.y, item.right, item.bottom])
        elif isinstance(item, Face):
            (xs, ys) = zip(*item.points, strict=True)
            assert near(boxes, [min(xs), min(ys), max(xs), max(ys)])
    found = sorted("".join(each.itertext()) for each in root.iter(f"{SVG}text"))
    assert found == sorted(item.text for item in scene.items if isinstance(item, Words))
    places = [(text.text, float(text.get("x", 0)), float(text.get("y", 0))) for text in root.iter(f"{SVG}text")]
    for item in scene.items:
        if isinstance(item, Words):
            assert any(
                text == item.text and hypot(x - item.x, y + scene.height - item.y) < 0.5 * scene.zoom
                for text, x, y in places
            )
    tips = sorted(corners(each.get("points", ""), scene)[:2] for each in root.iter(f"{SVG}polygon"))
    for item in scene.items:
        if isinstance(item, Line) and item.arrow:
            assert any(hypot(x - item.points[-1][0], y - item.points[-1][1]) < 4 * scene.zoom for x, y in tips)


def setting() -> Setting:
    """How the library sets words."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shutil, "which", lambda _: None)
        with render.program() as command:
            return render.setting(command)


def corners(points: str, scene: Scene) -> list[float]:
    """The box around a polygon of Graphviz's, from the top left corner."""
    places = [tuple(map(float, point.split(","))) for point in points.split()]
    xs, ys = [x for x, _ in places], [y + scene.height for _, y in places]
    return [min(xs), min(ys), max(xs), max(ys)]


def near(boxes: list[list[float]], wanted: list[float]) -> bool:
    return any(all(abs(a - b) < 0.5 for a, b in zip(box, wanted, strict=True)) for box in boxes)


def test_a_picture_has_the_dots_that_are_asked_for() -> None:
    for dpi in (72, 300):
        width, height = struct.unpack(">II", render.render(SMALL, "png", dpi)[16:24])
        assert (width, height) == pytest.approx((SMALL.width * dpi / 72, SMALL.height * dpi / 72), abs=2)


def test_a_pdf_is_as_large_as_the_figure_and_holds_its_fonts() -> None:
    data = render.render(SMALL, "pdf", 300)
    streams = [inflated(part) for part in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL)]
    whole = data + b"".join(streams)
    assert re.search(rb"/MediaBox \[ ?0 0 %d %d" % (SMALL.width, SMALL.height), whole)
    assert re.search(rb"/FontFile[23]?", whole)
    assert not re.search(rb"/Subtype ?/Type3", whole)


def inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def test_five_thousand_boxes_are_written_at_once() -> None:
    boxes = tuple(Box(2, 20 * index, 80, 14, "plain", (f"conv{index}",)) for index in range(5000))
    words = tuple(Words(42, 20 * index + 9.95, "3×3 conv, 64", 7.5, "label") for index in range(5000))
    lines = tuple(Line(((42, 20 * index + 14), (42, 20 * index + 20)), "flow") for index in range(4999))
    start = time.perf_counter()
    text = write(Scene(84, 100_000, "deep", "", (*boxes, *words, *lines)))
    assert time.perf_counter() - start < 5
    assert text.count(" -> ") == 4999
    assert text.count('label="3×3 conv, 64"') == 5000
