"""The gate itself: a figure that is right passes, and nothing that is planted in it gets through."""

import re
from collections.abc import Callable
from functools import cache
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import figcheck
import figure_colors
import pytest
from figure_nets import EXAMPLE, HELD_OUT, SLABS, SMALL_U, read

from archspec.figures import draw
from archspec.figures.palette import GREYS, INK, STAGES
from archspec.figures.svg import write

Fault = Callable[[Element], None]
SPACE = "http://www.w3.org/2000/svg"
ElementTree.register_namespace("", SPACE)


@cache
def good() -> str:
    return write(draw(read(EXAMPLE), "stack"))


def faults(root: Element) -> list[str]:
    return figcheck.faults(ElementTree.tostring(root, encoding="unicode"), read(EXAMPLE))


def found(root: Element, kind: str, words: str = "") -> Element:
    """The first thing of a class, whose words are these."""
    return next(each for each in every(root, kind) if not words or each.text == words)


def every(root: Element, kind: str) -> list[Element]:
    return [each for each in root.iter() if kind in each.get("class", "").split()]


def box(root: Element, layer: str) -> Element:
    return next(each for each in root.iter() if layer in each.get("data-ir", "").split())


def remove(root: Element, *elements: Element) -> None:
    for element in elements:
        root.remove(element)


def add(root: Element, tag: str, **attributes: str) -> Element:
    words = attributes.pop("words", None)
    given = {name.replace("_", "-"): value for name, value in attributes.items()}
    made = ElementTree.SubElement(root, f"{{{SPACE}}}{tag}", given)
    made.text = words
    return made


def line(root: Element, path: str, kind: str = "flow") -> None:
    given = {"class": kind, "d": path, "fill": "none", "stroke": "#1A1A1A", "stroke-width": "0.7"}
    ElementTree.SubElement(root, f"{{{SPACE}}}path", given)


def text(root: Element, x: float, y: float, words: str, kind: str) -> None:
    given = {"class": kind, "x": f"{x}", "y": f"{y}", "font-size": "7", "text-anchor": "start", "fill": "#1A1A1A"}
    ElementTree.SubElement(root, f"{{{SPACE}}}text", given).text = words


def change(element: Element, **attributes: str) -> None:
    element.attrib.update({name.replace("_", "-"): value for name, value in attributes.items()})


def move(element: Element, axis: str, by: float) -> None:
    element.set(axis, f"{float(element.get(axis, '0')) + by}")


def middle(element: Element) -> tuple[float, float]:
    x, y, wide, high = (float(element.get(name, "0")) for name in ("x", "y", "width", "height"))
    return x + wide / 2, y + high / 2


def rename(element: Element, words: str) -> None:
    element.text = words


def replaced(root: Element, kind: str, pattern: str, words: str) -> None:
    for element in every(root, kind):
        element.text = re.sub(pattern, words, element.text or "")


def outlined(root: Element) -> None:
    """Words as a path, as some writers have them."""
    label = found(root, "label", "fc 10")
    x, y = label.get("x"), label.get("y")
    root.remove(label)
    add(root, "path", d=f"M{x} {y}h5v-5h-5Z", fill="#1A1A1A")


def taller_fold(root: Element) -> None:
    """One more repetition than there is, said everywhere."""
    rename(found(root, "count"), "×4")
    for element in root.iter():
        if "data-repeat" in element.attrib:
            change(element, data_repeat="4")


def crossing(root: Element) -> None:
    """A line from one side of the figure to the other, between two boxes."""
    x, y = middle(box(root, "conv1"))
    line(root, f"M{x - 30} {y + 10.5}H{x + 30}")


def through_box(root: Element) -> None:
    x, y = middle(box(root, "conv1"))
    line(root, f"M{x} {y}V{y + 30}")


def through_words(root: Element) -> None:
    y = float(found(root, "size").get("y", "0")) - 2
    line(root, f"M4 {y}H25")


def backwards(root: Element) -> None:
    """A line between two boxes that have nothing to do with each other."""
    (_, y), (_, v) = middle(box(root, "avgpool1")), middle(box(root, "conv1"))
    left = float(box(root, "conv1").get("x", "0"))
    line(root, f"M{left} {y}H{left - 3}V{v}H{left}")


