"""Rows of LaTeX as they are seen: between two rules, several lines of the source may make one row of the table."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from archspec.tables.sheet import Cell

Rows = Sequence[Sequence[Cell]]


def joined(rows: Rows, rules: set[int]) -> Iterator[Sequence[Cell]]:
    """The rows of a table, those that stand between the same rules as one where the table is so ruled.

    So papers set several layers of a stage one below the other. Cells below one that reaches down are not there.
    """
    starts = [number for number in range(len(rows)) if not number or number in rules]
    groups = [rows[start:end] for start, end in pairwise([*starts, len(rows)])]
    reaching: dict[int, int] = {}
    number, parted = 0, ruled(groups)
    for group in groups:
        whole = [stacked(group)] if parted and alike(group) else group
        for row in whole:
            yield below(row, number, reaching)
            number += 1


def ruled(groups: Sequence[Rows]) -> bool:
    """Whether rules part all rows of a table from each other: those over its full width stand between two."""
    wide = [group for group in groups if any(is_wide(row) for row in group)]
    return bool(wide) and all(len(group) == 1 for group in wide)


def is_wide(row: Sequence[Cell]) -> bool:
    """Whether a row is a single cell over several columns."""
    return len(row) == 1 and row[0].span > 1


def alike(group: Rows) -> bool:
    """Whether rows have the same columns, none of them merged."""
    plain = all(each.span == 1 and each.rows == 1 for row in group for each in row)
    return plain and len({len(row) for row in group}) == 1


def stacked(group: Rows) -> Sequence[Cell]:
    """One row of several, the lines of each cell below those above it."""
    return [
        replace(
            cells[0],
            lines=tuple(line for each in cells for line in each.lines),
            line_places=tuple(place for each in cells for place in each.line_places),
        )
        for cells in zip(*group, strict=True)
    ]


def below(row: Sequence[Cell], number: int, reaching: dict[int, int]) -> Sequence[Cell]:
    """A row without the empty cells that stand where one from above reaches."""
    kept = []
    column = 0
    for each in row:
        if not (not each.lines and reaching.get(column, 0) > number):
            kept.append(each)
        if each.rows > 1:
            reaching |= dict.fromkeys(range(column, column + each.span), number + each.rows)
        column += each.span
    return kept
