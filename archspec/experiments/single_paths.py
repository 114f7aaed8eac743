"""The gradient that goes through single paths of a residual network (Veit et al. 2016, section 4.3).

The forward pass is that of the whole network. In the backward pass each residual module hands the gradient to its
branch alone or to its shortcut alone, so what arrives at the input came through one path. Over all paths it adds up to
the gradient itself.
"""

from collections.abc import Collection
from functools import reduce
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from archspec.graph import Graph
from archspec.graph.residual import modules


class Sum(nn.Module):
    """A residual module's sum that chooses where the gradient goes."""

    def __init__(self, shortcut: int) -> None:
        super().__init__()
        self.shortcut = shortcut
        """Which of its values is the shortcut's."""
        self.through_branch: bool | None = None
        """Whether the gradient goes through the branch or the shortcut; None for both."""

    def forward(self, *values: Tensor) -> Tensor:
        total: Tensor = OneWay.apply(self, *values)  # type: ignore[no-untyped-call]
        return total

    def takes(self, index: int) -> bool:
        """Whether this value has its share of the gradient."""
        return self.through_branch is None or (index != self.shortcut) == self.through_branch


class OneWay(torch.autograd.Function):
    """A sum whose gradient goes where the module says."""

    @staticmethod
    def forward(context: Any, joint: Sum, *values: Tensor) -> Tensor:
        context.joint, context.count = joint, len(values)
        return reduce(torch.add, values)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        return None, *(gradient if context.joint.takes(index) else None for index in range(context.count))


def opened(network: nn.Module, graph: Graph) -> list[Sum]:
    """Put such a sum in the place of every residual module's, from the input on."""
    sums = []
    for path, module in modules(graph).items():
        sums.append(Sum(graph.by_path[path].inputs.index(module.shortcut)))
        network.set_submodule(path, sums[-1])
    return sums


class Backward:
    """The loss of some images, whose gradient is taken again and again."""

    def __init__(self, network: nn.Module, graph: Graph, images: Tensor, labels: Tensor) -> None:
        self.sums = opened(network, graph)
        self.images = images.detach().clone().requires_grad_()
        self.loss = functional.cross_entropy(network(self.images), labels, reduction="sum")

    def whole(self) -> Tensor:
        """The gradient at the images."""
        return self.gradient([None] * len(self.sums))

    def through(self, branches: Collection[int]) -> Tensor:
        """What arrives at the images through the branches of some modules and the shortcuts of the others."""
        return self.gradient([number in branches for number in range(len(self.sums))])

    def gradient(self, ways: list[bool] | list[None]) -> Tensor:
        for each, way in zip(self.sums, ways, strict=True):
            each.through_branch = way
        (found,) = torch.autograd.grad(self.loss, self.images, retain_graph=True)
        return found


def magnitude(gradient: Tensor) -> float:
    """The Euclidean norm of an image's gradient, on average over the images."""
    return float(gradient.flatten(1).norm(dim=1).mean())
