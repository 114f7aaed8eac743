"""Where maps lie: windows against PyTorch's gradients, and the offsets of the papers."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import pytest
import torch
from everything import chain, op
from texts import network

from archspec.graph.alignment import Alignment, offset
from archspec.graph.builder import Builder
from archspec.op import Op
from archspec.op.grid import PIXELS, Grid


def place(*layers: Op, shape: tuple[int, ...] = (1, 24, 24)) -> Grid | None:
    """Where the last of some layers lies."""
    graph = chain(shape, *layers)
    return Alignment(graph)[graph.nodes[-1].path]


def starts(*layers: Op) -> tuple[float, float, float, float]:
    """Jump and start of the rows, then of the columns."""
    grid = place(*layers)
    assert grid is not None
    return (*map(float, grid.rows), *map(float, grid.columns))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("layers", "wanted"),
    [
        ([op("conv", kernel=3, channels=1, pad=0)], (1, 1)),
        ([op("conv", kernel=4, channels=1, pad=0, stride=2)], (2, 1.5)),
        ([op("conv", kernel=3, channels=1, pad=0, dilation=3)], (1, 3)),
        ([op("conv", kernel=3, channels=1, pad=(2, 0, 2, 0), stride=3)], (3, -1)),
        ([op("maxpool"), op("maxpool")], (4, 1.5)),
        ([op("upconv", kernel=4, channels=1, stride=2, pad=1)], (0.5, -0.25)),
        ([op("maxpool"), op("upconv", kernel=2, channels=1, stride=2)], (1, 0)),
        ([op("maxpool"), op("upsample", factor=2)], (1, 0)),
        ([op("avgpool", kernel=4, stride=4), op("upsample", factor=4, mode="bilinear")], (1, 0)),
        ([op("upsample", factor=2, mode="corners")], (23 / 47, 0)),
        ([op("crop", sides=(3, 0, 3, 1)), op("pad", sides=(1, 0, 1, 5))], (1, 2)),
        ([op("conv", kernel=1, channels=8), op("bn"), op("lrn"), op("relu"), op("slice", start=1, stop=3)],
         (1, 0)),
    ],
)  # fmt: skip
def test_places_by_hand(layers: Sequence[Op], wanted: tuple[float, float]) -> None:
    assert starts(*layers) == pytest.approx((*wanted, *wanted))


def test_rows_and_columns_lie_apart() -> None:
    grid = place(op("conv", kernel=(1, 5), channels=1, stride=(1, 2), pad=(0, 0, 1, 1)))
    assert grid == PIXELS.step((Fraction(1), Fraction(2)), (Fraction(0), Fraction(1)))


@pytest.mark.parametrize(
    "layers",
    [
        [op("fc", features=4)],
        [op("flatten")],
        [op("avgpool", **{"global": True})],
        [op("adaptiveavgpool", size=7), op("conv", kernel=3, channels=1)],
    ],
)
def test_what_lies_nowhere(layers: Sequence[Op]) -> None:
    assert place(*layers) is None


def windows() -> Iterator[Op]:
    for kernel, stride, dilation, pad in ((3, 1, 1, 1), (4, 2, 1, 1), (3, 2, 2, 0), (2, 3, 1, (1, 0, 0, 1))):
        shared: dict[str, Any] = {"kernel": kernel, "stride": stride, "dilation": dilation, "pad": pad}
        yield op("conv", channels=1, **shared)
        yield op("dwconv", **shared)
        yield op("upconv", channels=1, **shared)
        if dilation == 1:
            yield op("avgpool", **shared)


@pytest.mark.parametrize("window", list(windows()), ids=str)
def test_a_window_lies_at_the_middle_of_what_it_sees(window: Op) -> None:
    """Every weight one: the pixels that reach a position, by their gradients, are centred where it lies.

    Of a transposed convolution it is the positions that a pixel reaches.
    """
    from archspec.backends.torch.module import module
    from archspec.weights.constant import Zeros

    net = module(chain((1, 24, 24), window), Zeros())
    for parameter in net.parameters():
        torch.nn.init.ones_(parameter)
    grid = place(window)
    assert grid is not None
    x = torch.zeros(1, 1, 24, 24, requires_grad=True)
    out = net(x)
    at = min(out.shape[2:]) // 2 if window.kind != "upconv" else 12
    if window.kind == "upconv":
        x.data[0, 0, at, at] = 1
        seen = net(x)[0, 0] - out[0, 0]
        places = [float((at - axis.start) / axis.jump) for axis in grid]
    else:
        (seen,) = torch.autograd.grad(out[0, 0, at, at], x)
        seen = seen[0, 0]
        places = [float(axis.start + at * axis.jump) for axis in grid]
    assert [float(axis.double().mean()) for axis in seen.nonzero(as_tuple=True)] == pytest.approx(places)


def test_joins_lie_where_their_maps_agree() -> None:
    builder = Builder((4, 9, 9))
    gate = builder.add("gate", op("avgpool", **{"global": True}), ["input"])
    gated = builder.add("gated", op("mul"), [gate, "input"])
    moved = builder.add("moved", op("conv", kernel=2, channels=4), ["input"])
    same = builder.add("same", op("add"), [gated, "input"])
    apart = builder.add("apart", op("concat"), [same, moved])
    alignment = Alignment(builder)
    assert alignment[gated] == alignment[same] == PIXELS
    assert alignment[moved] == PIXELS.step((Fraction(1),) * 2, (Fraction(1, 2),) * 2)
    assert alignment[apart] is None
    later = builder.add("later", op("conv", kernel=3, channels=4, pad=0), [same])
    assert alignment[later] == PIXELS.shift(1, 1)


def test_an_unpooling_lies_where_its_poolings_input_does() -> None:
    builder = Builder((4, 12, 12))
    whole = builder.add("conv", op("conv", kernel=2, channels=4, pad=0), ["input"])
    pooled = builder.add("pool", op("maxpool", kernel=3, stride=2), [whole])
    value = builder.add(
        "crop", op("crop", sides=(1, 0, 1, 0)), [builder.add("pad", op("pad", sides=(1, 0, 1, 0)), [pooled])]
    )
    back = builder.add("unpool", op("unpool"), [value, pooled, whole])
    alignment = Alignment(builder)
    assert alignment[back] == alignment[whole] != PIXELS
    shifted = builder.add("shift", op("conv", kernel=3, channels=4, pad=(2, 0, 2, 0)), [pooled])
    moved = builder.add("moved", op("unpool"), [shifted, pooled, whole])
    assert alignment[moved] == PIXELS.step((Fraction(1),) * 2, (Fraction(1, 2) - 2,) * 2)  # a pooled row is two rows


UNET = (
    "default conv pad=0\n"
    + "".join(f"e{level}: conv3-2 x2\nmaxpool\n" for level in (1, 2, 3, 4))
    + "conv3-2 x2\n"
    + "".join(
        f"u{level}: upconv2-2/2\nconcat:\n    | from e{level} crop(like=u{level})\n    | from u{level}\nconv3-2 x2\n"
        for level in (4, 3, 2, 1)
    )
)
"""The geometry of Ronneberger et al. 2015, two channels wide. FCN's is in `test_skips`, by the shipped specs."""


@pytest.mark.parametrize("size", ["572x572", "188x220"])
def test_the_crops_of_u_net_are_central_where_they_follow_from_where_maps_lie(size: str) -> None:
    found = network(f"net unet\ninput {size}x2\n{UNET}")
    crops = [node.op.model_dump()["offset"] for node in found.nodes if node.op.kind == "croplike"]
    assert crops == [(number, number) for number in (4, 16, 40, 88)]


def test_an_offset_is_exact_and_may_be_negative() -> None:
    thirds = PIXELS.step((Fraction(3),) * 2, (Fraction(1),) * 2)
    assert offset(thirds, PIXELS) == (Fraction(-1, 3),) * 2
    assert offset(PIXELS, thirds) == (1, 1)
