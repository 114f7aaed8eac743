"""The text of a spec that says what a table says, each word with its place in what was read."""

import re
from collections.abc import Sequence
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
        """What is said of a place in the text, said of the place that it was read from, or of the next in its line."""
        place = diagnostic.span and (self.place(diagnostic.span) or self.note(diagnostic.span, source))
        return replace(diagnostic, source=source, span=place) if place else diagnostic

    def place(self, span: Span) -> Span | None:
        """Where that was read which stands in a place of the text, or next in its line."""
        for part, place in self.places:
            if part.start <= span.start < max(part.end, part.start + 1):
                return place
        end = self.text.find("\n", span.start)
        return next((place for part, place in self.places if span.start <= part.start < end), None)

    def note(self, span: Span, source: Source) -> Span | None:
        """A place in a line that stands below the table as it is."""
        start = self.text.rfind("\n", 0, span.start) + 1
        line = self.text[start:].partition("\n")[0]
        found = source.text.rfind(f"\n{line}") + 1 if line.strip() else 0
        return Span(found + span.start - start, found + min(span.end - start, len(line))) if found else None


def spec_text(table: Configuration, name: str) -> Text:
    """The spec of a table, not yet laid out."""
    text = Text()
    seen = "".join(character for character in table.title if character.isprintable())
    title = re.sub(r'["\s]+', " ", seen).strip()
    text.add(f'net {name} "{title}"\n\n' if title else f"net {name}\n\n")
    if table.names:
        add_line(text, "columns ", [[name] for name in table.names])
    for claim, stated in sorted(table.claims.items(), key=lambda item: CLAIMS.index(item[0])):
        if any(stated):
            add_line(text, f"expect {claim} ", [[each or Said("-")] for each in stated])
    text.add("\n")
    add_line(text, "input ", [[given] for given in table.inputs])
    heads = next((n for n, line in enumerate(table.conventions) if line.startswith("head ")), len(table.conventions))
    text.add("".join("\n" * line.startswith("block ") + f"{line}\n" for line in table.conventions[:heads]) + "\n")
    for stage in table.stages:
        add_stage(text, stage)
    text.add("".join(f"\n{line}" for line in table.conventions[heads:]))
    return text


def add_stage(text: Text, stage: Stage) -> None:
    """A row of layers; one that says the same of all networks has no bars."""
    alike = stage.full or all(chain == stage.cells[0] for chain in stage.cells)
    cells = [
        pieces(chain) or [Said("-", place)]
        for chain, place in zip(stage.cells[: 1 if alike else None], stage.places, strict=False)
    ]
    if stage.label and stage.label.text != "-":
        text.add(f"{stage.label.text}: ", stage.label.place)
    add_line(text, "", cells, stage.size)


def add_line(text: Text, start: str, cells: Sequence[Sequence[Said]], size: Said | None = None) -> None:
    """One line: cells between bars, and a size."""
    text.add(start)
    for number, cell in enumerate(cells):
        text.add(" | " * bool(number))
        for place, said in enumerate(cell):
            text.add(" " * bool(place))
            text.add(*said)
    if size:
        text.add(" => ")
        text.add(*size)
    text.add("\n")
