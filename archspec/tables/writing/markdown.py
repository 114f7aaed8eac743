"""Markdown's tables, as GitHub shows them: `<br>` between the lines of a cell."""

import re

from archspec.tables.sheet import Cell, Sheet

SPECIAL = re.compile(r"[\\`*_~|$<>&]")
ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


def write(sheet: Sheet) -> str:
    """The title, the table, and its notes as code. A cell over several columns stands in the first of them."""
    width = sheet.width
    head, *body = [row(cells, width) for cells in sheet.rows]
    rule = "|" + " --- |" * width
    title = [escaped(sheet.caption), ""] if sheet.caption else []
    notes = ["", "```arch", *sheet.notes, "```"] if sheet.notes else []
    return "\n".join([*title, head, rule, *body, *notes]) + "\n"


def row(cells: tuple[Cell, ...], width: int) -> str:
    """One row, filled up to the width of the table."""
    texts = [text for each in cells for text in (cell(each), *[""] * (each.span - 1))]
    return "|" + "".join(f" {text} |" if text else " |" for text in texts + [""] * (width - len(texts)))


def cell(cell: Cell) -> str:
    """The lines of a cell."""
    lines = [escaped(line) for line in cell.lines]
    return "<br>".join(f"**{line}**" if number in cell.bold else line for number, line in enumerate(lines))


def escaped(text: str) -> str:
    """A text that Markdown shows as it is."""
    return SPECIAL.sub(lambda found: ENTITIES.get(found[0], "\\" + found[0]), text)
