"""Columns of a layout: names, numbers in calls, bars, claimed sizes and comments that stand below each other."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import NamedTuple

from archspec.formatting.parts import Parts
from archspec.formatting.pieces import Line
from archspec.formatting.spacing import broken_chain, chain

WIDEST = 400
"""Characters beyond which nothing is moved to stand below another thing."""


class Entry(NamedTuple):
    """A line to be laid out."""

    line: Line
    parts: Parts
    paragraph: int
    """The paragraph that it stands in: blank lines part them."""


def widest(keys: Sequence[Hashable], texts: Iterable[str]) -> list[int]:
    """For each text the width of the widest one with the same key; texts whose key is None stand alone."""
    lengths = [len(text) for text in texts]
    most: dict[Hashable, int] = defaultdict(int)
    for key, length in zip(keys, lengths, strict=True):
        most[key] = max(most[key], length if length <= WIDEST else 0)
    return [length if key is None else most[key] for key, length in zip(keys, lengths, strict=True)]


def names(entries: Sequence[Entry]) -> list[str]:
    """What stands before the cells of each line, so that the cells of lines that belong together begin together."""
    keys = families(entries)
    widths = widest(keys, [entry.parts.name for entry in entries])
    return [
        entry.parts.bar + (entry.parts.name.ljust(width) + " " if entry.parts.name else "")
        for entry, width in zip(entries, widths, strict=True)
    ]


def families(entries: Sequence[Entry]) -> list[Hashable]:
    """Which lines have names of one width: labels of a suite's paragraph, and in it lines of one keyword.

    A table's keywords are one family: lines with bars, and others beside them; a `default` only beside a `default`.
    """
    tables = {
        (entry.paragraph, entry.parts.kind == "DEFAULT")
        for entry in entries
        if entry.parts.kind and len(entry.parts.cells) > 1
    }
    return [family(entry, tables) if entry.parts.name else None for entry in entries]


def family(entry: Entry, tables: Collection[tuple[int, bool]]) -> Hashable:
    """The family of a line, with the paragraphs that have bars in `default` lines and in others."""
    kind, paragraph = entry.parts.kind, entry.paragraph
    if kind and (paragraph, kind == "DEFAULT") in tables:
        return "table"
    return paragraph, entry.line.suite, kind


def texts(entries: Sequence[Entry]) -> list[list[str]]:
    """The cells of each line. Uses of one block with numbers alone are a table of their own."""
    calls = [numbers(entry) for entry in entries]
    together: dict[Hashable, list[int]] = defaultdict(list)
    for key, values in calls:
        together[key].append(max(map(len, values), default=0))
    return [
        [call(entry.parts.cells[0][0].text, values, max(together[key]))]
        if values and len(together[key]) > 1
        else plain(entry)
        for entry, (key, values) in zip(entries, calls, strict=True)
    ]


def plain(entry: Entry) -> list[str]:
    """The cells of a line, each by itself."""
    if entry.line.broken:
        return [broken_chain(entry.parts.cells[0], entry.line.level)]
    return [chain(cell) for cell in entry.parts.cells]


def numbers(entry: Entry) -> tuple[Hashable, list[str]]:
    """What a line calls with two numbers or more and nothing else, and the numbers; none for any other line."""
    cell = entry.parts.cells[0]
    values = [piece.text for piece in cell[2:-1:2]]
    marks = [piece.text for piece in cell[1::2]]
    commas = [","] * (len(values) - 1)
    if entry.line.broken or len(values) < 2 or len(entry.parts.cells) > 1 or marks != ["(", *commas, ")"]:
        return None, []
    if not all(value.isdigit() for value in values):
        return None, []
    return (entry.paragraph, entry.line.suite, cell[0].text, len(values)), values


def call(name: str, values: Sequence[str], width: int) -> str:
    """A call whose numbers stand below those of others: the first to the left, the rest to the right."""
    rest = ", ".join(value.rjust(width) for value in values[1:])
    return f"{name}({f'{values[0]},'.ljust(width + 1)} {rest})"


def stops(rows: Iterable[tuple[str, Sequence[str]]]) -> list[int]:
    """Where the bars of the file's table stand. Quoted reasons are as long as they are, and move no bar."""
    most: list[int] = []
    leads: dict[int, int] = defaultdict(int)
    for lead, cells in rows:
        for at, cell in enumerate(cells[:-1]):
            if '"' not in cell and len(cell) <= WIDEST:
                leads[at] = max(leads[at], len(cell) + (len(lead) if at == 0 else 0))
    for at in range(max(leads, default=-1) + 1):
        most.append((most[-1] + 2 if most else 0) + leads[at] + 1)
    return most


def barred(lead: str, cells: Sequence[str], places: Sequence[int]) -> str:
    """The cells of a row, each bar at its place, or as close behind it as the cells allow."""
    text = lead
    for at, cell in enumerate(cells):
        text += cell
        if at < len(cells) - 1:
            text = text.rstrip().ljust(places[at] - 1 if at < len(places) else 0) + " | "
    return text.rstrip()


def behind(bodies: Sequence[str], texts: Sequence[str], keys: Sequence[Hashable], between: str) -> list[str]:
    """Lines with what some of them have behind: it begins at one place where lines have one key."""
    said = [(body, key if text else None) for body, text, key in zip(bodies, texts, keys, strict=True)]
    widths = widest([key for _, key in said], [body for body, _ in said])
    return [
        f"{body.ljust(width)}{between}{text}" if text else body
        for body, width, text in zip(bodies, widths, texts, strict=True)
    ]
