"""A graph with other fields."""

from typing import Any

from archspec.graph import Graph


def change(graph: Graph, **fields: Any) -> Graph:
    """The graph with these fields instead of its own, and without the labels of values that it no longer has."""
    kept = {name: getattr(graph, name) for name in Graph.model_fields}
    nodes = fields.get("nodes", graph.nodes)
    values = {graph.input.name, *(node.path for node in nodes)}
    labels = tuple(label for label in fields.get("labels", graph.labels) if label.value in values)
    return Graph(**{**kept, **fields, "labels": labels})
