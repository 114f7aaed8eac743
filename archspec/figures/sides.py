"""What leaves the spine for good: auxiliary classifiers and further outputs, each a small box at the side."""

from collections.abc import Mapping
from typing import NamedTuple

from archspec.figures.labels import label
from archspec.figures.steps import steps
from archspec.figures.tree import takes
from archspec.graph import Graph
from archspec.graph.needs import needed
from archspec.graph.remembered import remembered

MOST = 8
"""Layers that a box at the side lists."""


class Side(NamedTuple):
    """A box at the side."""

    name: str
    texts: tuple[str, ...]
    """What it computes, layer by layer."""
    layers: tuple[str, ...]


@remembered
def ends(graph: Graph) -> list[tuple[str, str]]:
    """What leaves the spine, with the value that it is."""
    outputs = [(f"output {path}", path) for path in graph.outputs[1:]]
    return outputs + [(f"{head.name}, weight {head.weight:g}", head.value) for head in graph.heads]


def sides(graph: Graph) -> Mapping[str, list[Side]]:
    """The boxes at the side, by the path of the value that they take."""
    found: dict[str, list[Side]] = {}
    drawn = set(needed(graph.nodes, graph.outputs[:1])) | {graph.input.name}
    every = steps(graph)
    for name, value in ends(graph):
        wanted = needed(graph.nodes, (value,)) - drawn
        own = [step for step in every if step.last.path in wanted]
        start = next((path for step in own for path in takes(step) if path in drawn), value)
        texts = tuple(label(step) for step in own)
        if len(texts) > MOST:
            texts = (*texts[: MOST - 2], "…", texts[-1])
        found.setdefault(start, []).append(Side(name, texts, tuple(node.path for step in own for node in step.nodes)))
        drawn |= wanted
    return found
