"""A table as it stands on paper, whatever format it is written in: cells with lines of plain text."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from archspec.source import Source, Span


@dataclass(frozen=True)
class Cell:
    """One cell. Its lines are plain text with the signs of papers (`3×3, 64`), free of any format's markup.

    A group in brackets is one line, its layers between semicolons: `[1×1, 64; 3×3, 64; 1×1, 256] ×3`.
    """

    lines: tuple[str, ...] = ()
    span: int = 1
    """The columns that it covers."""
    rows: int = 1
    """The rows that it covers; those below have no cell where it reaches."""
    bold: frozenset[int] = frozenset()
    """Which of its lines are set in bold type, counted from 0."""
    place: Span | None = None
    """Where it stands in the text that it was read from."""
    line_places: tuple[Span, ...] = ()
    """Where each of its lines stands there."""

    @property
    def text(self) -> str:
        """All of its lines as one."""
        return " ".join(self.lines)


class Placed(NamedTuple):
    """A cell with the row and the column of its upper left corner, counted from 0."""

    row: int
    column: int
    cell: Cell


@dataclass(frozen=True)
class Sheet:
    """A table: rows of cells, from the top down."""

    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    """The sentence that stands with it."""
    notes: tuple[str, ...] = ()
    """Lines of the language that stand below it, as they are: what a table has no place for (`default`, `block`)."""
    head: int = 0
    """How many of the rows are its head, above the line."""
    source: Source | None = None
    """The text that it was read from."""

    @property
    def width(self) -> int:
        """How many columns it has."""
        return max((place.column + place.cell.span for place in self.placed()), default=0)

    def placed(self) -> Iterator[Placed]:
        """Every cell and its place, row by row: a cell stands right of those before it and of what reaches down."""
        reaching: dict[int, int] = {}
        """Until which row each column is taken from above."""
        for row, cells in enumerate(self.rows):
            column = 0
            for cell in cells:
                while reaching.get(column, 0) > row:
                    column += 1
                yield Placed(row, column, cell)
                if cell.rows > 1:
                    reaching |= dict.fromkeys(range(column, column + cell.span), row + cell.rows)
                column += cell.span
