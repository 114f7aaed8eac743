"""Residual units as He et al. 2016 print them: layers in brackets, and how often."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from archspec import ops
from archspec.graph import Node
from archspec.op import Op
from archspec.ops.conv import Conv
from archspec.tables.layout.conventions import Habits
from archspec.tables.layout.pieces import Piece
from archspec.tables.layout.shortcuts import options, parted

BN, RELU, ADD = ops.make("bn"), ops.make("relu"), ops.make("add")


class Unit(NamedTuple):
    """One unit: the kernels and channels of its convolutions, and the stride of the first one."""

    layers: tuple[tuple[int, int], ...]
    stride: int

    @property
    def line(self) -> str:
        """The line of a cell, for one unit."""
        return "[" + "; ".join(f"{kernel}×{kernel}, {channels}" for kernel, channels in self.layers) + "]"


def plain_conv(op: Op) -> tuple[int, int, int] | None:
    """The kernel, channels and stride of a convolution that has nothing else to say, and no bias."""
    if not isinstance(op, Conv):
        return None
    kernel, channels, stride = op.kernel[0], op.channels, op.stride[0]
    usual = ops.make("conv", kernel=(kernel, kernel), channels=channels, stride=(stride, stride), bias=False)
    return (kernel, channels, stride) if op == usual else None


def unit(habits: Habits, piece: Piece) -> Unit | None:
    """The unit that a use of a block is; None where it is of another form, or its shortcut not the network's usual."""
    nodes, around = parted(piece.nodes)
    count, rest = divmod(len(nodes) - 1, 3)
    if not piece.site or count < 2 or rest or habits.shortcut not in options(habits.graph, around):
        return None
    body, last = nodes[:-2], nodes[-2:]
    found = [plain_conv(node.op) for node in body[::3]]
    strides = [each[2] for each in found if each]
    value = around[-1].path if around else piece.takes[0]
    usual = (
        len(strides) == count
        and all(stride == 1 for stride in strides[1:])
        and [node.op for node in last] == [ADD, RELU]
        and all(node.op == (BN, RELU)[position % 3 - 1] for position, node in enumerate(body) if position % 3)
        and all(node.inputs == (before.path,) for before, node in pairwise(body))
        and last[0].inputs == (body[-1].path, value)
        and names(nodes, piece.path)
        == [f"{node.op.kind}{position // 3 + 1}" for position, node in enumerate(nodes[:-2])] + ["add1", f"relu{count}"]
    )
    return Unit(tuple((each[0], each[1]) for each in found if each), strides[0]) if usual else None


def names(nodes: Sequence[Node], scope: str) -> list[str]:
    """The names of layers within a scope."""
    return [node.path.removeprefix(f"{scope}.") for node in nodes]


def bracketed(habits: Habits, run: Sequence[Piece]) -> tuple[Unit, int] | None:
    """The unit that a cell repeats, the first one perhaps with stride 2, and how often; None for any other cell."""
    found = [unit(habits, piece) for piece in run]
    first = found[0] if found else None
    if first is None or first.stride > 2:
        return None
    if any(each != first._replace(stride=1) for each in found[1:]):
        return None
    return first, len(found)
