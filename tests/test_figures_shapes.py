"""U-shaped figures and volumes: R14, R19 and R20 on the SVG, and what is refused."""

import re

import figcheck
import pytest
from figure_nets import read as spelled

import archspec
from archspec.diagnostics import Problem
from archspec.figures import draw
from archspec.figures.choice import choose
from archspec.figures.svg import write
from archspec.graph import Graph

US = [
    "unet:paper", "unet_release", "unet_same:plain", "unet_same:transposed", "unet_same:bilinear", "deconvnet:bn",
    "fcn:32s", "fcn:16s", "fcn:8s", "fcn_alexnet",
]  # fmt: skip
ROWS = ["alexnet:paper", "alexnet:torchvision", "vgg:A", "vgg:C", "vgg:E", "plain:34", "deconvnet:bn", "fcn:32s"]
SEGNET = """
net segnet "the map of the lowest pooling is unpooled at once"
input 64x48 RGB
default conv -> bn relu
conv3-16 x2
p1: maxpool
conv3-32 x2
p2: maxpool
unpool(p2)
conv3-32 conv3-16
unpool(p1)
conv1-11
"""
LINKNET = """
net linknet "sums, handed over what follows on the level"
input 256x192 RGB
default conv -> relu
d1: conv3-32/2
d2: conv3-64/2
conv3-64
conv3-128/2 conv3-128
upconv2-64/2 add(d2)
conv3-64
upconv2-32/2 add(d1)
conv3-32
upconv2-8/2
"""
REDUCED = """
net reduced "a layer on the way across"
input 64x96 RGB
d1: conv3-16
conv3-16
maxpool
d2: conv3-32
maxpool
conv3-64 x6
u2: upconv2-32/2
s2: from d2 conv1-8
concat(u2)
conv3-32
upconv2-16/2 concat(d1)
conv3-16
"""


def graph(name: str) -> Graph:
    return archspec.load(name).graph


def faults(svg: str, shown: Graph, style: str) -> list[str]:
    return figcheck.faults(svg, shown, "text", style)


@pytest.mark.parametrize("name", US)
def test_a_network_is_drawn_as_a_u(name: str) -> None:
    assert choose(graph(name)) == "u"
    assert faults(write(draw(graph(name))), graph(name), "u") == []


@pytest.mark.parametrize("text", [SEGNET, LINKNET, REDUCED])
def test_a_strange_network_is_drawn_as_a_u(text: str) -> None:
    shown = spelled(text)
    assert faults(write(draw(shown, "u")), shown, "u") == []


@pytest.mark.parametrize("name", ROWS)
def test_a_network_is_drawn_as_volumes(name: str) -> None:
    assert faults(write(draw(graph(name), "volume")), graph(name), "volume") == []


@pytest.mark.parametrize(("name", "style"), [("resnet:18", "u"), ("vgg:E", "u"), ("resnet:18", "volume")])
def test_a_style_refuses_other_networks(name: str, style: str) -> None:
    with pytest.raises(Problem) as refused:
        draw(graph(name), style)
    assert refused.value.diagnostics[0].code == "E607"


@pytest.mark.parametrize("name", ["resnet:50", "vgg:E", "googlenet", "fcn_googlenet"])
def test_what_goes_one_way_is_a_stack(name: str) -> None:
    assert choose(graph(name)) == "stack"


@pytest.mark.parametrize(
    ("style", "pattern", "change", "code"),
    [
        ("u", r'(<rect [^>]*data-ir="maxpool2" [^>]*? y=")([\d.]+)', -150, "R19"),
        ("u", r'(<path class="copy" d="M[\d.]+ )([\d.]+)', 9, "R19"),
        ("u", r'(<text class="size" x="[\d.]+" y=")([\d.]+)(?="[^>]*>284²)', 60, "R14"),
        ("volume", r'(<rect [^>]*data-ir="conv3[^>]*? height=")([\d.]+)', 30, "R20"),
        ("volume", r'(<rect [^>]*data-ir="fc8[^>]*? width=")([\d.]+)', 130, "R20"),
    ],
)
def test_a_planted_fault_is_found(style: str, pattern: str, change: float, code: str) -> None:
    shown = graph("unet:paper" if style == "u" else "alexnet:paper")
    good = write(draw(shown, style))
    bad = re.sub(pattern, lambda found: f"{found[1]}{float(found[2]) + change}", good, count=1)
    assert bad != good
    assert any(fault.startswith(code) for fault in faults(bad, shown, style))
