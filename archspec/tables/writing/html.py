"""HTML's tables: cells that cover several columns, `<br>` between the lines of a cell."""

from collections.abc import Iterator
from html import escape

from archspec.tables.sheet import Cell, Sheet


def write(sheet: Sheet) -> str:
    """The table with its title as caption, and its notes below it."""
    caption = [f"  <caption>{escape(sheet.caption)}</caption>"] if sheet.caption else []
    parts = [("thead", "th", sheet.rows[: sheet.head]), ("tbody", "td", sheet.rows[sheet.head :])]
    body = [line for part, kind, rows in parts if rows for line in group(part, kind, rows)]
    notes = ["<pre>", *(escape(note) for note in sheet.notes), "</pre>"] if sheet.notes else []
    return "\n".join(["<table>", *caption, *body, "</table>", *notes]) + "\n"


def group(part: str, kind: str, rows: tuple[tuple[Cell, ...], ...]) -> Iterator[str]:
    """The head or the body."""
    yield f"  <{part}>"
    for row in rows:
        yield "    <tr>" + "".join(cell(each, kind) for each in row) + "</tr>"
    yield f"  </{part}>"


def cell(cell: Cell, kind: str) -> str:
    """One cell."""
    lines = [escape(line) for line in cell.lines]
    content = "<br>".join(f"<b>{line}</b>" if number in cell.bold else line for number, line in enumerate(lines))
    span = f' colspan="{cell.span}"' if cell.span > 1 else ""
    rows = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    return f"<{kind}{span}{rows}>{content}</{kind}>"
