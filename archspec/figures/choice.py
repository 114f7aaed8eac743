"""Which style suits a network."""

from archspec.figures.tree import Knotted, tree
from archspec.figures.u import suits
from archspec.graph import Graph


def choose(graph: Graph) -> str:
    """The name of a style that draws the network: a U where it goes down and up again, else a stack."""
    try:
        chain = tree(graph)
    except Knotted:
        return "dag"
    return "u" if suits(graph, chain) else "stack"
