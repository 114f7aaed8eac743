"""Which style suits a network."""

from archspec.figures.tree import Knotted, tree
from archspec.graph import Graph


def choose(graph: Graph) -> str:
    """The name of a style that draws the network."""
    try:
        tree(graph)
    except Knotted:
        return "dag"
    return "stack"
