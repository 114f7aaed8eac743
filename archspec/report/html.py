"""A table as notebooks show it, in the page's own colours: light or dark."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape

from archspec.report.tabular import Line, Table

LONGEST = 300
"""Lines of a table that are shown."""
RULE = "border-top:1px solid currentColor"
CELL = "padding:1px 8px;white-space:nowrap"


def html(table: Table) -> str:
    """A table, every style in place, since notebooks share one page."""
    shown, rest = table.lines[:LONGEST], len(table.lines) - LONGEST
    rows = [row(table.headings, table, "th", "", 0)]
    rows += [styled(line, table, "") for line in shown]
    if rest > 0:
        rows.append(f'<tr><td colspan="{len(table.headings)}" style="{CELL}">and {rest:,} more lines</td></tr>')
    rows += [styled(line, table, "" if index else RULE) for index, line in enumerate(table.totals)]
    notes = "".join(f"<div>{escape(note)}</div>" for note in table.notes)
    style = "border-collapse:collapse;font-size:smaller"
    return f'<div><b>{escape(table.title)}</b><table style="{style}">{"".join(rows)}</table>{notes}</div>'


def styled(line: Line, table: Table, style: str) -> str:
    """A line; one that matters less is paler."""
    looks = [style, "font-weight:bold" if line.heading else "", "opacity:0.6" if line.quiet else ""]
    return row(line.cells, table, "td", ";".join(filter(None, looks)), line.level)


def row(cells: Sequence[str], table: Table, tag: str, style: str, level: int) -> str:
    """One row of cells."""
    return f'<tr style="background:none;{style}">{"".join(each(cells, table, tag, level))}</tr>'


def each(cells: Sequence[str], table: Table, tag: str, level: int) -> Iterator[str]:
    """The cells of a row, the first one set in by its level."""
    for index, (cell, right) in enumerate(zip(cells, table.right, strict=True)):
        inset = f";padding-left:{8 + 14 * level}px" if level and not index else ""
        yield f'<{tag} style="{CELL};text-align:{"right" if right else "left"}{inset}">{escape(cell)}</{tag}>'


def picture(svg: str, text: str) -> str:
    """A figure as a picture of its own: on the page itself its names would meet those of other figures."""
    data = b64encode(svg.encode()).decode()
    return f'<img alt="{escape(text)}" src="data:image/svg+xml;base64,{data}">'
