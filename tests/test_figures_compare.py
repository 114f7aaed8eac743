"""Networks side by side pass the gate, and what is out of line does not (He et al. 2016, Figure 3)."""

import re

import figure_compare
import pytest

import archspec
from archspec.figures import draw
from archspec.figures.svg import write

THREE = ("vgg:E", "plain:34", "resnet:34")


def drawn(names: tuple[str, ...], unfold: bool = False) -> str:
    first, *others = (archspec.load(name).graph for name in names)
    return write(draw(first, width="text", unfold=unfold, beside=others))


def faults(svg: str, names: tuple[str, ...]) -> list[str]:
    return figure_compare.faults(svg, [archspec.load(name).graph for name in names])


@pytest.mark.parametrize("unfold", [False, True])
@pytest.mark.parametrize("names", [THREE, ("plain:18", "resnet:18"), ("resnet:50", "resnet:152")])
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
