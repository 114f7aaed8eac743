"""Tokens as text: where a space stands between two of them, and where a line inside brackets ends."""

from collections.abc import Sequence

from archspec.formatting.pieces import Piece, Remark

INDENT = "    "
BEFORE_SIZES = "  "
BEFORE_COMMENT = "    "
OPENING, CLOSING = ("(", "["), (")", "]")
CLOSE_BEHIND = (*OPENING, "=")
CLOSE_BEFORE = (*CLOSING, ",", ";", ":", "=")


def chain(pieces: Sequence[Piece]) -> str:
    """The tokens of a line in a row."""
    return "".join(f"{space(pieces, at)}{piece.text}" for at, piece in enumerate(pieces))


def space(pieces: Sequence[Piece], at: int) -> str:
    """What stands between a token and the one before it: a space or nothing."""
    if at == 0:
        return ""
    before, piece, first = pieces[at - 1], pieces[at], pieces[0].kind
    if first == "LET" and "=" in (before.text, piece.text):
        return " "
    close = before.text in CLOSE_BEHIND or piece.text in CLOSE_BEFORE
    call = piece.text == "(" and before.kind == "WORD" and first != "_HEAD"
    return "" if close or call else " "


def broken_chain(pieces: Sequence[Piece], level: int) -> str:
    """The tokens of a line that ends inside brackets, where it ends there, and its comments."""
    text, depth = "", 0
    for at, piece in enumerate(pieces):
        depth -= piece.text in CLOSING
        if piece.gap.broken:
            margin = INDENT * (level + max(depth, 0))
            remarks = [margin + remark.text for remark in piece.gap.remarks if remark.text]
            text = "\n".join([commented(text, piece.gap.comment), *remarks, margin + piece.text])
        else:
            text += space(pieces, at) + piece.text
        depth += piece.text in OPENING
    return text


def commented(text: str, comment: str) -> str:
    """A line with the comment behind it."""
    return f"{text}{BEFORE_COMMENT}{comment}" if comment else text


def margins(remarks: Sequence[Remark], columns: Sequence[int], level: int) -> list[str]:
    """Comments and blank lines as they are written above a line of a level, below a line with these margins.

    A comment stands with what follows it; one that is indented like the suite that ends before it stands with that
    suite.
    """
    lines: list[str] = []
    depth = len(columns) - 1
    for text, column in remarks:
        if text:
            depth = min(depth, max(level, sum(margin <= column for margin in columns) - 1))
            lines.append(INDENT * max(depth, level) + text)
        elif lines[-1:] != [""]:
            lines.append("")
    return lines
