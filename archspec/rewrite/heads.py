"""A network without its heads, as it is used once it is trained."""

from archspec.graph import Graph
from archspec.graph.needs import only_heads_need
from archspec.rewrite.change import change


def without_heads(graph: Graph) -> Graph:
    """The graph without heads and what only they need."""
    if not graph.heads:
        return graph
    beside = only_heads_need(graph)
    return change(graph, nodes=tuple(node for node in graph.nodes if node.path not in beside), heads=())
