"""Where the values of a network's tensors come from; every back end asks here, so all hold the same ones."""

from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from archspec.graph import Graph
from archspec.op import Weight

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

CHUNK = 2**20
"""Values that are made at a time: 4 MB."""


class Weights(Protocol):
    """A source of values, tensor by tensor."""

    seed: int | None
    """The seed they are drawn from; None where they are not drawn."""

    def describe(self) -> str:
        """One word or name for a file's metadata: `he`, `zeros`, or the digest of a weights file."""

    def fill(self, name: str, weight: Weight, start: int, out: "NDArray[float32]") -> str | None:
        """Put the values of one tensor into `out`, flat, from number `start` on.

        `start` is a multiple of CHUNK, and `out` takes a chunk, or what the tensor has left. Threads may ask for
        several at a time, in any order. Gives a text that stands for these values and no others, where there is one.
        """


def open_weights(choice: str, seed: int, graph: Graph, whole: Graph | None = None) -> Weights:
    """The weights that a user names: `he` draws them, `zeros` is zeros, anything else is a .safetensors file.

    Where the graph is a part of a `whole`, a file may hold what only the whole has. Raises
    Problem: E601 or E604 when the file cannot be used, E603 when it is not of this network.
    """
    from archspec.weights.constant import Zeros
    from archspec.weights.gaussian import Seeded
    from archspec.weights.store import Stored

    match choice:
        case "he":
            return Seeded(seed)
        case "zeros":
            return Zeros()
    stored = Stored(Path(choice))
    stored.match(graph, whole)
    return stored


def full(weights: Weights, name: str, weight: Weight) -> "NDArray[float32]":
    """All values of one tensor, in its shape."""
    import numpy

    values = numpy.empty(prod(weight.shape), numpy.float32)
    for start in starts(weight):
        weights.fill(name, weight, start, values[start : start + CHUNK])
    return values.reshape(weight.shape)


def starts(weight: Weight) -> range:
    """Where the chunks of a tensor begin."""
    return range(0, prod(weight.shape), CHUNK)
