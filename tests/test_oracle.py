"""The shipped specs against the oracle: totals, and every layer in order with its shape, counts and settings."""

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

import pytest
from oracle import EXACT, NETWORKS, layers, true_layers

import archspec
from archspec.graph.needs import only_heads_need
from archspec.network import Network

ROOT = Path(__file__).parents[1]

CIFAR = (20, 32, 44, 56, 110, 1202)
FCN = ("32s", "16s", "8s", "8s_atonce")
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
    "fcn_alexnet": "fcn_alexnet/voc_500x500",
    "fcn_alexnet 224x224": "fcn_alexnet/voc_224x224",
    **{f"fcn:{kind}": f"fcn{kind}/voc_500x500" for kind in FCN},
    **{f"fcn:{kind} 224x224": f"fcn{kind}/voc_224x224" for kind in FCN},
    "fcn8s_2015": "fcn8s/cvpr2015_model_zoo_500x500",
    "deconvnet:bn": "deconvnet/caffe",
    "deconvnet:no_bn": "deconvnet/no_bn",
    "unet:paper": "unet/paper_valid",
    "unet:rgb": "unet/valid_rgb",
    "unet_same:plain": "unet/same_padding_nobn",
    "unet_same:transposed": "unet/milesial_transposed",
    "unet_same:bilinear": "unet/milesial_bilinear",
}
"""Each spec, with its input's size where that is another, and the variant that it is: all are graded exact."""

PARTLY = {"unet_release": "unet/release_phseg_v5", "fcn_googlenet": "fcn_googlenet/reconstruction_pad100"}
"""Specs of what is not graded exact: one is known from secondary sources, one was never released."""

BY_HAND = {
    **{f"digits_{kind}:20": (67_906, 631_616) for kind in ("plain", "resnet")},
    **{f"digits_{kind}:56": (214_402, 1_958_720) for kind in ("plain", "resnet")},
}
"""Parameters and multiply-adds of specs that no paper has: `test_the_digits_networks_are_as_counted_by_hand`."""

WITH_HEADS = {
    "googlenet": "googlenet/caffe_train_aux",
    "googlenet_bn:torchvision": "googlenet/torchvision_train_aux",
}
"""The same networks as they are trained, with their auxiliary classifiers."""

CALLED = {"unet": "MaxPool2d", "deconvnet": "MaxPool2d", "plain": "ReLU", "cifar_plain": "ReLU"}
"""Layers that the oracle's definition of a family calls as functions, some of them: its lists lack those."""

NOT_ALIKE = {"resnet:101": "MaxPool2d", "resnet:152": "MaxPool2d"}
"""Layers that differ from the oracle's: its v1 of these depths is the released model, which does not pad pool1."""


@cache
def network(spec: str) -> Network:
    name, _, input = spec.partition(" ")
    file, _, column = name.partition(":")
    return archspec.load(ROOT / "specs" / f"{file}.arch", column or None, input=input or None)


LEARNED = {"fcn8s_2015": 2}
"""Upsampling layers that are learned, and so on the longest path; the oracle gives every FCN its body's depth."""


@pytest.mark.parametrize("spec", [*SPECS, *PARTLY])
def test_totals_are_the_oracles(spec: str) -> None:
    found, truth = network(spec), NETWORKS[{**SPECS, **PARTLY}[spec]]
    assert found.counts.depth == truth["weight_layers"] + LEARNED.get(spec, 0)
    assert found.counts.params == (truth["params_exact"], truth["params_frozen"])
    assert found.counts.macs == truth["macs_exact"]
    assert list(found.graph.input.shape) == truth["input_shape"]
    assert [list(found.graph.shapes[path]) for path in found.graph.outputs] == truth["output_shapes"]


@pytest.mark.parametrize("spec", BY_HAND)
def test_the_digits_networks_are_as_counted_by_hand(spec: str) -> None:
    """Layer by layer: 3x3 convolutions without bias, two numbers of batch normalization a channel, one classifier."""
    n = (int(spec.partition(":")[2]) - 2) // 6
    convolutions = [
        (1, 8, 64), *[(8, 8, 64)] * (2 * n),
        (8, 16, 16), *[(16, 16, 16)] * (2 * n - 1),
        (16, 32, 4), *[(32, 32, 4)] * (2 * n - 1),
    ]  # fmt: skip
    params = sum(9 * taken * given + 2 * given for taken, given, _ in convolutions) + 32 * 10 + 10
    macs = sum(9 * taken * given * places for taken, given, places in convolutions) + 32 * 10
    assert BY_HAND[spec] == (params, macs)
    found = network(spec).counts
    assert (found.params.trainable, found.macs, found.depth) == (params, macs, len(convolutions) + 1)


@pytest.mark.parametrize("spec", [spec for spec, name in SPECS.items() if "layers" in NETWORKS[name]])
def test_every_layer_is_the_oracles(spec: str) -> None:
    graph, family = network(spec).graph, SPECS[spec].partition("/")[0].rstrip("0123456789")
    heads = only_heads_need(graph)
    found = layers(graph, [node for node in graph.nodes if node.path not in heads])
    out = {CALLED.get(family), NOT_ALIKE.get(spec)}
    assert without(out, found) == without(out, true_layers(SPECS[spec]))


@pytest.mark.parametrize("spec", WITH_HEADS)
def test_heads_are_the_oracles(spec: str) -> None:
    """The totals of the network in training, and the layers that its heads add."""
    found, truth = network(spec), NETWORKS[WITH_HEADS[spec]]
    assert found.counts.with_heads.params == (truth["params_exact"], truth["params_frozen"])
    assert found.counts.with_heads.macs == truth["macs_exact"]
    main, heads = iter(true_layers(SPECS[spec])), only_heads_need(found.graph)
    expected, after = [], next(main)
    for line in true_layers(WITH_HEADS[spec]):
        if line == after:
            after = next(main, "")
        else:
            expected.append(line)
    ours = layers(found.graph, [node for node in found.graph.nodes if node.path in heads])
    out = {"ReLU", "AvgPool2d", "AdaptiveAvgPool2d"}  # fc1's relu is a function there; torchvision pools to 4x4
    assert without(out, ours) == without(out, expected)
    assert len(expected) > 8


@pytest.mark.parametrize("spec", WITH_HEADS)
def test_heads_begin_where_the_paper_says(spec: str) -> None:
    """Section 5: "on top of the output of the Inception (4a) and (4d) modules", weighted by 0.3."""
    graph = network(spec).graph
    first = {
        head.name: next(node for node in graph.nodes if node.path.startswith(f"{head.name}.")) for head in graph.heads
    }
    begins = {name: node.inputs[0].partition(".")[0] for name, node in first.items()}
    assert begins == {"aux1": "inception4a", "aux2": "inception4d"}
    assert [head.weight for head in graph.heads] == [0.3, 0.3]


def without(modules: Collection[str | None], lines: Sequence[str]) -> list[str]:
    return [line for line in lines if line.split()[0] not in modules]


def test_the_exact_variants_are_here() -> None:
    assert sorted({*SPECS.values(), *WITH_HEADS.values()}) == sorted(EXACT)
