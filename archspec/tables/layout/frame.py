"""The frame of a table: which columns stand before those of the networks, its head, and how rows are set in it."""

from collections.abc import Iterator, Sequence

from archspec.graph import Graph
from archspec.graph.counts import count
from archspec.tables.layout.added import added
from archspec.tables.layout.claims import depth, image
from archspec.tables.layout.stages import Stage
from archspec.tables.naming import row_names
from archspec.tables.sheet import Cell

Row = tuple[Cell, ...]
EMPTY = Cell()


class Frame:
    """Sets the rows of one table."""

    def __init__(self, graphs: Sequence[Graph], stages: Sequence[Stage]) -> None:
        self.graphs, self.stages = graphs, stages
        self.residual = any(stage.units for stage in stages)
        self.implied = row_names([stage.kinds for stage in stages])
        plain = not self.residual and len(graphs) > 1
        self.labelled = not (plain and [stage.label for stage in stages] == [name or "" for name in self.implied])
        self.growing = not self.labelled and len({count(graph).depth for graph in graphs}) > 1

    def head(self) -> Iterator[Row]:
        """The rows above the line: names, depths and inputs."""
        names = [graph.column or graph.name for graph in self.graphs]
        depths = [count(graph).depth for graph in self.graphs]
        told = self.residual and names == [str(number) for number in depths]
        if not self.labelled:
            yield (Cell(("ConvNet Configuration",), len(names)),)
        first = ("layer name",), ("output size",)
        before = tuple(map(Cell, first)) if self.labelled else ()
        yield (*before, *(Cell((f"{name}-layer" if told else name,)) for name in names))
        if not told:
            yield self.row("", "", [depth(graph) for graph in self.graphs], merged=False)
        images = [image(graph) for graph in self.graphs]
        alike = len(set(images)) == 1
        yield self.row("", "", [(text,) if alike else tuple(text.split(" ", 1)) for text in images])

    def body(self) -> Iterator[Row]:
        """The rows of layers."""
        for stage, implied in zip(self.stages, self.implied, strict=True):
            cells = stage.cells if self.labelled else [tuple(map(hyphenated, cell)) for cell in stage.cells]
            nameless = "-" if (implied or not stage.size) and not stage.below else ""
            yield self.row(stage.label or nameless, stage.size, cells, bold=self.growing)

    def row(
        self, label: str, size: str, cells: Sequence[tuple[str, ...]], merged: bool = True, bold: bool = False
    ) -> Row:
        """One row; what is the same in all networks is one cell."""
        before = (line(label), line(size)) if self.labelled else ()
        if merged and len(set(cells)) == 1:
            return (*before, Cell(cells[0], len(cells)))
        marks = added(cells) if bold else [frozenset[int]()] * len(cells)
        return (*before, *(Cell(lines, bold=mark) for lines, mark in zip(cells, marks, strict=True)))


def line(text: str) -> Cell:
    """A cell of one line, or an empty one."""
    return Cell((text,)) if text else EMPTY


def hyphenated(text: str) -> str:
    """A line as Simonyan & Zisserman 2015 spell it."""
    return "soft-max" if text == "softmax" else text
