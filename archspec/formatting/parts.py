"""A line taken apart for the columns of a layout: what it is called, its cells, the sizes it claims."""

from collections.abc import Sequence
from typing import NamedTuple

from archspec.formatting.pieces import Line, Piece
from archspec.formatting.spacing import CLOSING, OPENING, chain

NAMED = {"COLUMNS": 1, "INPUT": 1, "EXPECT": 2, "DEFAULT": 2, "LET": 2}
"""The keywords of lines with cells, and the number of tokens that say what the cells are about."""
WHOLE = ("NET", "USE", "BLOCK", "_HEAD")
"""The keywords of lines without."""


class Parts(NamedTuple):
    """A line's parts."""

    kind: str
    """Its keyword; that of a line of layers is empty."""
    bar: str
    """The bar that a branch begins with."""
    name: str
    """The label, or what stands before the cells."""
    cells: tuple[tuple[Piece, ...], ...]
    sizes: tuple[Piece, ...] = ()
    """From `=>` on."""


def take_apart(line: Line) -> Parts:
    """The parts of a line."""
    pieces = line.pieces
    kind = pieces[0].kind if pieces else ""
    if kind in WHOLE:
        return Parts(kind, "", "", (tuple(pieces),))
    if kind in NAMED:
        count = NAMED[kind] + (kind == "LET" and pieces[2].text == "=")
        return Parts(kind, "", chain(pieces[:count]), cells(pieces[count:], line.broken))
    bar = "| " if kind == "BAR" else ""
    pieces = pieces[1:] if bar else pieces
    label = len(pieces) > 2 and pieces[1].text == ":"
    name, rest = (chain(pieces[:2]), pieces[2:]) if label else ("", pieces)
    arrow = next((at for at, piece in enumerate(rest) if piece.text == "=>"), len(rest))
    if line.broken:
        arrow = len(rest)
    return Parts("", bar, name, cells(rest[:arrow], line.broken), tuple(rest[arrow:]))


def cells(pieces: Sequence[Piece], whole: bool) -> tuple[tuple[Piece, ...], ...]:
    """What stands between the bars; a line that goes on over line ends is left whole."""
    if whole:
        return (tuple(pieces),)
    found: list[list[Piece]] = [[]]
    depth = 0
    for piece in pieces:
        depth += (piece.text in OPENING) - (piece.text in CLOSING)
        if piece.kind == "BAR" and not depth:
            found.append([])
        else:
            found[-1].append(piece)
    return tuple(tuple(cell) for cell in found)
