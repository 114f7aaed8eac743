"""The text of a spec that says what a table says, laid out as a table, each word with its place in what was read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from archspec.diagnostics import Diagnostic
from archspec.source import Source, Span
from archspec.tables.claims import CLAIMS
from archspec.tables.configuration import Configuration, Said, Stage, pieces


@dataclass
class Text:
    """A text that grows, and knows what its characters stand for."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    places: list[tuple[Span, Span]] = field(default_factory=list)
    """Parts of the text and their places in what was read, in order."""

    def add(self, text: str, place: Span | None = None) -> None:
        """Go on with some characters."""
        if place:
            self.places.append((Span(self.length, self.length + len(text)), place))
        self.parts.append(text)
        self.length += len(text)

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.parts)

    def relocate(self, diagnostic: Diagnostic, source: Source) -> Diagnostic:
        """What is said of a place in the text, said of the place that it was read from."""
        span = diagnostic.span
        for part, place in self.places if span else ():
            if part.start <= span.start < max(part.end, part.start + 1):  # type: ignore[union-attr]
                return replace(diagnostic, source=source, span=place)
        return diagnostic


Line = tuple[Said, Sequence[Sequence[Said]], Said | None]
"""What a line begins with, its cells, and the size behind it."""


def spec_text(table: Configuration, name: str) -> Text:
    """The spec of a table."""
    text = Text()
    quoted = re.sub(r'["\s]+', " ", table.title).strip()
    text.add(f'net {name} "{quoted}"\n\n' if quoted else f"net {name}\n\n")
    if head := list(header(table)):
        lay_out(text, head)
        text.add("\n")
    given = [
        Said(f"input {said.text}" if not number else said.text, said.place) for number, said in enumerate(table.inputs)
    ]
    for number, said in enumerate(given):
        text.add(" | " * bool(number))
        text.add(*said)
    text.add("\n" * bool(given))
    text.add("".join(f"{line}\n" for line in table.conventions) + "\n")
    lay_out(text, [row(stage) for stage in table.stages])
    return text


def header(table: Configuration) -> Iterator[Line]:
    """The columns, and what is claimed of them."""
    if table.names:
        yield Said("columns"), [[name] for name in table.names], None
    for claim, stated in sorted(table.claims.items(), key=lambda item: CLAIMS.index(item[0])):
        if any(stated):
            yield Said(f"expect {claim}"), [[each or Said("-")] for each in stated], None


def row(stage: Stage) -> Line:
    """A row of layers; one that says the same of all networks has no bars."""
    label = stage.label or Said("-")
    alike = stage.full or all(chain == stage.cells[0] for chain in stage.cells)
    cells = [
        pieces(chain) or [Said("-", place)]
        for chain, place in zip(stage.cells[: 1 if alike else None], stage.places, strict=False)
    ]
    start = Said("", None) if label.text == "-" else Said(f"{label.text}:", label.place)
    return start, cells, stage.size


def lay_out(text: Text, lines: Sequence[Line]) -> None:
    """Lines with their bars and their sizes below each other."""
    margin = max(len(start.text) for start, _, _ in lines)
    columns = max(len(cells) for _, cells, _ in lines)
    widths = [
        max((len(joined(cells[column])) for _, cells, _ in lines if len(cells) > max(column, 1)), default=0)
        for column in range(columns)
    ]
    full = sum(widths) + 3 * (columns - 1) if columns > 1 else max(len(joined(cells[0])) for _, cells, _ in lines)
    for start, cells, size in lines:
        line_out(text, start, margin, cells, widths if len(cells) > 1 else [full], size)
        text.add("\n")


def line_out(
    text: Text, start: Said, margin: int, cells: Sequence[Sequence[Said]], widths: Sequence[int], size: Said | None
) -> None:
    """One line."""
    blanks = 0
    if margin:
        text.add(*start)
        blanks = margin - len(start.text) + 1
    if not start.text:
        blanks = 0
    for number, cell in enumerate(cells):
        if number:
            text.add(" " * blanks + " | ")
            blanks = 0
        text.add(" " * blanks)
        for place, said in enumerate(cell):
            text.add(" " * bool(place))
            text.add(*said)
        blanks = widths[number] - len(joined(cell))
    if size:
        text.add(" " * max(blanks, 0) + "  => ")
        text.add(*size)


def joined(cell: Sequence[Said]) -> str:
    """A cell as it is written."""
    return " ".join(said.text for said in cell)
