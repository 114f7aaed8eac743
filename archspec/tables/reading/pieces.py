"""What all readers share: cells made from characters that know where they stood, and complaints."""

import unicodedata
from collections.abc import Iterable, Sequence

from archspec.diagnostics import Diagnostic, Problem
from archspec.source import Source, Span
from archspec.tables.sheet import Cell

Character = tuple[str, int]
"""A character as it reads, and the place in the text that it stands for."""
MOST = 20_000
"""Cells of a table."""


def limit_cells(source: Source, count: int, place: Span) -> None:
    """Raises Problem E120 where a table has grown beyond all that papers print."""
    if count > MOST:
        raise refused(source, place, f"a table has at most {MOST:,} cells")


def characters(text: str, start: int) -> list[Character]:
    """A text that stands as it is at a place."""
    return [(character, start + offset) for offset, character in enumerate(text)]


def cell(content: Iterable[Character], place: Span, span: int = 1, rows: int = 1) -> Cell:
    """A cell of these characters. Line ends part its lines; inside square brackets they part layers, as `;` does."""
    lines: list[list[Character]] = [[]]
    depth = 0
    for character, offset in content:
        depth = max(depth + (character == "[") - (character == "]"), 0)
        if character == "\n" and not depth:
            lines.append([])
        else:
            lines[-1].append((";" if character == "\n" else character, offset))
    said = [line for line in map(trimmed, lines) if line]
    texts = tuple("".join(character for character, _ in line) for line in said)
    places = tuple(Span(line[0][1], line[-1][1] + 1) for line in said)
    whole = Span(places[0].start, max(places[-1].end, places[0].end)) if places else place
    return Cell(texts, span, rows, place=whole, line_places=places)


def trimmed(line: Sequence[Character]) -> list[Character]:
    """A line without blanks at its ends, and with one where there are several; signs that nobody sees are left out."""
    kept: list[Character] = []
    for character, offset in line:
        if not character.isascii() and unicodedata.category(character) == "Cf":
            continue
        if not character.isspace():
            kept.append((character, offset))
        elif kept and kept[-1][0] != " ":
            kept.append((" ", offset))
    if kept and kept[-1][0] == " ":
        kept.pop()
    return kept


def refused(source: Source, span: Span, message: str, found: str = "", help: str = "") -> Problem:
    """What keeps a table from being read, and where."""
    return Problem(Diagnostic("E120", message, found, source, span, help=help))
