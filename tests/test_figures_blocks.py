"""The insides of blocks pass the gate, and what is planted in them does not."""

import re

import figcheck
import pytest
from figure_block import part
from figure_nets import UNIT, read
from zoo import networks

import archspec
from archspec.diagnostics import Problem
from archspec.figures import draw
from archspec.figures.block import blocks
from archspec.figures.svg import write
from archspec.graph import Graph

SHIPPED = [name for name in networks() if not re.search(":(1001|1202)$", name)]
"""Those of a thousand layers have the blocks of the others of their spec."""


def faults(svg: str, graph: Graph, name: str, width: str = "column") -> list[str]:
    return figcheck.faults(svg, part(graph, name), width, "block")


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("width", ["column", "text"])
def test_each_block_of_a_shipped_network_passes(name: str, width: str) -> None:
    graph = archspec.load(name).graph
    found = {
        block: faults(write(draw(graph, block=block, width=width)), graph, block, width) for block in blocks(graph)
    }
    assert {block: said for block, said in found.items() if said} == {}


@pytest.mark.parametrize("name", ["resnet:50", "googlenet", "cifar_preact_bottleneck:164"])
def test_each_use_of_a_block_passes(name: str) -> None:
    """By its label: with and without projections, each of the nine modules."""
    graph = archspec.load(name).graph
    labels = list(dict.fromkeys(site.scope for node in graph.nodes for site in node.origin.expansion))[:20]
    found = {label: faults(write(draw(graph, block=label)), graph, label) for label in labels}
    assert len(found) > 8
    assert {label: said for label, said in found.items() if said} == {}


INSIDES = {
    "four ways": "concat:\n    | identity\n    | conv3-4\n    | conv1-4 conv3-4 conv3-8\n    | conv5-4",
    "three summands": "add:\n    | identity\n    | conv3-16\n    | conv5-16 relu conv1-16",
    "a gate": "mul:\n    | identity\n    | avgpool(global) conv1-16 sigmoid",
    "a module in a module": "concat:\n    | conv1-4\n    | conv1-4\n        concat:\n            | conv1x3-4\n"
    "            | conv3x1-4\n    | maxpool3/1(pad=same) conv1-8",
    "sums in sums": "add:\n    | identity\n    | conv3-16\n        add:\n            | identity\n"
    "            | conv3-16 bn relu conv3-16\n        conv3-16",
    "what repeats": "conv1-16 bn relu x2\nresidual:\n    conv3-16 relu x3\n    conv3-16 bn\nrelu\ndropout(0.5)",
    "one layer": "conv3-16",
    "nothing loud": "bn relu",
    "long words": "upconv(kernel=21x21, channels=10007, stride=3x2) leakyrelu(0.123456789) elu shuffle(10007)",
    "a deep branch": "add:\n    | conv3-16 x9\n    | conv5-16 conv3-16 conv1-16 conv5-16",
    "distinct layers": "\n".join(f"conv3-{8 + step}" for step in range(60)),
}  # fmt: skip


def inside(name: str) -> Graph:
    body = "\n".join(f"    {line}" for line in INSIDES[name].splitlines())
    return read(f"net n\nblock part:\n{body}\ninput 32x32 RGB\nconv3-16 relu\npart\n")


@pytest.mark.parametrize("name", INSIDES)
@pytest.mark.parametrize("width", ["column", "text"])
@pytest.mark.parametrize("unfold", [False, True])
def test_a_strange_block_passes_or_is_refused(name: str, width: str, unfold: bool) -> None:
    graph = inside(name)
    if name == "distinct layers":
        with pytest.raises(Problem, match="E607: `part` is too tall to be drawn") as refused:
            draw(graph, block="part", width=width, unfold=unfold)
        assert refused.value.diagnostics[0].help == "name a smaller block"
    else:
        assert faults(write(draw(graph, block="part", width=width, unfold=unfold)), graph, "part", width) == []


MODULE = """net m
block module:
    concat:
        | conv1-8
        | conv1-4 conv3-16
        | maxpool3/1(pad=same) conv1-8
input 32x32 RGB
conv3-16 relu
module
"""
BASIC = f"net b\n{UNIT}\ninput 32x32 RGB\ndefault residual shortcut=B\nconv3-16 relu\nunit(32, 2)\n"
PLANTED = {
    "a wrong sum of channels": ("R13", MODULE, ">concat, 32<", ">concat, 30<"),
    "a sum that is not said": ("R21", MODULE, ">concat, 32<", ">concat<"),
    "another size of what is taken": ("R14", MODULE, ", 32×32×16<", ", 16×16×16<"),
    "another layer's channels": ("R13", MODULE, "3×3 conv, 16<", "3×3 conv, 8<"),
    "branches that change places": ("R21", MODULE, r'(")(\S*conv1)(" x=.*?")(\S*conv4)"', r'\1\4\3\2"'),
    "a branch that is no column": ("R21", MODULE, r'(data-ir="\S*maxpool1" x=")([\d.]+)', r"\g<1>2\2"),
    "a layer less": ("R7", MODULE, r'<rect[^>]*data-ir="\S*conv3"[^>]*/>\n', ""),
    "a note less": ("R7", BASIC, r'<text class="quiet"[^>]*>BN, ReLU<.*?\n', ""),
    "a note that says another layer": ("R7", BASIC, ">BN, ReLU<", ">BN<"),
    "a note at another arrow": ("R7", BASIC, r'(class="quiet"[^>]* y=")(\d+)([\d.]*"[^>]*>ReLU<)', r"\g<1>50\3"),
    "a solid projection": ("R10", BASIC, r' stroke-dasharray="[^"]*"', ""),
    "a projection without its words": ("R10", BASIC, r'<text class="shortcut".*?\n', ""),
    "a shortcut less": ("R10", BASIC, r'<path class="projection" .*data-ir.*\n', ""),
    "the network's costs": ("R23", BASIC, r"[\d,]+ parameters", "9,999 parameters"),
    "a letter for a times": ("R13", BASIC, "3×3 conv, 32<", "3x3 conv, 32<"),
    "a size": ("R14", BASIC, "</svg>", '<text class="size" x="4" y="50" font-size="7" fill="#1A1A1A">9×9</text></svg>'),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_caught(name: str) -> None:
    code, spec, pattern, words = PLANTED[name]
    graph = read(spec)
    block = next(iter(blocks(graph)))
    good = write(draw(graph, block=block))
    assert faults(good, graph, block) == []
    bad = re.sub(pattern, words, good, count=1, flags=re.DOTALL if "\\3" in words else 0)
    assert bad != good
    said = faults(bad, graph, block)
    assert [fault for fault in said if fault.startswith(f"{code} ")], said


def test_a_module_that_is_too_high_is_found() -> None:
    graph = read(MODULE)
    svg = write(draw(graph, block="module"))
    taller = re.sub(r'viewBox="0 0 (\d+) \d+"', r'viewBox="0 0 \1 120"', svg)
    assert [fault for fault in faults(taller, graph, "module") if fault.startswith("R21 ")]


@pytest.mark.parametrize(("spec", "least"), [(MODULE, 30), (BASIC, 25)])
def test_nothing_can_be_left_out(spec: str, least: int) -> None:
    """Each single thing that is drawn is missed where it is not."""
    graph = read(spec)
    block = next(iter(blocks(graph)))
    lines = write(draw(graph, block=block)).splitlines()
    drawn = [line for line in lines[1:-1] if not line.startswith("<desc>")]
    missed = [line for line in drawn if not faults("\n".join(each for each in lines if each is not line), graph, block)]
    assert len(drawn) > least
    assert missed == []
