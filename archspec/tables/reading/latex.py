"""LaTeX's `tabular` and its relatives: `&` between cells, `\\\\` behind rows, merged cells, groups in brackets."""

import re
from dataclasses import dataclass, field

from archspec.source import Source, Span
from archspec.tables.reading.commands import BREAKS, DROPPED, IGNORED, RULES, SIGNS
from archspec.tables.reading.pieces import Character, cell, characters, limit_cells, refused
from archspec.tables.reading.stacking import joined
from archspec.tables.reading.tokens import LENGTH, OPTION, Token, Tokens, without_comments
from archspec.tables.sheet import Cell, Sheet

TABLES = "tabular|tabularx|tabulary|longtable"
BEGIN = re.compile(rf"\\begin\s*\{{({TABLES})(\*?)\}}")
NOTES = ("\\begin{verbatim}\n", "\\end{verbatim}")
"""What stands around lines of the language."""
CAPTION = re.compile(r"\\caption\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
WIDEST = 100
"""Columns or rows that a cell may reach over."""
DEEPEST = 64
"""Braces and environments inside each other."""
MATRICES = ("bmatrix", "bsmallmatrix")
INNER = ("array", "tabular", "matrix", "smallmatrix", "aligned", *MATRICES)


def read(source: Source) -> tuple[Sheet, ...]:
    """The tables of a text; a `verbatim` below them are the first one's notes. Raises Problem E120."""
    text = without_comments(source.text)
    first = source.text.find(NOTES[0])
    last = source.text.find(NOTES[1], max(first, 0)) if first >= 0 else -1
    below = source.text[first + len(NOTES[0]) : last].rstrip().split("\n") if last >= 0 else []
    found: list[Sheet] = []
    at = 0
    while begin := BEGIN.search(text, at, first if below else len(text)):
        tokens = Tokens(source, text, begin.end())
        reader = Reader(tokens, begin)
        rows = tuple(tuple(row) for row in joined(reader.read(), reader.rules))
        floating = text.find(r"\end{table", tokens.at)
        end = floating if floating >= 0 else len(text)
        found.append(Sheet(rows, caption(text, at, end), () if found else tuple(below), source=source))
        at = max(tokens.at, floating)
    if not found:
        raise refused(source, Span(0, 1), "there is no table here", help=r"a table begins with \begin{tabular}")
    return tuple(found)


def caption(text: str, start: int, end: int) -> str:
    """What \\caption says in a part of the text, without its commands."""
    found = CAPTION.search(text, start, end)
    return " ".join(re.sub(r"\\[A-Za-z]+|[{}\\]", "", found[1]).split()) if found else ""


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
    cells: int = 0
    reach: int = 0
    """The first row below all cells."""
    span: int = 1
    down: int = 1
    open: list[Token] = field(default_factory=list)
    """Braces and environments inside the cell, as they were opened."""

    def read(self) -> list[list[Cell]]:
        """Its rows."""
        opening = Token(self.begin[0], self.begin.start())
        for _ in range(2 if self.begin[2] or self.begin[1] in ("tabularx", "tabulary") else 1):
            self.tokens.skip(OPTION)
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
                self.go_in(token)
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
        if name in BREAKS:
            self.tokens.skip(LENGTH)
            if self.open:
                self.say("\n", token)
            else:
                self.end_row(token)
        elif name in ("multicolumn", "multirow"):
            self.merge(token)
        elif name == "begin":
            self.enter(token)
        elif name == "end":
            return self.leave(token)
        else:
            self.other(token, name)
        return False

    def other(self, token: Token, name: str) -> None:
        """Take a command that has to do with looks, or stands for a character."""
        if name in RULES:
            self.rules.add(len(self.rows))
        if name in DROPPED:
            self.tokens.skip(OPTION)
            for _ in range(DROPPED[name]):
                self.tokens.argument(token)
        elif name in SIGNS:
            self.say(SIGNS[name], token)
        elif name not in IGNORED:
            help = "write what it stands for: commands are not run"
            raise refused(self.tokens.source, token.span, f"the table uses {token.text}, which is not known", help=help)

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
        self.go_in(Token(name, token.start))
        if name in MATRICES:
            self.say("[", token)
        elif name in ("array", "tabular"):
            self.tokens.skip(OPTION)
            self.tokens.argument(token)

    def go_in(self, token: Token) -> None:
        """Note what is opened. Raises Problem E120 where that goes deeper than anything that is set."""
        self.open.append(token)
        if len(self.open) > DEEPEST:
            raise refused(self.tokens.source, token.span, f"braces in a cell go deeper than {DEEPEST}")

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
        self.cells += 1
        limit_cells(self.tokens.source, self.cells, token.span)
        self.row.append(cell(self.content, token.span, self.span, self.down))
        self.content, self.span, self.down = [], 1, 1

    def end_row(self, token: Token) -> None:
        """Finish a row. An empty one is there where a cell from above reaches into it."""
        self.end_cell(token)
        number = len(self.rows)
        if any(each.lines for each in self.row):
            self.rows.append(self.row)
            self.reach = max(self.reach, *(number + each.rows for each in self.row))
        elif number < self.reach:
            self.rows.append([])
        self.row = []
