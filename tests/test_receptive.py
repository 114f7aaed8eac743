"""Receptive fields: the oracle's figures, and the pixels that gradients reach."""

import re
from pathlib import Path
from typing import Any

import pytest
import torch
from everything import chain, op
from hypothesis import assume, given
from hypothesis import strategies as st
from texts import network

import archspec
from archspec import ops
from archspec.analysis.receptive import MOST, receptive_fields, seen
from archspec.backends.torch.module import module
from archspec.graph import Graph
from archspec.graph.alignment import Alignment
from archspec.graph.builder import Builder
from archspec.op import Op
from archspec.op.taps import OWN, Taps

SPECS = Path(__file__).parents[1] / "specs"

ORACLE: list[tuple[str, dict[str, int]]] = [
    # section 2.1
    ("alexnet:paper", {"conv1": 11, "pool1": 19, "conv2": 51, "pool2": 67, "conv3": 99, "conv4": 131, "conv5": 163,
                       "pool5": 195, "fc6": 355}),
    # 2.2, the row of fc6
    *((f"vgg:{column}", {"fc6": field}) for column, field in
      (("A", 342), ("A-LRN", 342), ("B", 348), ("C", 348), ("D", 404), ("E", 460))),
    # 2.3; torchvision's has 3x3 kernels for 5x5
    ("googlenet", {"inception3a.concat1": 59, "inception3b.concat1": 91, "inception4a.concat1": 171,
                   "inception4e.concat1": 427, "inception5a.concat1": 587, "inception5b.concat1": 715,
                   "avgpool1": 907}),
    ("googlenet_bn:torchvision", {"inception5b.concat1": 379}),
    # 2.4, the last convolution
    ("resnet:18", {"conv5_x.1.conv2": 435}), ("resnet:34", {"conv5_x.2.conv2": 899}),
    ("resnet:50", {"conv5_x.2.conv3": 483}), ("resnet:101", {"conv5_x.2.conv3": 1027}),
    ("resnet:152", {"conv5_x.2.conv3": 1507}), ("resnet_v1_5:50", {"conv5_x.2.conv3": 427}),
    ("resnet_v1_5:101", {"conv5_x.2.conv3": 971}), ("resnet_v1_5:152", {"conv5_x.2.conv3": 1451}),
    # 2.5
    *((f"cifar_resnet:{depth}", {f"stage3.{(depth - 2) // 6 - 1}.conv2": field}) for depth, field in
      ((20, 81), (32, 137), (44, 193), (56, 249), (110, 501), (1202, 5597))),
    # 2.6: Long et al. 2015, Table 1
    ("fcn:32s", {"fc6": 404}), ("fcn_alexnet", {"fc6": 355}),
    # 5
    ("unet:paper", {"down5.conv2": 140, "score": 204}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "wanted"), ORACLE, ids=str)
def test_the_fields_of_the_oracle(name: str, wanted: dict[str, int]) -> None:
    fields = receptive_fields(archspec.load(name).graph)
    assert {path: [axis and axis.most for axis in fields[path]] for path in wanted} == {
        path: [field, field] for path, field in wanted.items()
    }


def test_the_classifier_of_vgg_16_looks_at_every_32nd_place() -> None:
    graph = archspec.load("vgg:D").graph
    grid = Alignment(graph)["pool5"]
    assert grid is not None
    assert {axis.jump for axis in grid} == {32}
    assert receptive_fields(graph)["fc8"] == receptive_fields(graph)["fc6"]


def narrow_unet() -> Graph:
    """The shipped U-Net, 32 times narrower, with average pooling: a maximum's gradient goes to one pixel alone."""
    text = (SPECS / "unet.arch").read_text().replace("maxpool", "avgpool")
    text = re.sub(r"(?m)^expect.*|=>.*", "", text)
    text = re.sub(r"(double|upconv2)-(\d+)", lambda found: f"{found[1]}-{int(found[2]) // 32}", text)
    return network(text.replace('from "blocks.arch"', f'from "{SPECS / "blocks.arch"}"'), "paper", input="220x236")


def reached(graph: Graph) -> tuple[Any, Any]:
    """The input, and what the network makes of it, in double precision, with nothing that is not positive."""
    net = module(graph).to_empty(device="cpu").double().eval()
    for parameter in net.parameters():
        torch.nn.init.constant_(parameter, 0.5)
    x = torch.ones(1, *graph.input.shape, dtype=torch.float64, requires_grad=True)
    return x, net(x)


def pixels(x: torch.Tensor, out: torch.Tensor, row: int, column: int) -> list[tuple[int, int] | None]:
    """The first and the last row, and column, of the input that one position of the output depends on."""
    (gradient,) = torch.autograd.grad(out[0, :, row, column].sum(), x, retain_graph=True)
    where = gradient[0].sum(0).nonzero(as_tuple=True)
    return [(int(axis.min()), int(axis.max())) if len(axis) else None for axis in where]


