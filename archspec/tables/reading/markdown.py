"""Markdown's tables: cells between pipes, a rule below the head, `<br>` between lines of a cell."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from typing import NamedTuple

from archspec.source import Source, Span
from archspec.tables.reading.flat import flat_sheet
from archspec.tables.reading.pieces import Character, cell, limit_cells, refused
from archspec.tables.sheet import Cell, Sheet

FENCE = re.compile(r"^```arch\n(.*?)^```", re.MULTILINE | re.DOTALL)
"""Lines of the language below a table."""
SIGN = re.compile(
    r"\\(?P<escaped>[\\|*_`\[\]<>&#$~^{}()!.+-])|(?P<line><br\s*/?>)|(?P<entity>&#?[A-Za-z0-9]{1,31};)"
    r"|(?P<mark>\*\*|__|</?(?:b|strong|sup|code)>|`)|(?P<plain>.)",
    re.IGNORECASE | re.DOTALL,
)


class Line(NamedTuple):
    """One line of the text, and where it begins."""

    text: str
    start: int


def read(source: Source) -> tuple[Sheet, ...]:
    """The tables of a text; a block of code in the language below them are the first one's notes."""
    fenced = FENCE.search(source.text)
    notes = fenced[1].rstrip().split("\n") if fenced else ()
    tables = [[row for row in table if row] for table in blocks(source, fenced.start() if fenced else None)]
    if not tables:
        raise refused(
            source, Span(0, 1), "there is no table here", help="a table has a rule below its head: `|---|---|`"
        )
    return tuple(flat_sheet(source, table, notes=() if number else notes) for number, table in enumerate(tables))


def blocks(source: Source, end: int | None) -> Iterator[list[list[Cell]]]:
    """Each table: lines with pipes, one after the other, among them a rule."""
    table: list[Line] = []
    at = bars = 0
    for text in [*source.text[:end].split("\n"), ""]:
        if "|" in text:
            bars += text.count("|")
            limit_cells(source, bars, Span(at, at + len(text)))
            table.append(Line(text, at))
        elif table:
            if any(is_rule(line.text) for line in table):
                yield [list(cells(line)) for line in table if not is_rule(line.text)]
            table = []
        at += len(text) + 1


def is_rule(line: str) -> bool:
    """Whether a line is the rule below a head: `|---|:-:|`."""
    return "|" in line and "-" in line and not line.strip("|-: \t")


def cells(line: Line) -> Iterator[Cell]:
    """The cells of a line; the pipes at its ends are its frame."""
    bars = [found.start() for found in re.finditer(r"\\.|\|", line.text) if found[0] == "|"]
    ends = [-1, *bars, len(line.text)]
    edges = list(pairwise(ends))
    if edges and not line.text[: edges[0][1]].strip():
        edges.pop(0)
    if edges and not line.text[edges[-1][0] + 1 :].strip():
        edges.pop()
    for before, after in edges:
        start, end = line.start + before + 1, line.start + after
        yield cell(content(line.text[before + 1 : after], start), Span(start, max(end, start + 1)))


def content(text: str, start: int) -> Iterator[Character]:
    """What a cell says, without the marks of bold type and of code."""
    for sign in SIGN.finditer(text):
        at = start + sign.start()
        match sign.lastgroup:
            case "escaped":
                yield sign["escaped"], at
            case "line":
                yield "\n", at
            case "entity":
                yield from ((character, at) for character in unescape(sign[0]))
            case "plain":
                yield sign[0], at
            case _ if sign[0].lower() == "<sup>":
                yield "^", at
