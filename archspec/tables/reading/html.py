"""HTML tables, as pages of the web have them: rows, cells that reach over columns and rows, `<br>` between lines.

Tags are found here and not by `html.parser`, which takes quadratic time over tags and comments without end.
"""

import re
from dataclasses import dataclass, field
from html import unescape

from archspec.source import Source, Span
from archspec.tables.reading.pieces import Character, cell, characters, limit_cells, refused
from archspec.tables.sheet import Cell, Sheet

TOKEN = re.compile(
    r"<!--|<(?P<end>/?)(?P<tag>[A-Za-z][A-Za-z0-9-]{0,30})(?P<attributes>[^<>]{0,4000})>"
    r"|(?P<entity>&#?[A-Za-z0-9]{1,31};)|(?P<text>[^<&]+|[<&])"
)
REACH = re.compile(r"\b(?P<name>colspan|rowspan)\s*=\s*[\"']?(?P<value>[^\s\"'/]*)", re.IGNORECASE)
WIDEST = 100
"""Columns or rows that a cell may reach over."""
SPACED = {"br": "\n", "p": "\n", "div": "\n", "li": "\n", "mtr": "\n", "sup": "^"}
"""Tags that stand for a character."""
HIDDEN = ("script", "style", "template", "annotation", "annotation-xml")
ENDS = {"caption": ("caption", "table"), "pre": ("pre",)}
"""The tags that close one; cells are closed by any of their own."""


@dataclass
class Table:
    """A table while it is read."""

    start: int
    rows: list[list[Cell]] = field(default_factory=list)
    caption: str = ""
    head: int = 0

    @property
    def full_rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows; an empty one is there where a cell from above reaches into it."""
        kept: list[tuple[Cell, ...]] = []
        reach = 0
        for row in self.rows:
            if row or len(kept) < reach:
                reach = max(reach, *(len(kept) + cell.rows for cell in row), 0)
                kept.append(tuple(row))
        return tuple(kept)


@dataclass
class Open:
    """A cell, a caption or lines of the language, while they are read."""

    tag: str
    place: Span
    span: int = 1
    rows: int = 1
    content: list[Character] = field(default_factory=list)


def read(source: Source) -> tuple[Sheet, ...]:
    """The tables of a page; `<pre>` below them are the first one's notes. Raises Problem E120 for one without end."""
    reader = Reader(source)
    reader.run()
    if reader.table:
        start = reader.table.start
        raise refused(source, Span(start, start + len("<table")), "this table is never closed")
    if not reader.tables:
        raise refused(source, Span(0, 1), "there is no table here", help="a table stands between <table> and </table>")
    return tuple(
        Sheet(
            table.full_rows,
            table.caption,
            () if number else tuple(reader.notes),
            table.head,
            source,
        )
        for number, table in enumerate(reader.tables)
    )


class Reader:
    """Follows the tags; a cell ends where the next one begins, since pages leave closing tags out."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.tables: list[Table] = []
        self.notes: list[str] = []
        self.table: Table | None = None
        self.open: Open | None = None
        self.cells = 0

    def run(self) -> None:
        """Go through the page."""
        at = 0
        while token := TOKEN.match(self.source.text, at):
            at = token.end()
            if token["tag"] is None:
                at = self.say(token)
            elif token["end"]:
                self.close(token["tag"].lower())
            elif token["tag"].lower() in HIDDEN:
                closing = re.compile(rf"</{token['tag']}\b", re.IGNORECASE).search(self.source.text, at)
                at = closing.start() if closing else len(self.source.text)
            else:
                self.begin(token["tag"].lower(), token)

    def say(self, token: re.Match[str]) -> int:
        """Take a text, a character by its name, or a comment. Gives where to go on."""
        if token[0] == "<!--":
            end = self.source.text.find("-->", token.end())
            return end + len("-->") if end >= 0 else len(self.source.text)
        if self.open:
            said = characters(token[0], token.start())
            if token["entity"]:
                said = [(character, token.start()) for character in unescape(token[0])]
            self.open.content += said if self.open.tag == "pre" else map(unbroken, said)
        return token.end()

    def begin(self, tag: str, token: re.Match[str]) -> None:
        """Take an opening tag."""
        place = Span(token.start(), token.start() + 1 + len(tag))
        if tag == "table":
            if self.table:
                raise refused(self.source, place, "a table inside a table")
            self.table = Table(token.start())
        elif tag in ("caption", "pre"):
            self.finish()
            self.open = Open(tag, place)
        elif tag in SPACED and self.open:
            self.open.content.append((SPACED[tag], token.start()))
        elif tag in ("tr", "thead", "tbody", "tfoot", "td", "th") and self.table:
            self.finish()
            if tag == "tr" or (tag in ("td", "th") and not self.table.rows):
                self.table.rows.append([])
            if tag in ("td", "th"):
                self.open = Open(tag, place, *self.reach(token["attributes"], place))

    def close(self, tag: str) -> None:
        """Take a closing tag."""
        if self.open and tag in ENDS.get(self.open.tag, ("td", "th", "tr", "table")):
            self.finish()
        if self.table and tag == "thead":
            self.table.head = len(self.table.rows)
        if self.table and tag == "table":
            self.tables.append(self.table)
            self.table = None

    def reach(self, attributes: str, place: Span) -> tuple[int, int]:
        """How many columns and rows a cell covers. Raises Problem E120 for what is no such number."""
        given = {found["name"].lower(): found["value"] for found in REACH.finditer(attributes)}
        for name, text in given.items():
            if not re.fullmatch(r"[0-9]{1,4}", text, re.ASCII) or not 1 <= int(text) <= WIDEST:
                raise refused(self.source, place, f"a {name} is a number from 1 to {WIDEST}", f"`{text[:20]}`")
        return int(given.get("colspan", 1)), int(given.get("rowspan", 1))

    def finish(self) -> None:
        """End what is open."""
        done, self.open = self.open, None
        if done is None:
            return
        text = "".join(character for character, _ in done.content)
        if done.tag == "pre":
            self.notes += text.strip("\n").rstrip().split("\n")
        elif self.table and done.tag == "caption":
            self.table.caption = " ".join(text.split())
        elif self.table:
            self.cells += 1
            limit_cells(self.source, self.cells, done.place)
            self.table.rows[-1].append(cell(done.content, done.place, done.span, done.rows))


def unbroken(said: Character) -> Character:
    """A character of a page, where line ends are blanks."""
    return (" ", said[1]) if said[0].isspace() else said