def test_every_position_of_u_net_sees_what_its_gradient_reaches() -> None:
    graph = narrow_unet()
    rows, columns = seen(graph)["score"]
    assert rows is not None
    assert columns is not None
    x, out = reached(graph)
    assert out.shape[2:] == (36, 52)
    for position in range(36):
        assert pixels(x, out, position, position + 16) == [rows.at(position), columns.at(position + 16)]
    sizes = [last - first + 1 for first, last in (rows.at(position) or (0, 0) for position in range(16))]
    assert (sizes.count(188), sizes.count(204)) == (4, 12)  # the oracle, section 5


@st.composite
def some_layers(draw: st.DrawFn) -> list[Op]:
    """Layers that only look at positions that are there, or at padding around the whole map."""
    layers = []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["conv", "upconv", "avgpool", "nearest", "bilinear"]))
        kernel, stride, dilation = (draw(st.tuples(st.integers(1, top), st.integers(1, top))) for top in (4, 3, 2))
        window: dict[str, Any] = {"kernel": kernel, "stride": stride}
        match kind:
            case "conv":
                layers.append(op("conv", channels=1, dilation=dilation, pad=draw(st.integers(0, 2)), **window))
            case "upconv":
                layers.append(op("upconv", channels=1, dilation=dilation, **window))
            case "avgpool":
                layers.append(op("avgpool", **window))
            case _:
                layers.append(op("upsample", factor=stride, mode=kind))
    return layers


@given(some_layers(), st.data())
def test_a_position_sees_what_its_gradient_reaches(layers: list[Op], data: st.DataObject) -> None:
    try:
        graph = chain((1, 40, 41), *layers)
    except archspec.op.Mismatch:
        return
    _, height, width = graph.nodes[-1].shape
    assume(height * width < 40_000)
    row, column = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    rows, columns = seen(graph)[graph.outputs[0]]
    assert rows is not None
    assert columns is not None
    spans = [rows.at(row), columns.at(column)]
    inside = [span is not None and span[0] >= 0 and span[1] < side for span, side in zip(spans, (40, 41), strict=True)]
    assume(all(inside))
    assert pixels(*reached(graph), row, column) == spans


def test_a_gate_and_a_mean_see_the_whole_map() -> None:
    builder = Builder((4, 9, 11))
    conv = builder.add("conv", op("conv", kernel=3, channels=4), ["input"])
    gate = builder.add("gate", op("avgpool", **{"global": True}), [conv])
    gated = builder.add("gated", op("mul"), [conv, gate])
    after = builder.add("after", op("conv", kernel=3, channels=4), [gated])
    fields = receptive_fields(builder.graph("net", [after]))
    assert [fields[path] for path in (conv, gate, gated, after)] == [((3, 3), (3, 3)), *[((11, 11), (13, 13))] * 3]


def test_an_unpooling_sees_the_windows_that_a_place_is_in() -> None:
    builder = Builder((1, 12, 12))
    pool = builder.add("pool", op("maxpool", kernel=3, stride=2, pad=1), ["input"])
    back = builder.add("back", op("unpool"), [pool, pool, "input"])
    rows, _ = seen(builder.graph("net", [back]))[back]
    assert rows is not None
    # row 2i is in the window around it alone; row 2i + 1 in that and the next one
    assert [rows.at(row) for row in (4, 5)] == [(3, 5), (3, 7)]


def test_what_a_stride_leaves_out_is_not_seen() -> None:
    fields = receptive_fields(chain((1, 9, 9), op("upconv", kernel=1, channels=1, stride=2)))
    assert fields["upconv1"] == ((0, 1), (0, 1))


def test_a_field_of_too_many_kinds_of_positions_is_left_out() -> None:
    layers = [op("upconv", kernel=2, channels=1, stride=53) for _ in range(4)]
    graph = chain((1, 2, 2), *layers, op("fc", features=3))
    assert 2 * 53**2 < MOST < 53**3
    fields = receptive_fields(graph)
    assert fields["upconv2"] == ((0, 1), (0, 1))  # most places are zero
    assert fields["upconv4"] == fields["fc5"] == (None, None)


def test_a_vector_that_is_the_input_has_no_field() -> None:
    assert receptive_fields(chain((8,), op("fc", features=3)))["fc1"] == (None, None)


def test_taps_undone_are_taps_of_the_transpose() -> None:
    taps = Taps(3, -2, 4, 2)
    pairs = {(o, 3 * o - 2 + 2 * t) for o in range(-50, 50) for t in range(4)}
    undone = taps.undone
    assert undone.undone == taps
    for i in range(-50, 50):
        ways = [undone.step * i + undone.first + t * undone.apart for t in range(undone.number)]
        assert {way // undone.every for way in ways if way % undone.every == 0} == {o for o, j in pairs if j == i}


def test_an_op_that_says_nothing_looks_at_its_own_position_alone() -> None:
    silent = {kind for kind in ops.kinds() if ops.load(kind).taps is Op.taps}
    assert silent == {
        "add", "bn", "concat", "dropout", "elu", "gelu", "hardsigmoid", "hardswish", "identity", "leakyrelu",
        "logsoftmax", "lrn", "mul", "prelu", "relu", "relu6", "scale", "shuffle", "sigmoid", "silu", "slice", "softmax",
        "tanh",
        "unpool",  # by its pooling's windows
    }  # fmt: skip
    assert (Taps(1, 0), Taps(1, 0)) == OWN
