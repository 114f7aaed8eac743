"""In which order layers run, and how long values are needed."""

from collections.abc import Mapping, Sequence

from archspec.graph import Graph, Node
from archspec.graph.needs import needed, only_heads_need


def running(graph: Graph) -> tuple[list[Node], list[Node]]:
    """The layers that the outputs depend on, and those that heads need besides: they run last, in training alone."""
    runs, beside = needed(graph.nodes, graph.results), only_heads_need(graph)
    nodes = [node for node in graph.nodes if node.path in runs]
    return [node for node in nodes if node.path not in beside], [node for node in nodes if node.path in beside]


def switches(pool: str) -> str:
    """The name of the places of a max-pooling's maxima; no path has a colon."""
    return f"{pool}:switches"


def taken(node: Node) -> tuple[str, ...]:
    """The values that a node takes in PyTorch: of the max-pooling that it undoes, the switches."""
    if node.op.kind == "unpool":
        value, pool, whole = node.inputs
        return value, switches(pool), whole
    return node.inputs


def last_uses(nodes: Sequence[Node], results: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """For each layer, in the order in which they run, the values that no later one takes."""
    kept = set(results)
    spent: dict[str, tuple[str, ...]] = {}
    for node in reversed(nodes):
        spent[node.path] = tuple(path for path in dict.fromkeys(taken(node)) if path not in kept)
        kept.update(taken(node))
    return spent