def merged(root: Element) -> None:
    """A shortcut that starts where the one before it ends."""
    first, second, *_ = every(root, "identity") + every(root, "projection")
    ends = re.findall(r"[-\d.]+ [-\d.]+", first.get("d", ""))
    change(second, d=f"M{ends[-1]}L" + second.get("d", "").partition("L")[2])


def similar(root: Element) -> None:
    """Two stages of nearly one colour."""
    fills = sorted({each.get("fill", "") for each in every(root, "box")} - {"#FFFFFF"})
    for element in every(root, "box"):
        if element.get("fill") == fills[0]:
            change(element, fill=fills[1][:-1] + ("0" if fills[1][-1] != "0" else "8"))


PLANTED: dict[str, tuple[str, Fault]] = {
    "a count less": ("R9", lambda root: remove(root, found(root, "count"))),
    "a wrong count": ("R9", lambda root: rename(found(root, "count"), "×7")),
    "a count with a letter": ("R9", lambda root: rename(found(root, "count"), "x3")),
    "a count far from its bracket": ("R9", lambda root: move(found(root, "count"), "y", 80)),
    "a bracket less": ("R9", lambda root: remove(root, found(root, "bracket"))),
    "a fold of more than there is": ("R7", taller_fold),
    "a layer that is not shown": ("R7", lambda root: change(box(root, "conv1"), data_ir="bn1 relu1")),
    "a layer that is not there": ("R7", lambda root: change(box(root, "conv1"), data_ir="conv1 bn1 relu1 conv9")),
    "a layer that is shown twice": ("R7", lambda root: change(box(root, "fc1"), data_ir="fc1 softmax1 conv1")),
    "an omission that is not said": ("R7", lambda root: replaced(root, "note", "BN, ", "")),
    "an arrow less": ("R7", lambda root: remove(root, found(root, "flow"))),
    "a solid projection": ("R10", lambda root: found(root, "projection").attrib.pop("stroke-dasharray") and None),
    "a dashed identity": ("R10", lambda root: change(found(root, "identity"), stroke_dasharray="3 2")),
    "a projection called identity": ("R10", lambda root: change(found(root, "projection"), **{"class": "identity"})),
    "a projection without its label": ("R10", lambda root: remove(root, found(root, "shortcut"))),
    "a wrong label of a projection": ("R10", lambda root: rename(found(root, "shortcut"), "1×1 conv, 32")),
    "a shortcut that starts at a sum": ("R11", merged),
    "a sum that multiplies": ("R12", lambda root: change(found(root, "sign"), d="M0 0L1 1M0 1L1 0")),
    "a sum without its sign": ("R12", lambda root: remove(root, found(root, "sign"))),
    "wrong channels": ("R13", lambda root: rename(found(root, "label", "3×3 conv, 32, /2"), "3×3 conv, 64, /2")),
    "a stride that is not said": ("R13", lambda root: rename(found(root, "label", "3×3 conv, 32, /2"), "3×3 conv, 32")),
    "a letter for a times": ("R13", lambda root: replaced(root, "label", "3×3", "3x3")),
    "a batch": ("R13", lambda root: rename(found(root, "label", "fc 10"), "1×10")),
    "a name of Python": ("R13", lambda root: rename(found(root, "label", "fc 10"), "Linear")),
    "no labels": ("R13", lambda root: remove(root, *every(root, "label"))),
    "an outlined label": ("R13", outlined),
    "a size less": ("R14", lambda root: remove(root, found(root, "size"))),
    "a wrong size": ("R14", lambda root: rename(found(root, "size"), "15×15")),
    "a size at another box": ("R14", lambda root: move(found(root, "size"), "y", -40)),
    "a size where nothing changes": ("R14", lambda root: text(root, 4, middle(box(root, "conv1"))[1], "32×32", "size")),
    "a legend without an entry": ("R15", lambda root: remove(root, found(root, "legend"))),
    "a legend with a strange entry": ("R15", lambda root: text(root, 4, 4, "x", "legend")),
    "stages of one colour": ("R16", similar),
    "a colour of nobody's": ("R16", lambda root: change(box(root, "conv1"), fill="#ABCDEF")),
    "a dark box": ("R16", lambda root: change(box(root, "conv1"), fill="#333399")),
    "pale words": ("R16", lambda root: change(found(root, "label"), fill="#888888")),
    "a line of nobody's colour": ("R16", lambda root: change(found(root, "flow"), stroke="#FF0000")),
    "a legend that swaps its words": ("R15", lambda root: replaced(root, "legend", "identity", "projection")),
    "a crooked spine": ("R18", lambda root: move(box(root, "avgpool1"), "x", 2)),
    "other totals": ("R23", lambda root: replaced(root, "note", r"[\d.]+(?=.? parameters)", "99.9")),
    "no totals": ("R23", lambda root: remove(root, *every(root, "note"))),
    "tiny words": ("R2", lambda root: change(found(root, "label"), font_size="3")),
    "a page that is too wide": ("R1", lambda root: change(root, width="700pt")),
    "a page in pixels": ("R1", lambda root: change(root, width=root.get("width", "").removesuffix("pt"))),
    "a page with a margin": ("R27", lambda root: change(root, viewBox="0 0 900 600", width="900pt", height="600pt")),
    "a hairline": ("R27", lambda root: change(found(root, "flow"), stroke_width="0.25")),
    "another font": ("R4", lambda root: change(root, font_family="Comic Sans MS")),
    "words over words": ("R5", lambda root: move(found(root, "note"), "y", -8)),
    "words at the edge of their box": ("R5", lambda root: move(found(root, "label"), "y", 3.5)),
    "words off the page": ("R5", lambda root: move(found(root, "count"), "x", 100)),
    "words over another box": ("R5", lambda root: move(found(root, "size"), "x", 12)),
    "a line through a box": ("R6", through_box),
    "a line through words": ("R6", through_words),
    "lines that cross": ("R6", crossing),
    "a line to a wrong box": ("R6", backwards),
    "a line to nowhere": ("R6", lambda root: line(root, "M{} {}H3".format(*middle(box(root, "conv1"))))),
    "a picture": ("R25", lambda root: add(root, "image", href="a.png") and None),
    "a script": ("R25", lambda root: add(root, "script", words="alert(1)") and None),
    "a style": ("R25", lambda root: change(found(root, "label"), style="font-size: 3pt")),
    "no title": ("R25", lambda root: remove(root, root[0])),
}


