"""HTML tables, as pages of the web have them: rows, cells that reach over columns and rows, `<br>` between lines."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from archspec.source import Source, Span
from archspec.tables.reading.pieces import Character, cell, characters, refused
from archspec.tables.sheet import Cell, Sheet

WIDEST = 100
"""Columns or rows that a cell may reach over."""
LINES = ("br", "p", "div", "li")
HIDDEN = ("script", "style", "template", "annotation", "annotation-xml")


@dataclass
class Table:
    """A table while it is read."""

    rows: list[list[Cell]] = field(default_factory=list)
    caption: str = ""
    head: int = 0


@dataclass
class Open:
    """A cell, a caption or lines of the language, while they are read."""

    tag: str
    start: int
    span: int = 1
    rows: int = 1
    content: list[Character] = field(default_factory=list)


def read(source: Source) -> tuple[Sheet, ...]:
    """The tables of a page; `<pre>` below them are the first one's notes. Raises Problem E120 for one without end."""
    reader = Reader(source)
    reader.feed(source.text)
    reader.close()
    if reader.table:
        raise refused(source, Span(reader.began, reader.began + len("<table")), "this table is never closed")
    if not reader.tables:
        raise refused(source, Span(0, 1), "there is no table here", help="a table stands between <table> and </table>")
    return tuple(
        Sheet(tuple(map(tuple, table.rows)), table.caption, () if number else tuple(reader.notes), table.head, source)
        for number, table in enumerate(reader.tables)
    )


class Reader(HTMLParser):
    """Follows the tags; a cell ends where the next one begins, since pages leave closing tags out."""

    def __init__(self, source: Source) -> None:
        super().__init__(convert_charrefs=False)
        self.source = source
        self.starts = [0, *(found.end() for found in re.finditer("\n", source.text))]
        self.tables: list[Table] = []
        self.notes: list[str] = []
        self.table: Table | None = None
        self.open: Open | None = None
        self.began = 0
        self.hidden: list[str] = []

    @property
    def at(self) -> int:
        """Where the parser stands."""
        line, column = self.getpos()
        return self.starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        match tag:
            case "table" if self.table:
                raise refused(self.source, Span(self.at, self.at + len("<table")), "a table inside a table")
            case "table":
                self.table, self.began = Table(), self.at
            case "tr" | "thead" | "tbody" | "tfoot" if self.table:
                self.finish()
                if tag == "tr":
                    self.table.rows.append([])
            case "td" | "th" if self.table:
                self.finish()
                self.open = Open(tag, self.at, self.reach(attrs, "colspan"), self.reach(attrs, "rowspan"))
            case "caption" | "pre":
                self.finish()
                self.open = Open(tag, self.at)
            case "sup":
                self.say("^")
            case _ if tag in LINES:
                self.say("\n")
            case _ if tag in HIDDEN:
                self.hidden.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.hidden:
            self.hidden.remove(tag)
        elif self.open and tag in (self.open.tag, "tr", "table"):
            self.finish()
        if tag == "thead" and self.table:
            self.table.head = len(self.table.rows)
        if tag == "table" and self.table:
            self.tables.append(self.table)
            self.table = None

    def reach(self, attrs: list[tuple[str, str | None]], name: str) -> int:
        """How many columns or rows a cell covers. Raises Problem E120 for what is no such number."""
        text = (dict(attrs).get(name) or "1").strip()
        if not re.fullmatch(r"[0-9]{1,4}", text, re.ASCII) or not 1 <= int(text) <= WIDEST:
            raise refused(self.source, Span(self.at, self.at + 3), f"a {name} is a number from 1 to {WIDEST}", f"`{text}`")
        return int(text)

    def finish(self) -> None:
        """End the cell that is open."""
        done, self.open = self.open, None
        if done is None:
            return
        text = "".join(character for character, _ in done.content)
        if done.tag == "pre":
            self.notes += text.strip("\n").rstrip().split("\n")
        elif self.table and done.tag == "caption":
            self.table.caption = " ".join(text.split())
        elif self.table:
            if not self.table.rows:
                self.table.rows.append([])
            place = Span(done.start, done.start + len("<td"))
            self.table.rows[-1].append(cell(done.content, place, done.span, done.rows))

    def say(self, text: str) -> None:
        if self.open and not self.hidden:
            self.open.content += [(character, self.at) for character in text]

    def handle_data(self, data: str) -> None:
        if self.open and not self.hidden:
            plain = data if self.open.tag == "pre" else re.sub(r"\s", " ", data)
            self.open.content += characters(plain, self.at)

    def handle_entityref(self, name: str) -> None:
        self.say(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.say(unescape(f"&#{name};"))
