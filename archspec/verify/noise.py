"""The weights and the input of a verification: random, all of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from archspec.graph import Graph
from archspec.op import Weight
from archspec.weights import full
from archspec.weights.gaussian import Seeded

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    Values = NDArray[float32]

NORMAL = 2
"""The fan-in whose weights have variance 1."""


class Noise:
    """He et al.'s Gaussian where training starts from it, and a spread around every constant that it starts from.

    A 0 becomes a normal number of standard deviation 1/2, another constant something between half of it and three
    halves, so that variances stay positive. Biases this large also keep deep networks from magnifying rounding: with
    smaller ones a plain network of 1,202 layers makes another value of the same input.

    `gains` are factors of layers, by path: of their weights and biases.
    """

    def __init__(self, seed: int, gains: Mapping[str, float] | None = None) -> None:
        self.seed: int | None = seed
        self.drawn = Seeded(seed)
        self.gains = gains or {}

    def describe(self) -> str:
        return "noise"

    def fill(self, name: str, weight: Weight, start: int, out: "Values") -> None:
        import numpy

        path, _, _ = name.rpartition(".")
        if weight.fill is None:
            self.drawn.fill(name, weight._replace(bilinear=False), start, out)
        else:
            self.drawn.fill(name, Weight(weight.shape, fan_in=NORMAL), start, out)
            out[:] = weight.fill * (1 + numpy.tanh(out) / 2) if weight.fill else out / 2
        out *= numpy.float32(1 if weight.buffer else self.gains.get(path, 1))


def sample(graph: Graph, batch: int, seed: int) -> "Values":
    """Examples of the network's input: normal numbers."""
    return full(Seeded(seed), graph.input.name, Weight((batch, *graph.input.shape), fan_in=NORMAL))