def test_what_is_right_passes() -> None:
    assert faults(ElementTree.fromstring(good())) == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_caught(name: str) -> None:
    code, plant = PLANTED[name]
    root = ElementTree.fromstring(good())
    plant(root)
    assert [fault for fault in faults(root) if fault.startswith(f"{code} ")], faults(root)


@pytest.mark.parametrize(
    ("spec", "style"), [(EXAMPLE, "stack"), (HELD_OUT["heads"], "stack"), (SMALL_U, "u"), (SLABS, "volume")]
)
def test_nothing_can_be_left_out(spec: str, style: str) -> None:
    """Each single thing that is drawn is missed where it is not."""
    svg, graph = write(draw(read(spec), style)), read(spec)
    assert figcheck.faults(svg, graph, "text", style) == []
    lines = svg.splitlines()
    drawn = [line for line in lines[1:-1] if not line.startswith("<desc>")]
    missed = [
        line
        for line in drawn
        if not figcheck.faults("\n".join(each for each in lines if each is not line), graph, "text", style)
    ]
    assert len(drawn) > 25
    assert missed == []


def swapped(root: Element) -> None:
    """Two slabs that have each other's layers."""
    one, other = box(root, "conv1"), box(root, "conv2")
    layers = one.get("data-ir", ""), other.get("data-ir", "")
    change(one, data_ir=layers[1])
    change(other, data_ir=layers[0])


def solid(root: Element) -> None:
    """Dashed arrows as other ones are."""
    for element in every(root, "point"):
        element.attrib.pop("stroke-dasharray")


def without(root: Element, *names: str) -> None:
    """Nothing has an attribute of these names."""
    for element in root.iter():
        for name in names:
            element.attrib.pop(name, None)


def recolored(root: Element, kind: str, other: str) -> None:
    """All lines of one kind in the colour of another."""
    color = found(root, other).get("stroke", "")
    for element in every(root, kind):
        change(element, stroke=color)


