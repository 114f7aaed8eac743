"""Networks side by side pass the gate, and what is out of line does not (He et al. 2016, Figure 3)."""

import re

import figure_compare
import pytest

import archspec
from archspec.figures import draw
from archspec.figures.svg import write

THREE = ("vgg:E", "plain:34", "resnet:34")
VGG = tuple(f"vgg:{column}" for column in ("A", "A-LRN", "B", "C", "D", "E"))
DEPTH = ("alexnet:paper", "vgg:E", "resnet:152")
"""What the lecture calls the revolution of depth."""
TABLE_1 = [
    [],
    ["LRN"],
    ["3×3 conv, 64", "3×3 conv, 128"],
    ["1×1 conv, 256", "1×1 conv, 512", "1×1 conv, 512"],
    ["3×3 conv, 256", "3×3 conv, 512", "3×3 conv, 512"],
    ["3×3 conv, 256", "3×3 conv, 512", "3×3 conv, 512"],
]
"""What is bold in Simonyan & Zisserman 2015, Table 1, column by column."""


def drawn(names: tuple[str, ...], unfold: bool = False) -> str:
    first, *others = (archspec.load(name).graph for name in names)
    return write(draw(first, width="text", unfold=unfold, beside=others))


def faults(svg: str, names: tuple[str, ...]) -> list[str]:
    return figure_compare.faults(svg, [archspec.load(name).graph for name in names])


@pytest.mark.parametrize("unfold", [False, True])
@pytest.mark.parametrize(
    "names", [THREE, ("plain:18", "resnet:18"), ("resnet:50", "resnet:152"), VGG, DEPTH, ("googlenet", "vgg:A")]
)
def test_networks_side_by_side_pass(names: tuple[str, ...], unfold: bool) -> None:
    try:
        svg = drawn(names, unfold)
    except archspec.Problem as refused:
        if not unfold or "resnet:152" not in names or refused.diagnostics[0].code != "E607":
            raise
    else:
        assert faults(svg, names) == []


PLANTED = {
    "a size that is too low": (r'(class="size"[^>]* y=")([\d.]+)(?="[^>]*>28×28<)', 40, "R22"),
    "a network that is too low": (r'(data-ir="conv3_x.0[^>]* y=")([\d.]+)', 60, "R22"),
    "another size": (r'(class="size"[^>]*>)(28)(?=×28)', 1, "R22"),
    "another cost": (r"(>)(19.6)(?=G multiply-adds)", 1, "R23"),
    "another count": (r'(class="count"[^>]*>×)(3)', 1, "R9"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_caught(name: str) -> None:
    pattern, change, code = PLANTED[name]
    good = drawn(THREE)
    bad = re.sub(pattern, lambda found: f"{found[1]}{float(found[2]) + change:g}", good, count=1)
    assert bad != good
    assert [fault for fault in faults(bad, THREE) if fault.startswith(f"{code} ")]


def test_networks_in_another_order_are_refused() -> None:
    said = faults(drawn(THREE), (THREE[1], THREE[0], THREE[2]))
    assert [fault for fault in said if fault.startswith("R7 ")]


def bold(svg: str, names: tuple[str, ...]) -> list[list[str]]:
    """The words in bold boxes, network by network."""
    columns = figure_compare.columns(figure_compare.read(svg))
    return [[text.words for text in column.words("label") if text.bold] for column in columns]


def test_what_is_added_is_bold_as_in_table_1() -> None:
    assert bold(drawn(VGG), VGG) == TABLE_1


def test_what_152_layers_add_is_folded_by_itself() -> None:
    """He et al. 2016, Table 1: 3, 4, 6 and 3 units of 50 layers, 3, 8, 36 and 3 of 152."""
    names = ("resnet:50", "resnet:152")
    unit = ["1×1 conv, 128", "3×3 conv, 128", "1×1 conv, 512", "1×1 conv, 256", "3×3 conv, 256", "1×1 conv, 1024"]
    svg = drawn(names)
    assert bold(svg, names) == [[], unit]
    counts = [text.words for text in figure_compare.columns(figure_compare.read(svg))[1].words("count")]
    assert counts == ["×2", "×3", f"×{8 - 4}", "×5", f"×{36 - 6}", "×2"]


@pytest.mark.parametrize("names", [THREE, DEPTH, ("resnet:152", "resnet:50")])
def test_networks_that_add_nothing_or_have_little_in_common_have_nothing_bold(names: tuple[str, ...]) -> None:
    svg = drawn(names)
    assert bold(svg, names) == [[] for _ in names]
    assert "Bold" not in svg


MARKS = {
    "one less": (r' font-weight="bold"(?=[^>]*>3×3 conv, 256<)', "", "R22"),
    "one more": (r'(?<=<text class="label")(?=[^>]*>3×3 conv, 128<)', ' font-weight="bold"', "R22"),
    "in the first": (r'(?<=<text class="label")(?=[^>]*>fc 4096<)', ' font-weight="bold"', "R22"),
    "not explained": (r"Bold: not in the network at its left\.", "Some words.", "R15"),
    "another depth": (r"(?<=>)16 layers", "17 layers", "R22"),
}


@pytest.mark.parametrize("name", MARKS)
def test_a_planted_mark_is_caught(name: str) -> None:
    pattern, change, code = MARKS[name]
    good = drawn(VGG)
    bad = re.sub(pattern, change, good, count=1)
    assert bad != good
    assert [fault for fault in faults(bad, VGG) if fault.startswith(f"{code} ")]


@pytest.mark.parametrize("width", ["column", "text"])
def test_what_does_not_fit_side_by_side_says_what_to_do(width: str) -> None:
    graphs = [archspec.load(name).graph for name in (*VGG, *VGG)]
    with pytest.raises(archspec.Problem) as refused:
        draw(graphs[0], width=width, beside=graphs[1:])
    (said,) = refused.value.diagnostics
    assert said.code == "E607"
    assert said.help == "name fewer networks" + ", or use `--width text`" * (width == "column")
