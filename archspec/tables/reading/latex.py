"""LaTeX's `tabular` and its relatives: `&` between cells, `\\\\` behind rows, merged cells, groups in brackets."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from archspec.source import Source, Span
from archspec.tables.reading.commands import IGNORED, PIECES, RULES, SIGNS, WITH_ARGUMENTS
from archspec.tables.reading.pieces import Character, cell, characters, refused
from archspec.tables.reading.tokens import LENGTH, OPTION, Token, Tokens, without_comments
from archspec.tables.sheet import Cell, Sheet

TABLES = "tabular|tabularx|tabulary|longtable"
BEGIN = re.compile(rf"\\begin\s*\{{({TABLES})(\*?)\}}")
NOTES = re.compile(r"\\begin\{verbatim\}\n(.*?)\\end\{verbatim\}", re.DOTALL)
CAPTION = re.compile(r"\\caption\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
WIDEST = 100
"""Columns or rows that a cell may reach over."""
MATRICES = ("bmatrix", "bsmallmatrix")
INNER = ("array", "tabular", "matrix", "smallmatrix", "aligned", *MATRICES)


def read(source: Source) -> tuple[Sheet, ...]:
    """The tables of a text; a `verbatim` below them are the first one's notes. Raises Problem E120."""
    text = without_comments(source.text)
    below = NOTES.search(source.text)
    found: list[Sheet] = []
    at = 0
    while begin := BEGIN.search(text, at, below.start() if below else len(text)):
        tokens = Tokens(source, text, begin.end())
        reader = Reader(tokens, begin)
        rows = tuple(tuple(row) for row in joined(reader.read(), reader.rules))
        notes = tuple(below[1].rstrip().split("\n")) if below and not found else ()
        caption = CAPTION.search(text)
        found.append(Sheet(rows, " ".join(caption[1].split()) if caption else "", notes, source=source))
        at = tokens.at
    if not found:
        raise refused(source, Span(0, 1), "there is no table here", help=r"a table begins with \begin{tabular}")
    return tuple(found)


