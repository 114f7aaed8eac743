"""Rows of formats that cannot say how far a cell reaches: a row's only cell reaches to the end."""

from collections.abc import Sequence
from dataclasses import replace

from archspec.source import Source
from archspec.tables.heading import heading
from archspec.tables.sheet import Cell, Sheet


def flat_sheet(source: Source, rows: Sequence[Sequence[Cell]], caption: str = "", notes: Sequence[str] = ()) -> Sheet:
    """A table of such rows; empty cells at the end of a row, which spreadsheets add, are not there."""
    kept = [without_tail(row) for row in rows]
    head = heading(kept)
    if head:
        width = len(kept[head.row])
        kept = [spread(row, width, head.first) for row in kept]
    return Sheet(tuple(tuple(row) for row in kept), caption, tuple(notes), head.row + 1 if head else 0, source)


def without_tail(row: Sequence[Cell]) -> Sequence[Cell]:
    end = len(row)
    while end > 1 and not row[end - 1].lines:
        end -= 1
    return row[:end]


def spread(row: Sequence[Cell], width: int, labels: int) -> Sequence[Cell]:
    """A row whose only cell, not counting `labels` cells before it, covers all columns."""
    if len(row) < width and len(row) in (1, labels + 1):
        return [*row[:-1], replace(row[-1], span=width - len(row) + 1)]
    return row
