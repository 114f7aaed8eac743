"""Tab-separated text, as a spreadsheet or a PDF gives it: a row for each line, an empty line between tables.

In a text without tabs there are two blanks or more between cells, as in what PDFs and terminals give.
"""

import re
from collections.abc import Iterator

from archspec.source import Source, Span
from archspec.tables.reading.flat import flat_sheet
from archspec.tables.reading.pieces import Character, cell, characters, limit_cells, refused
from archspec.tables.sheet import Cell, Sheet

FIELD = re.compile(r'"(?P<quoted>(?:[^"]|"")*)"(?=[\t\n]|\Z)|(?P<plain>[^\t\n]*)')
"""A field; one in quotes may hold tabs and line ends, and doubles its quotes, as spreadsheets write it."""
FRAMED = re.compile(r'[\t"]')
"""What shows where cells end."""
WORDS = re.compile(r"\S+(?:[^\S\n]\S+)*")
"""Words with one blank between them."""
NOTES = re.compile(r"\n[ \t]*\n(?=(?:default|let|use|block|head) )")
"""Where lines of the language begin, below an empty line."""


def read(source: Source) -> tuple[Sheet, ...]:
    """The tables of a text; what is below them in the language itself are the first one's notes."""
    notes = NOTES.search(source.text)
    end = notes.start() if notes else len(source.text)
    found: list[list[list[Cell]]] = [[]]
    for row in (rows if FRAMED.search(source.text, 0, end) else spaced)(source, end):
        if any(each.lines for each in row):
            found[-1].append(row)
        elif found[-1]:
            found.append([])
    below = source.text[notes.end() :].rstrip().split("\n") if notes else ()
    tables = [table for table in found if table]
    if not tables:
        raise refused(source, Span(0, 1), "there is no table here")
    return tuple(flat_sheet(source, table, notes=() if number else below) for number, table in enumerate(tables))


def rows(source: Source, end: int) -> Iterator[list[Cell]]:
    """Every line's cells."""
    row: list[Cell] = []
    at = count = 0
    while at <= end:
        field = FIELD.match(source.text, at, end)
        assert field
        count += 1
        limit_cells(source, count, Span(*field.span()))
        row.append(cell(content(source, field), Span(*field.span())))
        at = field.end() + 1
        if source.text[field.end() : at] != "\t":
            yield row
            row = []


def spaced(source: Source, end: int) -> Iterator[list[Cell]]:
    """Every line's cells where blanks are between them.

    A line's only cell, if it is indented, may stand below any column: that it has an empty one at its left says so.
    """
    at = count = 0
    headed = False
    for text in source.text[:end].split("\n"):
        found = list(WORDS.finditer(text))
        count += len(found)
        limit_cells(source, count, Span(at, at + len(text)))
        row = [cell(characters(word[0], at + word.start()), Span(at, at + word.end())) for word in found]
        slipped = headed and len(row) == 1 and found[0].start() > 1
        yield [cell((), Span(at, at + found[0].start())), *row] if slipped else row
        headed = headed or len(row) > 1
        at += len(text) + 1


def content(source: Source, field: re.Match[str]) -> list[Character]:
    """What a field says. Raises Problem E120 for quotes that are never closed."""
    group = "plain" if field["quoted"] is None else "quoted"
    if group == "plain" and field[0].startswith('"') and '"' not in field[0][1:]:
        raise refused(source, Span(field.start(), field.start() + 1), "the quotes of this cell are never closed")
    return [
        (found[0][0], field.start(group) + found.start()) for found in re.finditer(r'""|.', field[group], re.DOTALL)
    ]
