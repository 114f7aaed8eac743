"""Where every map of a network lies on its input, and by how much one map begins before another."""

from itertools import takewhile

from archspec.graph import Graph, Node
from archspec.graph.builder import Builder
from archspec.op.grid import PIXELS, Grid, Two

MOST_BITS = 200
"""Digits, in base two, of a place: thousands of odd strides, up and down in turn, would come to thousands."""


class Alignment:
    """The grids of a network's values, followed from the input on; a growing network may change at its end."""

    def __init__(self, network: Graph | Builder) -> None:
        self.network = network
        self.known: dict[str, Grid | None] = {network.input.name: PIXELS if len(network.input.shape) == 3 else None}
        self.walked: dict[str, Node] = {}

    def __getitem__(self, path: str) -> Grid | None:
        """Where a value's positions lie; None for what lies nowhere: a vector, a mean over the whole map, or maps
        joined that lie differently."""
        new = takewhile(lambda node: self.walked.get(node.path) is not node, reversed(self.network.nodes))
        for node in reversed(list(new)):
            grids = [self.known[name] for name in node.inputs]
            grid = node.op.place(grids, [self.network.shapes[name] for name in node.inputs])
            long = grid and grid not in grids and grid.bits > MOST_BITS
            self.known[node.path] = None if long else grid
            self.walked[node.path] = node
        return self.known[path]


def offset(grid: Grid, like: Grid) -> Two:
    """How many rows and columns of a map lie before the first of another."""
    rows, columns = ((other.start - axis.start) / axis.jump for axis, other in zip(grid, like, strict=True))
    return rows, columns
