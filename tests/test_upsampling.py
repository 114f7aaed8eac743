"""Transposed convolution as the lecture teaches it, and bilinear interpolation by it, in every back end."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from everything import chain, op
from numpy.typing import NDArray
from onnx_running import agree, run_onnx, run_torch
from texts import network
from torch.nn import functional as F
from written import load, same

from archspec.backends.torch import build
from archspec.backends.torch.module import module
from archspec.cli import main
from archspec.diagnostics import Problem
from archspec.graph import Graph
from archspec.graph.counts import count
from archspec.op import Shape, Weight
from archspec.report.matrix import matrices, values
from archspec.weights import CHUNK, Weights, full
from archspec.weights.constant import Zeros
from archspec.weights.gaussian import Seeded

Values = NDArray[np.float32]

TWO = np.float32([[[[1, 2], [3, 4]]]])
"""The lecture's image."""
ONES: list[tuple[dict[str, object], list[list[float]]]] = [
    # the lecture: the transpose of a 3x3 convolution of ones, without padding
    ({"kernel": 3}, [[1, 3, 3, 2], [4, 10, 10, 6], [4, 10, 10, 6], [3, 7, 7, 4]]),
    # the lecture: 2x2 at stride 2 with a 3x3 kernel gives 5x5
    (
        {"kernel": 3, "stride": 2},
        [[1, 1, 3, 2, 2], [1, 1, 3, 2, 2], [4, 4, 10, 6, 6], [3, 3, 7, 4, 4], [3, 3, 7, 4, 4]],
    ),
    ({"kernel": 3, "stride": 2, "pad": 1}, [[1, 3, 2], [4, 10, 6], [3, 7, 4]]),
    (
        {"kernel": 3, "stride": 2, "pad": 1, "output_pad": 1},
        [[1, 3, 2, 2], [4, 10, 6, 6], [3, 7, 4, 4], [3, 7, 4, 4]],
    ),
    ({"kernel": 2, "stride": 2}, [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]),
    ({"kernel": 4, "stride": 2, "pad": 1}, [[1, 3, 3, 2], [4, 10, 10, 6], [4, 10, 10, 6], [3, 7, 7, 4]]),
]


class Ones:
    """Every weight 1."""

    seed: int | None = None

    def describe(self) -> str:
        return "ones"

    def fill(self, name: str, weight: Weight, start: int, out: Values) -> None:
        out.fill(1)


def layer(shape: Shape, kind: str = "upconv", channels: int = 1, **options: object) -> Graph:
    """One layer without bias."""
    return chain(shape, op(kind, channels=channels, bias=False, **options))


@pytest.mark.parametrize(("options", "wanted"), ONES, ids=str)
def test_a_kernel_of_ones_spreads_the_lectures_image(
    options: dict[str, object], wanted: list[list[float]], tmp_path: Path
) -> None:
    graph = layer((1, 2, 2), **options)
    assert graph.nodes[-1].shape == (1, len(wanted), len(wanted[0]))
    assert run_torch(graph, Ones(), TWO)[0][0, 0].tolist() == wanted
    assert run_onnx(graph, Ones(), TWO, tmp_path)[0][0, 0].tolist() == wanted


LECTURE = """
1 0 0 0
1 1 0 0
1 1 0 0
0 1 0 0
1 0 1 0
1 1 1 1
1 1 1 1
0 1 0 1
1 0 1 0
1 1 1 1
1 1 1 1
0 1 0 1
0 0 1 0
0 0 1 1
0 0 1 1
0 0 0 1
"""
"""The matrix that the lecture multiplies its image with: that of the convolution, transposed."""


