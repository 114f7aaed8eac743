"""The rows of a table, each with its label, its size and a cell for every network."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from archspec.diagnostics import Diagnostic
from archspec.source import Span
from archspec.tables.heading import Heading
from archspec.tables.sheet import Cell, Placed, Sheet

LEFT = Cell(("-",))
"""What stands below a cell that reaches down: nothing more."""


@dataclass(frozen=True)
class Row:
    """One row below the head."""

    cells: tuple[Cell, ...]
    """A cell for each network."""
    full: bool
    """Whether it is one cell for all."""
    label: Cell | None = None
    size: Cell | None = None
    """What stands in the columns before; None for nothing, or where a cell above reaches down."""
    continues: bool = False
    """Whether such a cell reaches down from the row above."""

    @property
    def place(self) -> Span:
        """Where it begins."""
        first = next(cell for cell in (self.label, self.size, *self.cells) if cell)
        return first.place or Span(0, 1)


def rows(sheet: Sheet, head: Heading, width: int, found: list[Diagnostic]) -> Iterator[Row]:
    """The rows below the head; what is ragged or empty is added to `found` and left out."""
    reaching: dict[int, int] = {}
    for number, placed in groupby(sheet.placed(), key=lambda each: each.row):
        taken = {column for column, until in reaching.items() if until > number}
        row = list(placed)
        for each in row:
            if each.cell.rows > 1:
                across = range(each.column, each.column + each.cell.span)
                reaching |= dict.fromkeys(across, number + each.cell.rows)
        if number > head.row and (good := one(sheet, row, head, width, taken, found)):
            yield good


def one(
    sheet: Sheet, row: Sequence[Placed], head: Heading, width: int, taken: set[int], found: list[Diagnostic]
) -> Row | None:
    """A row, or None with a word about what is wrong with it."""
    by_column = {column: each.cell for each in row for column in range(each.column, each.column + each.cell.span)}
    whole = len(row) == 1 and row[0].cell.span == width
    columns = range(head.first, width)
    if not whole and (max(by_column) >= width or any(c not in by_column and c not in taken for c in range(width))):
        found.append(ragged(sheet, row, width, len(taken)))
        return None
    cells = tuple(by_column.get(column, LEFT) for column in columns)
    empty = [cell for cell in dict.fromkeys(cells) if not cell.lines]
    for cell in empty:
        help = "if nothing is there, write a dash; otherwise a cell has slipped"
        found.append(Diagnostic("E105", "an empty cell", source=sheet.source, span=cell.place, help=help))
    if empty:
        return None
    full = len(cells) > 1 and all(cell is cells[0] for cell in cells)
    label, size = (None if whole or at is None else said(by_column.get(at)) for at in (head.label, head.size))
    return Row(cells, full, label, size, bool(head.first) and 0 in taken)


def said(cell: Cell | None) -> Cell | None:
    """A cell that says something."""
    return cell if cell and cell.lines else None


def ragged(sheet: Sheet, row: Sequence[Placed], width: int, taken: int) -> Diagnostic:
    """What to say of a row that has too few or too many cells."""
    count = sum(each.cell.span for each in row) + taken
    message = f"this row has {count} cell{'s' * (count != 1)}, and the table {width} columns"
    places = [each.cell.place for each in row if each.cell.place]
    place = Span(min(places).start, max(place.end for place in places))
    help = "a cell was lost or added where the table was copied; a dash is a cell with nothing in it"
    return Diagnostic("E104", message, source=sheet.source, span=place, help=help)
