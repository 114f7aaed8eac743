"""Tab-separated text, for spreadsheets: a row for each line; the lines of a cell stand side by side."""

from archspec.tables.sheet import Cell, Sheet

SPECIAL = set('\t\n\r"')


def write(sheet: Sheet) -> str:
    """The table, and its notes below an empty line. A cell over several columns stands in the first of them."""
    rows = ["\t".join(field(cell) + "\t" * (cell.span - 1) for cell in row).rstrip("\t") for row in sheet.rows]
    notes = ["", *sheet.notes] if sheet.notes else []
    return "\n".join([*rows, *notes]) + "\n"


def field(cell: Cell) -> str:
    """A cell, in quotes where a spreadsheet would take a part of it for an end."""
    text = cell.text
    return '"' + text.replace('"', '""') + '"' if SPECIAL.intersection(text) else text
