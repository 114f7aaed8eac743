"""The graph: what a builder refuses, and what a network costs."""

from typing import Any

import pytest
from everything import chain, op

from archspec.graph import Graph
from archspec.graph.builder import Builder
from archspec.graph.counts import Counts, Parameters, Totals, count, depth
from archspec.graph.document import read_document, write_document
from archspec.op import Mismatch


def test_a_builder_refuses_what_does_not_fit() -> None:
    builder = Builder((3, 8, 8))
    with pytest.raises(Mismatch, match="cannot add") as caught:
        builder.add("sum", op("add"), ["input", builder.add("conv", op("conv", kernel=3, channels=4), ["input"])])
    assert caught.value.code == "E203"


def test_a_builder_refuses_sizes_that_cannot_be_counted() -> None:
    with pytest.raises(Mismatch, match="more than can be counted in ten digits") as caught:
        chain((1, 9_999_999_999, 1), op("upsample", factor=10**9))
    assert caught.value.code == "E503"


def residual() -> Graph:
    """Two convolutions with a projection beside them, a third after a pooling, and a classifier."""
    builder = Builder((3, 8, 8))
    body = builder.add("conv1", op("conv", kernel=3, channels=4), ["input"])
    body = builder.add("bn", op("bn"), [body])
    body = builder.add("conv2", op("conv", kernel=3, channels=4, bias=False), [body])
    side = builder.add("proj", op("conv", kernel=1, channels=4), ["input"])
    last = builder.add("sum", op("add"), [body, side])
    last = builder.add("pool", op("maxpool"), [last])
    aux = builder.add("aux", op("fc", features=2), [last])
    for number in (1, 2, 3):
        aux = builder.add(f"aux{number}", op("fc", features=2), [aux])
    last = builder.add("dw", op("dwconv", kernel=3, stride=2), [last])
    last = builder.add("fc", op("fc", features=10, frozen=True), [last])
    return builder.graph("residual", [last, aux])


def test_counts_add_up_by_hand() -> None:
    convolutions = 4 * 3 * 9 + 4, 4 * 4 * 9, 4 * 3 + 4, 4 * 9 + 4
    normalization = 4 + 4
    side_head = (2 * 4 * 4 * 4 + 2) + 3 * (2 * 2 + 2)
    frozen = 10 * 4 * 2 * 2 + 10
    taps = 8 * 8 * 4 * 27 + 8 * 8 * 4 * 36 + 8 * 8 * 4 * 3 + 2 * 2 * 4 * 9
    multiplies = taps + 2 * 64 + 3 * 4 + 10 * 16
    params = Parameters(sum(convolutions) + normalization + side_head, frozen)
    assert count(residual()) == Counts(3, params, multiplies, Totals(params, multiplies))


@pytest.mark.parametrize(
    ("layer", "shape", "params", "macs"),
    [
        # AlexNet conv2 (Krizhevsky et al. 2012): two groups of 128 filters 5x5x48 over 27x27
        (
            op("conv", kernel=5, channels=256, groups=2),
            (96, 27, 27),
            256 * 48 * 25 + 256,
            27 * 27 * 256 * 48 * 25,
        ),
        # VGG's first fully connected layer (Simonyan & Zisserman 2015): 102,764,544 with its bias
        (op("fc", features=4096), (512, 7, 7), 102_764_544, 25_088 * 4096),
        # U-Net's first up-convolution: each of 28x28 inputs is spread over 2x2 taps
        (
            op("upconv", kernel=2, channels=512, stride=2),
            (1024, 28, 28),
            1024 * 512 * 4 + 512,
            28**2 * 1024 * 512 * 4,
        ),
        (op("upconv", kernel=3, channels=6, groups=3, bias=False), (9, 5, 5), 9 * 2 * 9, 25 * 9 * 2 * 9),
        (op("dwconv", kernel=3, multiplier=2), (32, 4, 4), 64 * 9 + 64, 16 * 64 * 9),
        (op("bn"), (64, 7, 7), 128, 0),
        (op("prelu"), (64, 7, 7), 64, 0),
        (op("prelu", shared=True), (64, 7, 7), 1, 0),
        (op("maxpool"), (64, 8, 8), 0, 0),
        (op("lrn"), (64, 8, 8), 0, 0),
    ],
    ids=str,
)
def test_what_one_layer_costs(layer: Any, shape: tuple[int, ...], params: int, macs: int) -> None:
    found = count(chain(shape, layer))
    assert (found.params, found.macs) == (Parameters(params, 0), macs)


def test_depth_is_the_longest_way_to_the_main_output() -> None:
    assert depth(residual()) == 3  # conv1, conv2, dw; the classifier is frozen, the other head longer but not main
    assert depth(residual().model_copy(update={"outputs": ("aux3", "fc")})) == 6


@pytest.mark.parametrize("kind", ["conv", "fc", "upconv", "dwconv", "bn"])
def test_frozen_layers_are_counted_apart(kind: str) -> None:
    needed = {
        "conv": {"kernel": 3, "channels": 8},
        "upconv": {"kernel": 3, "channels": 8},
        "fc": {"features": 8},
    }
    options = needed.get(kind, {"kernel": 3} if kind == "dwconv" else {})
    thawed = count(chain((4, 5, 5), op(kind, **options)))
    frozen = count(chain((4, 5, 5), op(kind, **options, frozen=True)))
    assert frozen.params == Parameters(0, thawed.params.trainable)
    assert (frozen.macs, frozen.depth) == (thawed.macs, 0)


def test_a_long_network_needs_no_deep_stack() -> None:
    graph = chain((1,), *[op("relu")] * 5000)
    assert count(graph) == Counts(0, Parameters(0, 0), 0, Totals(Parameters(0, 0), 0))
    assert read_document(write_document(graph), "a.json") == graph
