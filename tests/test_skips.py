"""Where skips are cropped, at any size of input: the offsets and sizes of the authors' own Caffe networks."""

import pytest
from test_oracle import ROOT

import archspec
from archspec.network import Network
from archspec.op.window import as_papers


def load(spec: str, **choices: object) -> Network:
    file, _, column = spec.partition(":")
    return archspec.load(ROOT / "specs" / f"{file}.arch", column or None, **choices)  # type: ignore[arg-type]


def offsets(network: Network) -> list[int]:
    """Rows that each crop takes off the top, in order; as many columns come off the left."""
    crops = [node.op.model_dump() for node in network.graph.nodes if node.op.kind in ("crop", "croplike")]
    corners = [crop["offset"] if "offset" in crop else crop["sides"][::2] for crop in crops]
    assert all(top == left for top, left in corners)
    return [top for top, _ in corners]


@pytest.mark.parametrize("input", ["500x500", "224x224", "375x500", "97x200"])
@pytest.mark.parametrize(
    ("spec", "published"),
    [
        ("fcn:32s", [19]),
        ("fcn:16s", [5, 27]),
        ("fcn:8s", [5, 9, 31]),
        ("fcn:8s_atonce", [5, 9, 31]),
        ("fcn_alexnet", [18]),
    ],
)
def test_fcns_crop_as_the_released_prototxts(spec: str, published: list[int], input: str) -> None:
    assert offsets(load(spec, input=input)) == published


@pytest.mark.parametrize("input", [None, "188x188", "204x380"])
def test_unet_crops_the_centre_as_figure_1(input: str | None) -> None:
    """4, 16, 40 and 88 on each side, whatever the tile; a tile of n gives n - 184."""
    unet = load("unet:paper", input=input)
    assert offsets(unet) == [4, 16, 40, 88]
    channels, height, width = unet.graph.shapes[unet.graph.outputs[0]]
    assert (channels, height + 184, width + 184) == (2, *unet.graph.input.shape[1:])


SIZES = {
    "fcn:32s": {"score_fr": (12, 16), "upscore": (416, 544), "score": (375, 500)},
    "fcn:16s": {"score_fr": (12, 16), "upscore2": (26, 34), "score_pool4.conv1": (36, 44), "upscore": (432, 560)},
    "fcn:8s": {"score_pool4.conv1": (36, 44), "score_pool3.conv1": (72, 88), "upscore": (440, 568)},
    "fcn_alexnet": {"score_fr": (12, 16), "upscore": (415, 543), "score": (375, 500)},
}  # fmt: skip
"""Maps of the released networks on an image of 375x500."""


@pytest.mark.parametrize("spec", SIZES)
def test_fcns_maps_are_as_large_as_caffes(spec: str) -> None:
    shapes = load(spec, input="375x500").graph.shapes
    assert {name: as_papers(shapes[name]) for name in SIZES[spec]} == {n: (*s, 21) for n, s in SIZES[spec].items()}


@pytest.mark.parametrize(
    ("spec", "total"), [("fcn:32s", 136_152_917), ("fcn:16s", 134_815_994), ("fcn:8s", 134_489_759)]
)
def test_upsampling_can_be_learned(spec: str, total: int) -> None:
    """As in wkentaro's pytorch-fcn, where every weight is a parameter."""
    assert load(spec, lets={"fixed": 0}).counts.params == (total, 0)


def test_the_stride_of_a_bottleneck_moves() -> None:
    moved, derived = load("resnet:50", lets={"v1_5": 1}).graph, load("resnet_v1_5:50").graph
    assert [(n.path, n.op, n.inputs) for n in moved.nodes] == [(n.path, n.op, n.inputs) for n in derived.nodes]


def test_veits_network_has_54_units() -> None:
    """2^54 paths: Veit et al. 2016, section 3."""
    assert sum(node.op.kind == "add" for node in load("cifar_preact:110").graph.nodes) == 54
