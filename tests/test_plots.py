"""Plots: readable words, nothing in the way of anything else, the numbers at their places, in every format."""

import re
from collections.abc import Iterator
from pathlib import Path

import figure_page
import figure_svg
import pytest
from hypothesis import given
from hypothesis import strategies as st

import archspec
from archspec.analysis.paths import paths
from archspec.figures import svg
from archspec.figures.figure import Figure
from archspec.figures.palette import THEMES
from archspec.figures.scene import Scene
from archspec.plots import Axis, Series, plot
from archspec.plots.paths import draw

CURVES = [
    Series("training", tuple((epoch, 10 * 0.8**epoch) for epoch in range(40)), color="conv"),
    Series("validation, with a name of its own length", ((0, 9.0), (20, 0.5), (39, 0.1)), color="pool", dashed=True),
    Series("", ((0, 1.0), (39, 1.0)), color="quiet", dashed=True),
]


def faults(scene: Scene) -> Iterator[str]:
    """What a plot shares with figures: the page, its edges, sizes and places of words, colours of the palette."""
    drawing = figure_svg.read(svg.write(scene))
    yield from figure_page.page(drawing, "column")
    yield from figure_page.tight(drawing)
    yield from figure_page.words(drawing)
    colors = set(THEMES[scene.theme].values())
    yield from (f"R16 {item.color} is not of the palette" for item in drawing.strokes if item.color not in colors)
    yield from (f"R16 {item.fill} is not of the palette" for item in drawing.shapes if item.fill not in colors)


def example(log: bool = False, theme: str = "color") -> Scene:
    return plot(CURVES, Axis("epoch"), Axis("loss", log=log), title="Training", theme=theme)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("deleted", [None, 10])
@pytest.mark.parametrize("spec", ["cifar_preact:110", "cifar_resnet:20", "cifar_resnet:1202"])
def test_plots_of_paths_are_fit_to_print(spec: str, deleted: int | None, log: bool, theme: str) -> None:
    graph = archspec.load(spec).graph
    found = paths(graph)
    left = None if deleted is None or spec == "cifar_resnet:20" else found.without(deleted)
    assert list(faults(draw(graph, found, [(5, 17)], left, log=log, theme=theme))) == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("log", [False, True])
def test_curves_are_fit_to_print(log: bool, theme: str) -> None:
    assert list(faults(example(log, theme))) == []


NUMBERS = st.integers(-5000, 5000)
POWERS = st.sampled_from([1e-9, 1e-3, 0.1, 1, 1e3])
MARKS = st.sampled_from(["line", "bars"])


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=6), POWERS, MARKS)
def test_plots_of_any_numbers_are_fit_to_print(pairs: list[tuple[int, int]], power: float, mark: str) -> None:
    points = ((x * power, y * power) for x, y in sorted(pairs))
    series = Series("numbers", tuple(points), "bars" if mark == "bars" else "line", "stage1")
    assert list(faults(plot([series], Axis("x"), Axis("y"), title="Any"))) == []


@given(st.lists(st.floats(1e-12, 1e300), min_size=1, max_size=6))
def test_logarithmic_axes_of_any_numbers(values: list[float]) -> None:
    series = Series("numbers", tuple((float(index), value) for index, value in enumerate(values)), color="conv")
    assert list(faults(plot([series], Axis("x"), Axis("y", log=True), title="Any"))) == []


def test_bars_are_as_high_as_their_numbers() -> None:
    scene = plot([Series("", ((1, 1.0), (2, 4.0), (3, 0.0)), "bars", "stage0")], Axis("x"), Axis("y"), title="t")
    drawing = figure_svg.read(svg.write(scene))
    low, high = (shape.area for shape in drawing.shapes)  # what is 0 has no bar
    assert (high.bottom - high.top) / (low.bottom - low.top) == pytest.approx(4, abs=0.01)
    assert low.right < high.left
    zero = next(text for text in drawing.texts if text.words == "0")
    assert low.bottom == high.bottom == pytest.approx(zero.area.middle[1], abs=1)


def test_equal_factors_are_equal_ways_on_a_logarithmic_axis() -> None:
    points = ((0, 1.0), (1, 10.0), (2, 1000.0))
    scene = plot([Series("", points, color="conv")], Axis("x"), Axis("y", log=True), title="t")
    ((_, one), (_, ten), (_, thousand)) = figure_svg.read(svg.write(scene)).lines("series")[0].points
    assert one - thousand == pytest.approx(3 * (one - ten), abs=0.05)


def test_marks_stand_at_their_numbers() -> None:
    scene = plot([Series("", ((0, 0.0), (100, 50.0)), color="conv")], Axis("x"), Axis("y", unit=" %"), title="t")
    drawing = figure_svg.read(svg.write(scene))
    start, end = drawing.lines("series")[0].points
    places = {text.words: text.area.middle for text in drawing.words("tick")}
    assert (places["0"][0], places["100"][0]) == (pytest.approx(start[0], abs=0.1), pytest.approx(end[0], abs=0.1))
    assert (places["0 %"][1], places["50 %"][1]) == (pytest.approx(start[1], abs=1), pytest.approx(end[1], abs=1))


def test_what_cannot_be_plotted() -> None:
    with pytest.raises(ValueError, match="nothing to plot"):
        plot([], Axis("x"), Axis("y"), title="t")
    with pytest.raises(ValueError, match="axis 'y'"):
        plot([Series("", ((1, 0.0),))], Axis("x"), Axis("y", log=True), title="t")


@pytest.mark.parametrize("ending", ["svg", "tex", "pdf", "png", "dot"])
def test_every_format_takes_a_plot(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{ending}"
    Figure(example()).save(path)
    data = path.read_bytes()
    Figure(example()).save(path)
    assert path.read_bytes() == data
    assert len(data) > 500
    if ending == "tex":
        assert re.search(r"dash pattern=on 3bp off 2bp", data.decode())
