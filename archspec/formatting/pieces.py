"""The lines of a spec as tokens, each with what stands before it: comments, blank lines, a line's end in brackets."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from lark import Token

from archspec.formatting.arithmetic import spaced
from archspec.language.generated import tokens
from archspec.language.words import COLUMNED
from archspec.source import Source

LAYER = re.compile(r"(?!(?:from|except)$)[A-Za-z_].*")
"""A word that is one without the label before it."""
MARGINS = ("_NL", "_INDENT", "_DEDENT")


class Remark(NamedTuple):
    """A line that is a comment, or blank where there is no text, and the column that it begins at."""

    text: str
    column: int


class Gap(NamedTuple):
    """What stands between two tokens."""

    comment: str = ""
    """A comment behind the token before."""
    remarks: tuple[Remark, ...] = ()
    """The lines between."""
    broken: bool = False
    """Whether a line ends here."""


class Piece(NamedTuple):
    """A token as it is to be written."""

    kind: str
    text: str
    gap: Gap = Gap()
    """What stands before it, inside a line."""


@dataclass
class Line:
    """A line as the language reads it, which may go on over line ends inside brackets."""

    pieces: list[Piece]
    suite: int
    """Which of the file's suites it stands in."""
    columns: tuple[int, ...]
    """Where the lines of the suites around it begin in the source; its own come last."""
    remarks: tuple[Remark, ...]
    """The lines above it that say nothing to the language."""
    comment: str = field(default="")
    """The comment behind it."""

    @property
    def level(self) -> int:
        """How many suites it stands in."""
        return len(self.columns) - 1

    @property
    def broken(self) -> bool:
        """Whether it goes on over line ends."""
        return any(piece.gap.broken for piece in self.pieces)


def read_lines(source: Source) -> list[Line]:
    """The lines of a spec that can be parsed; the last one is that of the end of the file, and has no tokens."""
    found = tokens(source.plain + "\n")
    used = used_names(found)
    lines: list[Line] = []
    suites, columns, count, end, fresh = [0], [0], 0, 0, True
    for token in found:
        if token.type == "_INDENT":
            count += 1
            suites.append(count)
            columns.append(0)
        elif token.type == "_DEDENT":
            del suites[-1], columns[-1]
        fresh = fresh or token.type == "_NL"
        if token.type in MARGINS:
            continue
        start, stop = token.start_pos or 0, token.end_pos or 0
        gap = read_gap(source.text[end:start], end)
        if fresh:
            columns[-1] = start - source.plain.rfind("\n", 0, start) - 1
            begin(lines, gap, suites[-1], tuple(columns))
        lines[-1].pieces.append(Piece(token.type, written(source, token), Gap() if fresh else gap))
        end, fresh = stop, False
    begin(lines, read_gap(source.text[end:] + "\n", end), 0, (0,))
    for line in lines:
        untie(line, used)
    return lines


def begin(lines: list[Line], gap: Gap, suite: int, columns: tuple[int, ...]) -> None:
    """Begin a line. What stands behind the one before belongs to that one."""
    if lines:
        lines[-1].comment = gap.comment
    lines.append(Line([], suite, columns, gap.remarks))


def read_gap(text: str, start: int) -> Gap:
    """Comments and blank lines between two tokens. At the file's start there is no line to stand behind."""
    first, *others = text.split("\n") if start else ["", *text.split("\n")]
    return Gap(first.strip(), tuple(remark(line) for line in others[:-1]), bool(others))


def remark(line: str) -> Remark:
    return Remark(line.strip(), len(line) - len(line.lstrip()))


def written(source: Source, token: Token) -> str:
    """How a token is written: quoted text as it was, repeats close to their x, arithmetic evenly spaced."""
    if token.type == "STRING":
        return f'"{source.text[(token.start_pos or 0) + 1 : (token.end_pos or 0) - 1]}"'
    return spaced(token.replace(" ", "", 1) if token.startswith("x ") else str(token))


def used_names(found: list[Token]) -> set[str]:
    """The names that `use` lines bring in."""
    names: set[str] = set()
    use = False
    for token in found:
        use = token.type == "USE" or (use and token.type != "_NL")
        if use and token.type == "WORD":
            names.add(str(token))
    return names


def untie(line: Line, used: set[str]) -> None:
    """Set a label apart that stands close to its layer: `conv1:conv3-64`, unless that is a column of a network."""
    at = 1 if line.pieces and line.pieces[0].kind == "BAR" else 0
    first, *others = line.pieces[at:] or [Piece("", "")]
    label, colon, rest = first.text.partition(":")
    labelled = len(others) > 1 and others[0].text == ":"
    tied = first.kind == "WORD" and COLUMNED.match(first.text) and LAYER.fullmatch(rest)
    if tied and label not in used and not labelled:
        line.pieces[at : at + 1] = [Piece("WORD", label, first.gap), Piece("COLON", colon), Piece("WORD", rest)]
