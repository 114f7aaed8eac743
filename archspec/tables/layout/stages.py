"""The rows of a table as they are filled: a label, a size, and for each network the lines of its cell."""

from collections.abc import Sequence
from dataclasses import dataclass

from archspec.graph import Graph
from archspec.tables.layout.blocks import Blocks
from archspec.tables.layout.chains import counted, pieces, words
from archspec.tables.layout.conventions import Habits
from archspec.tables.layout.notes import head_layers
from archspec.tables.layout.pieces import Piece, unwritable
from archspec.tables.layout.rows import rows
from archspec.tables.layout.units import bracketed

Runs = tuple[tuple[Piece, ...], ...]
"""What the cells of a row are made of."""
STACKED = 4
"""Layers alike that stand one below the other; more are counted on one line."""
NOTHING = ("-",)


@dataclass(frozen=True)
class Stage:
    """One row."""

    label: str
    size: str
    """The size that it ends with; empty where networks differ."""
    cells: tuple[tuple[str, ...], ...]
    runs: Runs
    units: bool = False
    """Whether its cells are residual units in brackets."""
    below: bool = False
    """Whether the label and the size of the row above stand for it too."""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of layer in it; a block counts as a convolution."""
        return frozenset("conv" if piece.site else piece.first.op.kind for run in self.runs for piece in run)


def stages(habits: Sequence[Habits], blocks: Blocks) -> list[Stage]:
    """Every row of these networks; the blocks that they use are defined on the way."""
    graphs = [each.graph for each in habits]
    table: list[Runs] = [
        tuple(tuple(pieces(each, nodes, 0)) for each, nodes in zip(habits, row.layers, strict=True))
        for row in rows(graphs)
    ]
    using = [any(piece.site for run in row for piece in run) for row in table]
    units = all(are_units(habits, row) for row, uses in zip(table, using, strict=True) if uses)
    define(habits, blocks, [] if units else table)
    values: list[str] = [graph.input.name for graph in graphs]
    found = []
    for row, uses in zip(table, using, strict=True):
        boxed = units and uses
        cells = [cell(each, n, row[n], values[n], None if boxed else blocks) for n, each in enumerate(habits)]
        values = [run[-1].value if run else value for run, value in zip(row, values, strict=True)]
        found.append(Stage(label(habits, row), size(graphs, values), tuple(cells), row, boxed))
    return found


def define(habits: Sequence[Habits], blocks: Blocks, table: Sequence[Runs]) -> None:
    """Define the blocks that rows and heads use."""
    networks = []
    for number, each in enumerate(habits):
        within = [node for row in table for piece in row[number] for node in piece.nodes]
        heads = [node for head in each.graph.heads for node in head_layers(each.graph, head.name)]
        networks.append((each, within + heads))
    blocks.add(networks)


def are_units(habits: Sequence[Habits], row: Runs) -> bool:
    """Whether all cells of a row are residual units, with one stride."""
    found = [bracketed(each, run) for each, run in zip(habits, row, strict=True) if run]
    return all(found) and len({each[0].stride for each in found if each}) == 1


def cell(habits: Habits, index: int, run: Sequence[Piece], value: str, blocks: Blocks | None) -> tuple[str, ...]:
    """The lines of one cell; without blocks, what is in it are residual units."""
    if not run:
        return NOTHING
    if blocks is None:
        unit, times = bracketed(habits, run) or (None, 0)
        return (f"{unit.line} ×{times}",) if unit else NOTHING
    found = words(habits, run, value, habits.names, lambda piece: blocks.call(index, piece))
    lines = tuple(counted(found, STACKED, "×"))
    return (f"{lines[0]} ×1",) if len(run) == 1 and len(lines) == 1 and "." in run[0].path else lines


def label(habits: Sequence[Habits], row: Runs) -> str:
    """The label of a row, the same in all networks that have anything there."""
    found = {piece.label("", each.labels) for each, run in zip(habits, row, strict=True) for piece in run}
    if len(found) > 1:
        raise unwritable(next(run for run in row if run)[0].path, f"its row has the labels {', '.join(sorted(found))}")
    return found.pop()


def size(graphs: Sequence[Graph], values: Sequence[str]) -> str:
    """The size of the maps that the networks have come to, or the length of their vectors."""
    sizes = {graph.shapes[value][1:] or graph.shapes[value] for graph, value in zip(graphs, values, strict=True)}
    return "×".join(map(str, *sizes)) if len(sizes) == 1 else ""
