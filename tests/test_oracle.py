"""The shipped specs against the oracle: totals, and every layer in order with its shape, counts and settings."""

from functools import cache
from pathlib import Path

import pytest
from oracle import EXACT, NETWORKS, layers, true_layers

import archspec
from archspec.network import Network

ROOT = Path(__file__).parents[1]

CIFAR = (20, 32, 44, 56, 110, 1202)
SPECS = {
    "alexnet:paper": "alexnet/paper_two_gpu",
    "alexnet:caffe": "alexnet/caffe_bvlc_alexnet",
    "alexnet:caffenet": "alexnet/caffenet",
    "alexnet:one_tower": "alexnet/one_tower_ungrouped",
    "alexnet:torchvision": "alexnet/torchvision",
    "alexnet:owt": "alexnet/owt_paper_text",
    **{f"vgg:{column}": f"vgg/{column}" for column in ("A", "A-LRN", "B", "C", "D", "E")},
    **{f"vgg_bn:{column}": f"vgg/{column}_bn" for column in ("A", "B", "D", "E")},
    "googlenet": "googlenet/caffe_inference",
    "googlenet_bn:torchvision": "googlenet/torchvision_inference",
    "googlenet_bn:true5x5": "googlenet/bn_true5x5",
    **{f"plain:{depth}": f"plain{depth}/paper" for depth in (18, 34)},
    **{f"resnet:{depth}": f"resnet{depth}/B" for depth in (18, 34)},
    "resnet:50": "resnet50/v1_nobias",
    **{f"resnet:{depth}": f"resnet{depth}/v1" for depth in (101, 152)},
    **{f"resnet_released:{depth}": f"resnet{depth}/v1" for depth in (50, 101, 152)},
    **{f"resnet_v1_5:{depth}": f"resnet{depth}/B" for depth in (18, 34)},
    **{f"resnet_v1_5:{depth}": f"resnet{depth}/v1.5_torchvision" for depth in (50, 101, 152)},
    **{f"resnet_options:{depth}{option}": f"resnet{depth}/{option}" for depth in (18, 34) for option in "ABC"},
    **{f"cifar_plain:{depth}": f"cifar_plain{depth}/paper" for depth in CIFAR},
    **{f"cifar_resnet:{depth}": f"cifar_resnet{depth}/A" for depth in CIFAR},
    **{f"cifar_resnet_b:{depth}": f"cifar_resnet{depth}/B" for depth in CIFAR},
    **{f"cifar_preact:{depth}": f"cifar_preact_resnet{depth}/basic_A" for depth in CIFAR},
    **{f"cifar_preact_bottleneck:{depth}": f"cifar_preact_resnet{depth}/bottleneck" for depth in (164, 1001)},
    "unet:paper": "unet/paper_valid",
    "unet:rgb": "unet/valid_rgb",
    "unet_same:plain": "unet/same_padding_nobn",
    "unet_same:transposed": "unet/milesial_transposed",
    "unet_same:bilinear": "unet/milesial_bilinear",
}
"""Each spec, and the variant that it is; the oracle grades all of them exact."""

LEFT_OUT = {
    name: "its spec is to come"
    for name in EXACT
    if name.startswith(("fcn", "deconvnet/")) or name.endswith("train_aux")
}
"""Exact variants without a spec, and why."""

CALLED = {"unet": "MaxPool2d", "plain": "ReLU", "cifar_plain": "ReLU"}
"""Layers that the oracle's definition of a family calls as functions, some of them: its lists lack those."""

NOT_ALIKE = {"resnet:101": "MaxPool2d", "resnet:152": "MaxPool2d"}
"""Layers that differ from the oracle's: its v1 of these depths is the released model, which does not pad pool1."""


@cache
def network(spec: str) -> Network:
    file, _, column = spec.partition(":")
    return archspec.load(ROOT / "specs" / f"{file}.arch", column or None)


@pytest.mark.parametrize("spec", SPECS)
def test_totals_are_the_oracles(spec: str) -> None:
    found, truth = network(spec), NETWORKS[SPECS[spec]]
    assert found.counts.depth == truth["weight_layers"]
    assert found.counts.params == (truth["params_exact"], truth["params_frozen"])
    assert found.counts.macs == truth["macs_exact"]
    assert list(found.graph.input.shape) == truth["input_shape"]
    assert [list(found.graph.shapes[path]) for path in found.graph.outputs] == truth["output_shapes"]


@pytest.mark.parametrize("spec", [spec for spec, name in SPECS.items() if "layers" in NETWORKS[name]])
def test_every_layer_is_the_oracles(spec: str) -> None:
    family = SPECS[spec].partition("/")[0].rstrip("0123456789")
    out = (CALLED.get(family), NOT_ALIKE.get(spec))
    found, true = layers(network(spec).graph), true_layers(SPECS[spec])
    assert [x for x in found if x.split()[0] not in out] == [x for x in true if x.split()[0] not in out]


def test_the_exact_variants_are_here() -> None:
    assert sorted({*SPECS.values(), *LEFT_OUT}) == sorted(EXACT)
