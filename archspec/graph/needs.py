"""Which layers a value depends on."""

from collections.abc import Iterable, Sequence

from archspec.graph import Graph, Node


def needed(nodes: Sequence[Node], values: Iterable[str]) -> frozenset[str]:
    """The values that some values depend on, with those themselves; `nodes` are in topological order."""
    found = set(values)
    for node in reversed(nodes):
        if node.path in found:
            found.update(node.inputs)
    return frozenset(found)


def only_heads_need(graph: Graph) -> frozenset[str]:
    """The paths of the layers that a head needs and the outputs do not."""
    if not graph.heads:
        return frozenset()
    return needed(graph.nodes, (head.value for head in graph.heads)) - needed(graph.nodes, graph.outputs)