@dataclass
class Reader:
    """Goes through one table, token by token: what a group or an environment inside a cell holds stays in it."""

    tokens: Tokens
    begin: re.Match[str]
    rows: list[list[Cell]] = field(default_factory=list)
    row: list[Cell] = field(default_factory=list)
    content: list[Character] = field(default_factory=list)
    rules: set[int] = field(default_factory=set)
    """The rows that have a rule above them, at least in part."""
    span: int = 1
    down: int = 1
    open: list[Token] = field(default_factory=list)
    """Braces and environments inside the cell, as they were opened."""

    def read(self) -> list[list[Cell]]:
        """Its rows."""
        opening = Token(self.begin[0], self.begin.start())
        self.tokens.skip(OPTION)
        for _ in range(2 if self.begin[2] or self.begin[1] in ("tabularx", "tabulary") else 1):
            self.tokens.argument(opening)
        while token := self.tokens.next():
            if token.text.startswith("\\") and len(token.text) > 1:
                if self.command(token):
                    return self.rows
            else:
                self.sign(token)
        raise refused(self.tokens.source, opening.span, f"this {self.begin[1]} never ends")

    def sign(self, token: Token) -> None:
        """Take what is no command."""
        match token.text:
            case "&" if not self.open:
                self.end_cell(token)
            case "&" | "~" | "\n":
                self.say(" ", token)
            case "{":
                self.open.append(token)
            case "}" if self.open and self.open[-1].text == "{":
                self.open.pop()
            case "}":
                raise refused(self.tokens.source, token.span, "this brace closes nothing")
            case "$":
                pass
            case text:
                self.content += characters(text, token.start)

    def command(self, token: Token) -> bool:
        """Take a command. Gives whether it ends the table."""
        name = token.text[1:].removesuffix("*")
        if name in ("\\", "tabularnewline", "cr", "newline"):
            self.tokens.skip(LENGTH)
            if self.open:
                self.say("\n", token)
            else:
                self.end_row(token)
        elif name in RULES:
            self.rules.add(len(self.rows))
            self.pass_over(token, RULES[name])
        elif name in ("multicolumn", "multirow"):
            self.merge(token)
        elif name == "begin":
            self.enter(token)
        elif name == "end":
            return self.leave(token)
        elif name in WITH_ARGUMENTS:
            self.pass_over(token, WITH_ARGUMENTS[name])
        elif name in PIECES:
            self.tokens.skip(OPTION)
        elif name in SIGNS:
            self.say(SIGNS[name], token)
        elif name not in IGNORED:
            help = "write what it stands for: commands are not run"
            raise refused(self.tokens.source, token.span, f"the table uses {token.text}, which is not known", help=help)
        return False

    def pass_over(self, token: Token, arguments: int) -> None:
        """Leave out what a command takes."""
        if arguments:
            self.tokens.skip(OPTION)
        for _ in range(arguments):
            self.tokens.argument(token)

    def merge(self, token: Token) -> None:
        """Note how far a cell reaches; what is in it comes next."""
        self.tokens.skip(OPTION)
        number = self.tokens.argument(token).strip()
        if not re.fullmatch("[0-9]{1,3}", number, re.ASCII) or not 1 <= int(number) <= WIDEST:
            message = f"{token.text} takes a number from 1 to {WIDEST}"
            raise refused(self.tokens.source, token.span, message, f"`{number[:20]}`")
        self.tokens.skip(OPTION)
        self.tokens.argument(token)
        if token.text == r"\multirow":
            self.down = int(number)
        else:
            self.span = int(number)

    def enter(self, token: Token) -> None:
        """Go into an environment within a cell, whose rows are lines of the cell."""
        name = self.tokens.argument(token).strip()
        if name not in INNER:
            message = f"a table has no {name[:40]} in its cells"
            raise refused(self.tokens.source, token.span, message)
        self.open.append(Token(name, token.start))
        if name in MATRICES:
            self.say("[", token)
        elif name in ("array", "tabular"):
            self.tokens.skip(OPTION)
            self.tokens.argument(token)

    def leave(self, token: Token) -> bool:
        """Leave an environment. Gives whether it is the table itself."""
        name = self.tokens.argument(token).strip()
        if not self.open and name == self.begin[1] + self.begin[2]:
            if self.row or any(not character.isspace() for character, _ in self.content):
                self.end_row(token)
            return True
        if not self.open or self.open[-1].text != name:
            message = rf"\end{{{name[:40]}}} ends nothing that is open"
            if self.open:
                opened = self.open[-1]
                place = Span(opened.start, opened.start + len(opened.text))
                raise refused(self.tokens.source, place, "this is never closed in its cell", message)
            raise refused(self.tokens.source, token.span, message)
        self.open.pop()
        if name in MATRICES:
            self.say("]", token)
        return False

    def say(self, text: str, token: Token) -> None:
        self.content += [(character, token.start) for character in text]

    def end_cell(self, token: Token) -> None:
        """Finish a cell."""
        self.row.append(cell(self.content, token.span, self.span, self.down))
        self.content, self.span, self.down = [], 1, 1

    def end_row(self, token: Token) -> None:
        """Finish a row."""
        self.end_cell(token)
        if any(each.lines for each in self.row):
            self.rows.append(self.row)
        self.row = []


def joined(rows: Sequence[Sequence[Cell]], rules: set[int]) -> Iterator[Sequence[Cell]]:
    """The rows as they are seen: one without a rule above it that leaves cells empty goes on with the row above.

    So papers set several layers of a stage one below the other. Cells below one that reaches down are not there.
    """
    above: Sequence[Cell] | None = None
    reaching: dict[int, int] = {}
    for number, row in enumerate(rows):
        blank = any(not each.lines for each in row)
        if above is not None and number not in rules and blank and continues(above, row):
            above = [stacked(one, other) for one, other in zip(above, row, strict=True)]
            continue
        if above is not None:
            yield above
        above = below(row, number, reaching)
    if above is not None:
        yield above


def continues(above: Sequence[Cell], row: Sequence[Cell]) -> bool:
    """Whether a row can go on with the one above: cell by cell, with none that is merged."""
    plain = all(each.span == 1 and each.rows == 1 for each in (*above, *row))
    return plain and len(above) == len(row) and all(one.lines or not other.lines for one, other in zip(above, row, strict=True))


def stacked(one: Cell, other: Cell) -> Cell:
    """One cell of two, the second's lines below the first's."""
    return replace(one, lines=one.lines + other.lines, line_places=one.line_places + other.line_places)


def below(row: Sequence[Cell], number: int, reaching: dict[int, int]) -> Sequence[Cell]:
    """A row without the empty cells that stand where one from above reaches."""
    kept = []
    column = 0
    for each in row:
        if not (not each.lines and reaching.get(column, 0) > number):
            kept.append(each)
        if each.rows > 1:
            reaching |= dict.fromkeys(range(column, column + each.span), number + each.rows)
        column += each.span
    return kept