def test_the_matrix_is_the_lectures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ops", "upconv3-1/1", "--input", "2x2", "--matrix"]) == 0
    about, heading, *rows = capsys.readouterr().out.splitlines()
    assert about == "upconv3-1  2x2x1 -> 4x4x1, 10 parameters, 36 multiply-adds"
    assert rows[4] == "transposed convolution, 2x2x1 -> 4x4x1: 16 x 4"
    transposed = np.array([row.split() for row in rows[5:]], float)
    assert np.array_equal(transposed, np.array([row.split() for row in LECTURE.split("\n")[1:-1]], float))
    assert np.array_equal(transposed.T, np.array([row.split() for row in rows[:4]], float))
    assert (transposed @ [1, 2, 3, 4]).tolist() == [1, 3, 3, 2, 4, 10, 10, 6, 4, 10, 10, 6, 3, 7, 7, 4]
    assert main(["ops", "conv3-1(pad=0)", "--input", "4x4", "--matrix"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [heading, *rows]


MATRICES = [
    ("conv", {"kernel": 3, "channels": 4, "stride": 2}, (2, 5, 4)),
    ("conv", {"kernel": (1, 3), "channels": 4, "groups": 2, "dilation": (1, 2), "pad": (1, 0, 0, 2)}, (2, 3, 5)),
    ("dwconv", {"kernel": 2, "multiplier": 2}, (3, 3, 4)),
    ("upconv", {"kernel": 3, "channels": 4, "stride": 2, "pad": 1, "output_pad": 1, "groups": 2}, (2, 3, 2)),
    ("upconv", {"kernel": (2, 3), "channels": 2, "stride": (2, 1), "pad": (0, 1, 1, 0)}, (3, 2, 3)),
    ("upconv", {"kernel": 4, "channels": 2, "stride": 2, "init": "bilinear"}, (2, 3, 2)),
]


@pytest.mark.parametrize("kernel", ["ones", "taps", "bilinear"])
@pytest.mark.parametrize(("kind", "options", "shape"), MATRICES, ids=str)
def test_multiplying_with_the_matrix_is_the_layer(
    kind: str, options: dict[str, object], shape: Shape, kernel: str
) -> None:
    graph = chain(shape, op(kind, bias=False, **options))
    if kernel == "bilinear" and shape[0] != graph.nodes[-1].shape[0]:
        with pytest.raises(Problem, match="keeps the channels"):
            matrices(graph, kernel)
        return
    forward, transposed = (
        np.array([row.split() for row in text.splitlines()[1:]], float)
        for text in re.split("(?=transposed)", matrices(graph, kernel))
    )
    x = np.random.default_rng(4).integers(-9, 9, (1, *shape)).astype(np.float32)
    weight = next(graph.tensors())[2]
    found = (transposed if kind == "upconv" else forward) @ x.ravel()
    assert np.array_equal(forward.T, transposed)
    wanted = run_torch(graph, Held(values(kernel, weight)), x)[0]
    assert np.allclose(found, wanted.ravel(), rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["conv3-2", "--input", "30x30"], "1,620,000 numbers, 4,096 are printed at most"),
        (["maxpool", "--input", "4x4"], "`maxpool` has no such matrix"),
        (["relu relu", "--input", "4x4"], "`relu relu` is not one layer"),
        (["conv3-2"], "a layer and its input are needed"),
        (["conv5-1(pad=0)", "--input", "4x4"], "error[E201]: the window is larger than the map\n --> <layer>:3:1"),
    ],
)
def test_what_has_no_matrix_says_why(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ops", *arguments, "--matrix"]) == 1
    assert said in capsys.readouterr().err


def test_a_layer_at_work(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ops", "FC-4096", "--input", "7x7x512"]) == 0
    assert capsys.readouterr().out == "FC-4096  7x7x512 -> 4096, 102,764,544 parameters, 102,760,448 multiply-adds\n"


GEOMETRIES: list[dict[str, object]] = [
    {"kernel": 3},
    {"kernel": 3, "stride": 2},
    {"kernel": 4, "stride": 2, "pad": 1},
    {"kernel": (3, 2), "stride": (2, 1), "pad": (1, 0, 0, 1)},
    {"kernel": 3, "dilation": 2, "groups": 2},
]


@pytest.mark.parametrize("options", GEOMETRIES, ids=str)
def test_it_is_the_adjoint_of_the_convolution_with_the_same_weights(options: dict[str, object], tmp_path: Path) -> None:
    """<Ax, y> is <x, A'y>, whatever x and y: this is what transposed means."""
    up = layer((6, 4, 5), channels=4, **options)
    down = layer(up.nodes[-1].shape, "conv", channels=6, **{"pad": 0, **options})
    assert down.nodes[-1].shape == up.input.shape
    tensor = full(Seeded(3), "w", Weight(next(down.tensors())[2].shape, fan_in=1))
    assert next(up.tensors())[2].shape == tensor.shape
    drawn = np.random.default_rng(1)
    x, y = (drawn.standard_normal((1, *graph.input.shape), np.float32) for graph in (down, up))
    given = Held(tensor)
    for forward, back in (
        (run_torch(down, given, x)[0], run_torch(up, given, y)[0]),
        (run_onnx(down, given, x, tmp_path)[0], run_onnx(up, given, y, tmp_path)[0]),
    ):
        assert np.vdot(forward, y) == pytest.approx(np.vdot(x, back), rel=1e-4, abs=1e-3)


class Held:
    """One tensor, whatever its name."""

    seed: int | None = None

    def __init__(self, values: Values) -> None:
        self.values = values

    def describe(self) -> str:
        return "held"

    def fill(self, name: str, weight: Weight, start: int, out: Values) -> None:
        assert self.values.shape == weight.shape
        out[:] = self.values.ravel()[start : start + out.size]


@pytest.mark.parametrize("kernel", [2, 3, 4])
def test_a_stride_is_zeros_between_the_pixels(kernel: int, tmp_path: Path) -> None:
    """Fractionally strided: the map with zeros between its pixels, convolved with the mirrored kernel."""
    graph = layer((3, 4, 5), channels=2, kernel=kernel, stride=2)
    name, _, weight = next(graph.tensors())
    x = np.random.default_rng(2).standard_normal((2, 3, 4, 5), np.float32)
    apart = torch.zeros(2, 3, 7, 9)
    apart[:, :, ::2, ::2] = torch.from_numpy(x)
    mirrored = torch.from_numpy(full(Seeded(0), name, weight)).flip(2, 3).transpose(0, 1)
    wanted = F.conv2d(apart, mirrored, padding=kernel - 1)
    agree(run_torch(graph, Seeded(0), x)[0], wanted)
    agree(run_onnx(graph, Seeded(0), x, tmp_path)[0], wanted)


KERNELS = {
    3: [[0.25, 0.5, 0.25], [0.5, 1.0, 0.5], [0.25, 0.5, 0.25]],
    4: [
        [0.0625, 0.1875, 0.1875, 0.0625],
        [0.1875, 0.5625, 0.5625, 0.1875],
        [0.1875, 0.5625, 0.5625, 0.1875],
        [0.0625, 0.1875, 0.1875, 0.0625],
    ],
}
"""Kernels as FCN's authors fill them (`upsample_filt` in their surgery.py)."""


def kernel_of(size: int, channels: int = 3, groups: int = 1, weights: Weights | None = None) -> Values:
    graph = layer((channels, 2, 2), channels=channels, kernel=size, groups=groups, init="bilinear")
    name, _, weight = next(graph.tensors())
    return full(weights or Seeded(0), name, weight)


@pytest.mark.parametrize("weights", [Seeded(0), Seeded(1), Zeros()], ids=["he", "another seed", "zeros"])
@pytest.mark.parametrize("size", KERNELS)
def test_the_kernel_is_a_tent_on_each_channels_own_pair(size: int, weights: Weights) -> None:
    values = kernel_of(size, weights=weights)
    assert values.shape == (3, 3, size, size)
    for one in range(3):
        for other in range(3):
            assert values[one, other].tolist() == (KERNELS[size] if one == other else np.zeros((size, size)).tolist())


@pytest.mark.parametrize("size", range(1, 65))
def test_the_kernel_is_upsample_filt(size: int) -> None:
    """The formula of FCN's surgery.py; the older filler of Caffe's differs at sizes of 4n + 2 and 4n + 3."""
    factor = (size + 1) // 2
    center = factor - 1 if size % 2 else factor - 0.5
    grid = np.ogrid[:size, :size]
    wanted = (1 - abs(grid[0] - center) / factor) * (1 - abs(grid[1] - center) / factor)
    assert np.allclose(kernel_of(size, 1)[0, 0], wanted, rtol=1e-7, atol=0)


def test_sides_and_groups_are_their_own() -> None:
    graph = layer((6, 2, 2), channels=6, kernel=(2, 3), groups=3, init="bilinear")
    values = full(Seeded(0), "w", next(graph.tensors())[2])
    assert values.shape == (6, 2, 2, 3)
    for channel in range(6):
        assert values[channel, channel % 2].tolist() == [[0.25, 0.5, 0.25]] * 2
        assert not values[channel, 1 - channel % 2].any()


def test_large_kernels_come_in_pieces() -> None:
    """FCN-32s has 21 x 21 x 64 x 64: more than one chunk."""
    weight = Weight((21, 21, 64, 64), bilinear=True)
    values = full(Seeded(0), "w", weight)
    assert CHUNK < values.size == 21 * 21 * 64 * 64
    assert np.array_equal(values.sum((2, 3)), 1024 * np.eye(21, dtype=np.float32))  # the square of the factor


def test_the_lectures_image_enlarged(tmp_path: Path) -> None:
    graph = layer((1, 2, 2), kernel=4, stride=2, pad=1, init="bilinear")
    wanted = [
        [0.5625, 0.9375, 1.3125, 1.125],
        [1.125, 1.75, 2.25, 1.875],
        [1.875, 2.75, 3.25, 2.625],
        [1.6875, 2.4375, 2.8125, 2.25],
    ]
    assert run_torch(graph, Seeded(0), TWO)[0][0, 0].tolist() == wanted
    assert run_onnx(graph, Seeded(0), TWO, tmp_path)[0][0, 0].tolist() == wanted


@pytest.mark.parametrize(("kernel", "factor"), [(4, 2), (8, 4), (16, 8), (3, 2), (63, 32)])
def test_inside_it_is_bilinear_interpolation(kernel: int, factor: int) -> None:
    """Even kernels interpolate between pixel centres, odd ones from corner to corner; beyond the border is zero."""
    graph = layer((2, 6, 6), channels=2, kernel=kernel, stride=factor, init="bilinear")
    x = np.random.default_rng(5).standard_normal((1, 2, 6, 6), np.float32)
    found = run_torch(graph, Seeded(0), x)[0]
    if kernel % 2:
        size, first = 5 * factor + 1, (kernel - 1) // 2
        wanted = F.interpolate(torch.from_numpy(x), (size, size), mode="bilinear", align_corners=True)
        agree(np.ascontiguousarray(found[:, :, first : first + size, first : first + size]), wanted)
    else:
        wanted = F.interpolate(torch.from_numpy(x), scale_factor=factor, mode="bilinear", align_corners=False)
        edge, inner = factor // 2, slice(factor, -factor)
        same = found[:, :, edge : edge + 6 * factor, edge : edge + 6 * factor]
        agree(np.ascontiguousarray(same[:, :, inner, inner]), wanted[:, :, inner, inner])


def test_frozen_interpolation_is_no_parameter() -> None:
    """FCN-32s has 1,806,336 frozen values, and none that are learned, in its last layer."""
    graph = layer((21, 16, 16), channels=21, kernel=64, stride=32, init="bilinear", frozen=True)
    assert count(graph).params == (0, 1_806_336)
    assert [p.requires_grad for p in module(graph).parameters()] == [False]


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("frozen", [True, False])
def test_a_new_module_of_the_generated_file_interpolates(groups: int, frozen: bool, tmp_path: Path) -> None:
    graph = layer((4, 3, 3), channels=4, kernel=(4, 5), stride=2, groups=groups, init="bilinear", frozen=frozen)
    build(graph, path := tmp_path / "net.py", "torch", Zeros(), {})
    (weight,) = load(path)().parameters()
    name, _, wanted = next(graph.tensors())
    assert np.allclose(weight.detach().numpy(), full(Seeded(0), name, wanted), rtol=1e-6, atol=0)
    assert weight.requires_grad is not frozen


def test_a_parameter_may_be_called_as_the_function_that_fills_weights(tmp_path: Path) -> None:
    block = "block up(kernel, bilinear_init=1):\n    upconv{kernel}-4/2(init=bilinear, dilation={bilinear_init})\n"
    graph = network(f"net n\ninput 8x8x4\n{block}a: up4 up4(bilinear_init=2)\nb: up4 up4(bilinear_init=3)\n")
    same(graph, tmp_path / "net.py")
