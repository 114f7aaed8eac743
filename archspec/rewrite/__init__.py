"""A network other than as its spec has it, with the weights that belong to it: one change, one file.

Every change is of the graph, so all back ends know all of them.
"""

from typing import NamedTuple

from archspec.graph import Graph
from archspec.rewrite.fold import fold
from archspec.rewrite.heads import without_heads
from archspec.rewrite.logits import logits
from archspec.weights import Weights, open_weights


class Changes(NamedTuple):
    """What is asked of a network."""

    heads: bool = True
    """Whether the heads stay."""
    logits: bool = False
    """Whether a softmax that ends an output or a head is left off."""
    fold_bn: bool = False
    """Whether batch normalization goes into the layer before it."""


def rewrite(graph: Graph, changes: Changes, weights: str = "he", seed: int = 0) -> tuple[Graph, Weights]:
    """The changed network, and its weights: `he`, `zeros` or the file of that path.

    A file has the weights of the network as it was; those of heads that are left out may be missing. Raises
    Problem: E601 or E604 when the file cannot be used, E603 when it is not of this network.
    """
    changed = graph if changes.heads else without_heads(graph)
    changed = logits(changed) if changes.logits else changed
    opened = open_weights(weights, seed, changed, graph)
    return fold(changed, opened) if changes.fold_bn else (changed, opened)
