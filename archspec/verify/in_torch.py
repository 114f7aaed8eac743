"""A network's values in PyTorch, and the scale of its layers that keeps them near 1."""

from math import isfinite, log2
from typing import Any, NamedTuple

import torch
from numpy import float32
from numpy.typing import NDArray
from torch import Tensor, nn

from archspec.backends.torch.module import module
from archspec.graph import Graph
from archspec.op.convolution import Weighted
from archspec.ops.bn import BatchNorm
from archspec.verify.noise import Noise

Values = dict[str, NDArray[float32]]


class Ran(NamedTuple):
    """What a run gives."""

    gains: dict[str, float]
    """Factors of the layers' weights, by path."""
    values: Values
    params: int
    ties: int
    """Maxima that were at another place than asked for."""


@torch.no_grad()
def run(graph: Graph, noise: Noise, example: NDArray[float32], maxima: Values | None = None) -> Ran:
    """Run a network with weights scaled by its gains.

    `maxima` has other values for what max-poolings pool, by the poolings' paths: the switches are taken from those.
    """
    network = module(graph, noise).eval()
    x = torch.from_numpy(example)
    gains = steady(network, graph, x)
    moved = [switch(network.get_submodule(path), torch.from_numpy(value)) for path, value in (maxima or {}).items()]
    given = network(x)
    outputs = given if isinstance(given, tuple) else (given,)
    values = {path: value.numpy() for path, value in zip(graph.outputs, outputs, strict=True)}
    return Ran(gains, values, sum(parameter.numel() for parameter in network.parameters()), sum(map(sum, moved)))


def switch(pooling: nn.Module, other: Tensor) -> list[int]:
    """Let a max-pooling tell the switches of another value; gives a list that will hold how many differ."""
    moved: list[int] = []

    def switched(layer: nn.Module, given: tuple[Tensor], told: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        if given[0].shape != other.shape:  # it is padded before: its switches stay its own
            return told
        switches = layer.forward(other)[1]
        moved.append(int((switches != told[1]).sum()))
        return told[0], switches

    pooling.register_forward_hook(switched)
    return moved


def steady(network: nn.Module, graph: Graph, x: Tensor) -> dict[str, float]:
    """Scale each layer's weights, in order, until its output is of size 1; gives the factors.

    Without this a network of a thousand layers overflows or dies out, whatever it is drawn from. The factors are
    powers of two: they change no digit of a weight, only its exponent.
    """
    gains: dict[str, float] = {}
    hooks = []
    for node in graph.nodes:
        if isinstance(node.op, Weighted | BatchNorm):

            def scale(layer: nn.Module, given: Any, value: Tensor, path: str = node.path) -> Tensor:
                size = value.square().mean().sqrt().item()
                gains[path] = 2.0 ** -round(log2(size)) if size > 0 and isfinite(size) else 1.0
                for parameter in layer.parameters():
                    parameter.mul_(gains[path])
                return value * gains[path]

            hooks.append(network.get_submodule(node.path).register_forward_hook(scale))
    network(x)
    for hook in hooks:
        hook.remove()
    return gains
