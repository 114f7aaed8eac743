"""How long values are needed."""

from collections.abc import Mapping

from archspec.graph import Graph


def needed(graph: Graph) -> frozenset[str]:
    """The values that the outputs depend on."""
    found = set(graph.outputs)
    for node in reversed(graph.nodes):
        if node.path in found:
            found.update(node.inputs)
    return frozenset(found)


def last_uses(graph: Graph) -> Mapping[str, tuple[str, ...]]:
    """For each node that the outputs depend on, the values that no later one takes."""
    runs, kept = needed(graph), set(graph.outputs)
    spent: dict[str, tuple[str, ...]] = {}
    for node in reversed(graph.nodes):
        if node.path in runs:
            spent[node.path] = tuple(path for path in dict.fromkeys(node.inputs) if path not in kept)
            kept.update(node.inputs)
    return spent
