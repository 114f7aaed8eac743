"""The weights of layers that batch normalization was folded into, worked out piece by piece."""

from collections.abc import Mapping
from math import prod
from typing import TYPE_CHECKING, Any

from archspec.graph import Graph, Node
from archspec.op import Weight
from archspec.ops.bn import BatchNorm
from archspec.ops.upconv import UpConv
from archspec.weights import Weights, full

if TYPE_CHECKING:
    from numpy import float32, float64, int64
    from numpy.typing import NDArray


class Folding:
    """Another source's weights, scaled and shifted as the batch normalizations of a graph would.

    A layer's weights are multiplied by scale / sqrt(variance + eps) of their output channel; its bias, 0 where it
    had none, loses the mean, is multiplied likewise and gains the shift.
    """

    def __init__(self, weights: Weights, graph: Graph, norms: Mapping[str, Node]) -> None:
        self.weights = weights
        self.seed = weights.seed
        self.norms = norms
        """The batch normalization that was folded into each layer, by the layer's path."""
        self.own = {name: (node, weight) for name, node, weight in graph.tensors()}

    def describe(self) -> str:
        return f"{self.weights.describe()}, batch normalization folded"

    def fill(self, name: str, weight: Weight, start: int, out: "NDArray[float32]") -> str | None:
        path, _, kind = name.rpartition(".")
        if path not in self.norms:
            return self.weights.fill(name, weight, start, out)
        if kind == "bias":
            out[:] = self._bias(path)[start : start + out.size]
        else:
            self._scaled(name, start, out)
        return None

    def _scaled(self, name: str, start: int, out: "NDArray[float32]") -> None:
        import numpy

        node, weight = self.own[name]
        self.weights.fill(name, weight, start, out)
        positions = numpy.arange(start, start + out.size)
        out[:] = out * self._factors(node.path)[channels(node, weight, positions)]

    def _bias(self, path: str) -> "NDArray[float64]":
        had = f"{path}.bias" in self.own
        bias = self._tensor(path, "bias") if had else 0.0
        norm = self.norms[path].path
        return (bias - self._tensor(norm, "running_mean")) * self._factors(path) + self._tensor(norm, "bias")

    def _factors(self, path: str) -> "NDArray[float64]":
        norm = self.norms[path]
        assert isinstance(norm.op, BatchNorm)
        deviation = (self._tensor(norm.path, "running_var") + norm.op.eps) ** 0.5
        factors: NDArray[float64] = self._tensor(norm.path, "weight") / deviation
        return factors

    def _tensor(self, path: str, kind: str) -> "NDArray[float64]":
        name = f"{path}.{kind}"
        return full(self.weights, name, self.own[name][1]).astype("f8")


def channels(node: Node, weight: Weight, positions: "NDArray[int64]") -> Any:
    """The output channel that each value of a weight, counted through it, contributes to.

    The weight of a transposed convolution begins with the inputs, whose groups give groups of outputs.
    """
    first, second = weight.shape[:2]
    if not isinstance(node.op, UpConv):
        return positions // prod(weight.shape[1:])
    taken, given = divmod(positions // prod(weight.shape[2:]), second)
    return taken // (first // node.op.groups) * second + given
