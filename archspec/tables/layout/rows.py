"""The rows of a table: layers of several networks that were written in one line of a spec stand in one row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archspec.graph import Graph, Node
from archspec.graph.needs import only_heads_need

Line = tuple[tuple[str, int], ...]
"""A line of a spec: the file and the line, behind those of the networks that led there."""


@dataclass(frozen=True)
class Row:
    """One row: its layers in each network, in order; none where the network has nothing there."""

    layers: tuple[tuple[Node, ...], ...]


def line(node: Node) -> Line:
    """The line that a layer, or the use of the block that it is in, was written in."""
    led: list[tuple[str, int]] = []
    for site in node.origin.expansion:
        led.append((site.file, site.line))
        if not site.network:
            return tuple(led)
    return (*led, (node.origin.file, node.origin.line))


def rows(graphs: Sequence[Graph]) -> list[Row]:
    """The rows of a table of these networks, from the top down; heads are left out."""
    networks = [by_line(graph) for graph in graphs]
    order: list[Line] = []
    for network in networks:
        place = 0
        for key in network:
            if key in order:
                place = order.index(key) + 1
            else:
                order.insert(place, key)
                place += 1
    return [Row(tuple(tuple(network.get(key, ())) for network in networks)) for key in order]


def by_line(graph: Graph) -> Mapping[Line, Sequence[Node]]:
    """The layers of a network, without those of heads, by the line that they were written in."""
    inside = only_heads_need(graph)
    found: dict[Line, list[Node]] = {}
    for node in graph.nodes:
        if node.path not in inside:
            found.setdefault(line(node), []).append(node)
    return found