CROPPED = re.sub(r"concat\((\w+)\)", r"concat(\1, crop=center)", re.sub(r"\bconv3-(\d+)", r"conv3-\1(pad=0)", SMALL_U))
ELSEWHERE: dict[str, tuple[str, str, str, Fault]] = {
    "a map on a wrong level": ("R19", SMALL_U, "u", lambda root: move(box(root, "down3"), "y", -130)),
    "a copy that is not level": ("R19", SMALL_U, "u", lambda root: change(found(root, "copy"), d="M10 10L100 20")),
    "wrong channels over a map": ("R13", SMALL_U, "u", lambda root: rename(found(root, "channels", "32"), "64")),
    "a wrong size below a map": ("R14", SMALL_U, "u", lambda root: rename(found(root, "size", "32²"), "31²")),
    "an arrow of another kind": ("R15", SMALL_U, "u", lambda root: change(found(root, "pool"), **{"class": "conv"})),
    "another window in the legend": ("R13", SMALL_U, "u", lambda root: replaced(root, "legend", "3×3", "5×5")),
    "a legend without a kind": ("R15", SMALL_U, "u", lambda root: remove(root, every(root, "legend")[1])),
    "a crop that is not said": ("R12", CROPPED, "u", lambda root: replaced(root, "legend", "copy and crop", "copy")),
    "a crop that is none": ("R12", SMALL_U, "u", lambda root: replaced(root, "legend", "copy", "copy and crop")),
    "a crop that is called a skip": (
        "R12",
        CROPPED,
        "stack",
        lambda root: change(found(root, "crop"), **{"class": "skip"}),
    ),
    "a legend of other words": ("R15", SMALL_U, "u", lambda root: replaced(root, "legend", "max pool", "up-conv")),
    "a large legend": ("R15", SMALL_U, "u", lambda root: move(found(root, "legend"), "y", -60)),
    "arrows that look alike": ("R16", SMALL_U, "u", lambda root: recolored(root, "copy", "conv")),
    "a slab that is too tall": ("R20", SLABS, "volume", lambda root: change(box(root, "conv2"), height="150")),
    "a slab that is too thin": ("R20", SLABS, "volume", lambda root: change(box(root, "conv2"), width="1")),
    "wrong channels below a slab": ("R13", SLABS, "volume", lambda root: replaced(root, "channels", "16", "17")),
    "another window below a slab": ("R13", SLABS, "volume", lambda root: replaced(root, "op", "5×5 conv", "3×3 conv")),
    "a stride that is not said": ("R13", SLABS, "volume", lambda root: remove(root, found(root, "op", "stride 2"))),
    "another stride": ("R13", SLABS, "volume", lambda root: rename(found(root, "op", "stride 2"), "stride 4")),
    "a pooling that is not said": ("R13", SLABS, "volume", lambda root: remove(root, found(root, "op", "max pool"))),
    "another window of a pooling": ("R13", SLABS, "volume", lambda root: replaced(root, "op", "2×2, /2", "3×3, /2")),
    "words at another arrow": ("R13", SLABS, "volume", lambda root: move(found(root, "op", "max pool"), "x", 40)),
    "dense layers that are none": ("R13", SLABS, "volume", lambda root: replaced(root, "op", "^fc", "3×3 conv")),
    "slabs without an arrow": ("R7", SLABS, "volume", lambda root: remove(root, found(root, "flow"))),
    "slabs in another order": ("R7", SLABS, "volume", swapped),
    "a wrong size at a slab": ("R14", SLABS, "volume", lambda root: rename(found(root, "size", "32"), "31")),
    "an omission that slabs do not say": ("R7", SLABS, "volume", lambda root: replaced(root, "note", "ReLU, ", "")),
    "a head that slabs do not say": (
        "R7",
        HELD_OUT["heads"],
        "volume",
        lambda root: replaced(root, "note", "second", ""),
    ),
    "an image that is a vector": (
        "R13",
        HELD_OUT["vector"],
        "volume",
        lambda root: replaced(root, "op", "input", "image"),
    ),
    "channels that are not said": ("R13", SLABS, "volume", lambda root: remove(root, found(root, "channels"))),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_planted_fault_in_another_style_is_caught(name: str) -> None:
    code, spec, style, plant = ELSEWHERE[name]
    graph = read(spec)
    svg = write(draw(graph, style))
    assert figcheck.faults(svg, graph, "text", style) == []
    root = ElementTree.fromstring(svg)
    plant(root)
    said = figcheck.faults(ElementTree.tostring(root, encoding="unicode"), graph, "text", style)
    assert [fault for fault in said if fault.startswith(f"{code} ")], said


GONE: dict[str, Fault] = {
    "words": lambda root: remove(root, *root.findall(f"{{{SPACE}}}text")),
    "labels": lambda root: remove(root, *(each for kind in LABELS for each in every(root, kind))),
    "lines": lambda root: remove(root, *root.findall(f"{{{SPACE}}}path")),
    "flows": lambda root: remove(root, *(each for kind in FLOWS for each in every(root, kind))),
    "boxes": lambda root: remove(root, *root.findall(f"{{{SPACE}}}rect")),
    "what stands for which layer": lambda root: without(root, "data-ir", "data-repeat"),
    "what each thing is": lambda root: without(root, "class"),
}
LABELS = ("label", "op", "channels")
FLOWS = ("flow", "conv", "point", "pool", "up")


@pytest.mark.parametrize("what", GONE)
@pytest.mark.parametrize(("spec", "style"), [(EXAMPLE, "stack"), (EXAMPLE, "dag"), (SMALL_U, "u"), (SLABS, "volume")])
def test_nothing_passes_without_what_can_be_measured(spec: str, style: str, what: str) -> None:
    root = ElementTree.fromstring(write(draw(read(spec), style)))
    GONE[what](root)
    assert len(figcheck.faults(ElementTree.tostring(root, encoding="unicode"), read(spec), "text", style)) > 1


MONO: dict[str, tuple[str, str, Fault]] = {
    "a colour": (EXAMPLE, "stack", lambda root: change(box(root, "conv1"), fill="#D8F8D7")),
    "a colour of a line": (EXAMPLE, "stack", lambda root: change(found(root, "flow"), stroke="#2C63B4")),
    "stages of nearly one grey": (EXAMPLE, "stack", similar),
    "a dark grey": (EXAMPLE, "stack", lambda root: change(box(root, "conv1"), fill="#777777")),
    "pale words": (EXAMPLE, "stack", lambda root: change(found(root, "label"), fill="#6A6A6A")),
    "arrows that look alike": (SMALL_U, "u", lambda root: recolored(root, "copy", "conv")),
    "dashes that tell apart": (SMALL_U, "u", solid),
}


@pytest.mark.parametrize("name", MONO)
def test_a_planted_fault_in_a_figure_without_colours_is_caught(name: str) -> None:
    spec, style, plant = MONO[name]
    svg = write(draw(read(spec), style, theme="mono"))
    assert figcheck.faults(svg, read(spec), "text", style, theme="mono") == []
    root = ElementTree.fromstring(svg)
    plant(root)
    said = figcheck.faults(ElementTree.tostring(root, encoding="unicode"), read(spec), "text", style, theme="mono")
    assert [fault for fault in said if fault.startswith("R16 ")], said


def test_a_figure_of_another_network_is_refused() -> None:
    other = read(EXAMPLE.replace("unit(16) x3", "unit(16) x2"))
    assert [fault for fault in figcheck.faults(good(), other) if fault.startswith("R7")]
    other = read(HELD_OUT["nested_sums"])
    assert [fault for fault in figcheck.faults(good(), other) if fault.startswith("R7")]


def test_the_palette_can_be_told_apart() -> None:
    assert figure_colors.faults(["#FFFFFF", *STAGES], INK) == []
    assert figure_colors.faults(["#FFFFFF", *GREYS], INK, mono=True) == []


def test_colours_are_measured_as_others_measure_them() -> None:
    """White on black and red by CIE 1976 and WCAG 2, from their definitions' own examples."""
    assert figure_colors.contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert figure_colors.lab("#FF0000") == pytest.approx((53.24, 80.09, 67.20), abs=0.02)
    assert figure_colors.distance("#FF0000", "#00FF00", "deutan") < figure_colors.distance(
        "#FF0000", "#00FF00", "normal"
    )


def test_colours_that_look_alike_are_found() -> None:
    assert figure_colors.faults(["#ECF6BC", "#ECF6BD"])
    assert figure_colors.faults(["#333399"])
    pastels = ["#99C7E0", "#F2CFB3", "#99D8C7"]  # Okabe and Ito's blue, vermillion and green, as tints of 45 %
    assert [fault for fault in figure_colors.faults(pastels) if "alike" in fault or "grey" in fault]
