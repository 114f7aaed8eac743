"""Counts under the conventions of other tools: equal to what those tools count."""

import re
import warnings
from math import prod
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode
from zoo import marked, small

import archspec
from archspec.analysis.conventions import counted
from archspec.backends.torch.module import module
from archspec.graph import Graph
from archspec.graph.liveness import running
from archspec.rewrite import Changes, rewrite
from benchmarks.counts import NETWORKS
from benchmarks.models import MODELS
from benchmarks.peer_counts import SUMS, total

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fvcore.nn import FlopCountAnalysis

SLOW = r".*(1202|1001|164|110|152|101)|deconvnet.*|fcn.*|unet(:.*|_release)|googlenet"
"""Networks of hundreds of layers, or whose smallest input takes billions of multiply-adds."""


def ours(graph: Graph, convention: str) -> int:
    """The network as inference runs it."""
    main, _ = running(graph)
    return counted(graph, main, convention)


@pytest.mark.parametrize("name", marked(SLOW))
def test_every_network_counts_as_torch_counts(name: str) -> None:
    graph = small(name)
    network, x = module(graph).eval(), torch.empty(1, *graph.input.shape, device="meta")
    with FlopCounterMode(display=False) as counter:
        network(x)
    assert ours(graph, "flops") == counter.get_total_flops()


@pytest.mark.parametrize("name", marked(SLOW))
def test_every_network_counts_as_fvcore_counts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = small(name)
    network, x = module(graph).to_empty(device="cpu").eval(), torch.zeros(1, *graph.input.shape)
    # fvcore traces the network, and in a trace sizes are tensors, which the checks of torch's unpooling do not take
    monkeypatch.setattr(torch, "_check_with", lambda *_: None)
    analysis = FlopCountAnalysis(network, x)
    analysis.unsupported_ops_warnings(False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        total = analysis.total()
    assert ours(graph, "fvcore") == total


TOTALS: list[tuple[str, dict[str, int]]] = [
    ("alexnet:torchvision", {"macs": 714_188_480, "flops": 1_428_376_960}),
    ("vgg:D", {"macs": 15_470_264_320, "flops": 30_940_528_640}),
    ("googlenet_bn:torchvision", {"macs": 1_498_376_192, "flops": 2_996_752_384, "fvcore": 1_504_878_688}),
    ("resnet_v1_5:18", {"flops": 3_628_146_688, "fvcore": 1_819_065_856}),
    ("resnet_v1_5:50", {"macs": 4_089_184_256, "flops": 8_178_368_512, "fvcore": 4_111_512_576}),
    ("unet:paper", {"macs": 150_428_424_448, "fvcore": 150_428_424_448}),
]
"""What the tools were found to count of torchvision's models and of a U-Net, apart from this compiler."""


@pytest.mark.parametrize(("name", "wanted"), TOTALS, ids=str)
def test_the_totals_that_the_tools_give(name: str, wanted: dict[str, Any]) -> None:
    graph = archspec.load(name).graph
    assert {convention: ours(graph, convention) for convention in wanted} == wanted


MEASURED: list[tuple[str, dict[str, int]]] = [
    ("vgg:E", {"torchinfo": 19_646_923_752, "ptflops": 19_688_887_272, "thop": 19_632_062_464}),
    ("resnet_v1_5:50", {"torchinfo": 4_089_238_376, "ptflops": 4_132_436_968, "thop": 4_133_742_592}),
    ("resnet_v1_5:152", {"torchinfo": 11_513_779_048, "ptflops": 11_602_639_848, "thop": 11_603_945_472}),
    ("googlenet", {"torchinfo": 1_585_899_032, "ptflops": 1_601_439_480}),
    ("unet:paper", {"torchinfo": 167_456_910_112, "ptflops": 150_867_255_072, "thop": 167_322_556_672}),
]
"""What the tools were found to count of modules written by others, which end in logits."""


@pytest.mark.parametrize(("name", "wanted"), MEASURED, ids=str)
def test_the_sums_by_hand_are_what_the_tools_were_found_to_count(name: str, wanted: dict[str, int]) -> None:
    graph, _ = rewrite(archspec.load(name).graph, Changes(heads=False, logits=True), "zeros", 0)
    assert {tool: total(graph, tool) for tool in wanted} == wanted


def test_what_other_tools_count_of_u_net_is_transposed_convolutions_more_than_once() -> None:
    """As docs/counting.md takes it apart."""
    graph = archspec.load("unet:paper").graph
    macs = ours(graph, "macs")
    transposed = counted(graph, [node for node in graph.nodes if node.op.kind == "upconv"], "macs")
    biased = sum(prod(node.shape) for node in graph.nodes if node.op.kind in ("conv", "upconv"))
    assert macs + 3 * transposed == 167_322_556_672  # thop
    assert macs + 3 * transposed + biased == 167_456_910_112  # torchinfo
    assert macs + transposed + 286_592_032 == 156_346_393_888  # onnx-tool, and its count of other layers
    twice = 150_867_255_072 - macs - biased  # ptflops
    page = (Path(__file__).parents[1] / "docs" / "counting.md").read_text()
    assert {f"{number:,}" for number in (macs, transposed, biased, twice)} <= set(re.findall(r"[0-9,]+[0-9]", page))


def test_the_page_has_every_sum() -> None:
    page = (Path(__file__).parents[1] / "docs" / "counting.md").read_text()
    names = {"calflops": "calflops, MACs"}
    graphs = [rewrite(archspec.load(MODELS[name].spec).graph, Changes(heads=False), "zeros", 0)[0] for name in NETWORKS]
    for tool in SUMS:
        sums = " | ".join(f"{total(graph, tool):,}" for graph in graphs)
        assert f"| {names.get(tool, tool)} | {sums} |" in page
