"""The rows of a table: layers of several networks that were written in one line of a spec stand in one row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archspec.graph import Graph, Node, Origin
from archspec.graph.needs import only_heads_need

Line = tuple[tuple[str, int], ...]
"""A line of a spec: the file and the line, behind those of the networks that led there; or a label, and 0."""


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
    below: dict[Line | None, Line | None] = {None: None}
    """The row below each one; a row that an earlier network has not stands where this one goes on from it."""
    for network in networks:
        above = None
        for key in network:
            if key not in below:
                below[key], below[above] = below[above], key
            above = key
    order = []
    row = below[None]
    while row is not None:
        order.append(Row(tuple(tuple(network.get(row, ())) for network in networks)))
        row = below[row]
    return order


def by_line(graph: Graph) -> Mapping[Line, Sequence[Node]]:
    """The layers of a network, without those of heads, by the label or the line that they were written with.

    What a convention adds has the place of the layer that it follows, and stays with it.
    """
    inside = only_heads_need(graph)
    labels = {label.name for label in graph.labels}
    found: dict[Line, list[Node]] = {}
    place: Origin | None = None
    for node in graph.nodes:
        if node.path in inside:
            continue
        if node.origin != place:
            name = node.path.partition(".")[0]
            key = ((name, 0),) if name in labels else line(node)
        place = node.origin
        found.setdefault(key, []).append(node)
    return found
