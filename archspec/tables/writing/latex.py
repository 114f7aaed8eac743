"""LaTeX's tables, with `booktabs` and no other package; groups in brackets as He et al. 2016 set them."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from archspec.tables.sheet import Cell, Sheet

SIGNS = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", "×": r"$\times$",
}  # fmt: skip
SPECIAL = re.compile("|".join(map(re.escape, SIGNS)))
POWER = re.compile(r"([0-9.]+)×10\^([0-9]+)")
BRACKETS = re.compile(r"\[(?P<layers>[^\[\]]*)\](?: ×(?P<times>[0-9]+))?")


class Type(NamedTuple):
    """A size of type, in points."""

    name: str
    digit: float
    """How wide a digit is."""
    line: float
    """From one line to the next."""
    gap: float = 8.0
    """Between two columns."""


SIZES = (
    Type("small", 4.63, 11.0),
    Type("footnotesize", 4.25, 9.5),
    Type("scriptsize", 3.99, 8.0),
    Type("tiny", 3.4, 6.0, 2.0),
)
NOTES = SIZES[2]
"""The type of notes."""
COLUMN, PAGE, HEIGHT = 229.0, 469.0, 500.0
"""Points across one column of an article in two, across both, and down a page, less the caption."""
RULE = 6.0
"""Points around a line between rows."""
MANY, CLOSE = 25, r"\setlength{\aboverulesep}{0pt}\setlength{\belowrulesep}{1pt}"
"""Rows from which on the lines between them stand closer, and how."""


def write(sheet: Sheet) -> str:
    """A floating table that fits an article in two columns: across one of them where it can, else across both."""
    across_notes = max(map(len, sheet.notes), default=0) * NOTES.digit
    wide = max(room(sheet, SIZES[0]), across_notes) > COLUMN
    name, limit = ("table*", PAGE) if wide else ("table", COLUMN)
    fits = (size for size in SIZES if room(sheet, size) <= limit and height(sheet, size) <= HEIGHT)
    size = next(fits, SIZES[-1])
    lines = [
        r"% needs \usepackage{booktabs}",
        rf"\begin{{{name}}}[t]",
        rf"\centering\{size.name}\setlength{{\tabcolsep}}{{{size.gap / 2:g}pt}}",
        *([CLOSE] if len(sheet.rows) > MANY else []),
        *([rf"\caption{{{escaped(sheet.caption)}}}"] if sheet.caption else []),
        rf"\begin{{tabular}}{{{'c' * sheet.width}}}",
        *rows(sheet),
        r"\end{tabular}",
        *notes(sheet),
        rf"\end{{{name}}}",
    ]
    return "\n".join(lines) + "\n"


def room(sheet: Sheet, size: Type) -> float:
    """How wide the table will be, about, in a size of type."""
    widths = [0.0] * sheet.width
    for place in sheet.placed():
        if place.cell.span == 1:
            need = max((across(line) for line in place.cell.lines), default=0.0) * size.digit
            widths[place.column] = max(widths[place.column], need)
    return sum(widths) + size.gap * len(widths)


def height(sheet: Sheet, size: Type) -> float:
    """How high the table will be, about, with its notes."""
    lines = sum(max((down(each) for each in row), default=1) for row in sheet.rows)
    return (
        lines * size.line
        + RULE * len(sheet.rows) * (0.5 if len(sheet.rows) > MANY else 1)
        + NOTES.line * len(sheet.notes)
    )


def down(cell: Cell) -> int:
    """How many lines a cell has, those within brackets counted."""
    return sum(1 + line.count(";") for line in cell.lines)


def across(line: str) -> float:
    """How wide a line is, in digits: what stands in brackets stands one below the other."""
    found = BRACKETS.fullmatch(line)
    if not found:
        return len(line) + line.count("×") / 2
    return (
        max(len(layer) + layer.count("×") / 2 for layer in found["layers"].split("; "))
        + 3.5
        + len(found["times"] or "")
    )


def rows(sheet: Sheet) -> Iterator[str]:
    """The rows between their rules."""
    width = sheet.width
    yield r"\toprule"
    for number, row in enumerate(sheet.rows):
        if number:
            yield rule(row if number > sheet.head else (), width)
        yield " & ".join(cell(each) for each in row) + r" \\"
    yield r"\bottomrule"


def rule(row: Sequence[Cell], width: int) -> str:
    """The line above a row; it leaves out the empty cells at the left, since what stands above is for them too."""
    empty = next((number for number, each in enumerate(row) if each.lines), 0)
    return rf"\cmidrule{{{empty + 1}-{width}}}" if empty > 1 else r"\midrule"


def notes(sheet: Sheet) -> Iterator[str]:
    """The notes as they are, below the middle of the table."""
    if not sheet.notes:
        return
    yield r"\par\medskip\scriptsize\ttfamily"
    yield rf"\begin{{minipage}}{{{max(map(len, sheet.notes)) / 2 + 1:g}em}}"
    yield from (r"\begin{verbatim}", *sheet.notes, r"\end{verbatim}")
    yield r"\end{minipage}"


def cell(cell: Cell) -> str:
    """One cell; several lines are a table of their own."""
    lines = [rf"\textbf{{{set_line(text)}}}" if n in cell.bold else set_line(text) for n, text in enumerate(cell.lines)]
    content = "".join(lines)
    if len(lines) > 1:
        content = r"\begin{tabular}[t]{@{}c@{}}" + r"\\".join(lines) + r"\end{tabular}"
    return rf"\multicolumn{{{cell.span}}}{{c}}{{{content}}}" if cell.span > 1 else content


def set_line(text: str) -> str:
    """A line: a group of layers in brackets, a power of ten, or a text as it is."""
    if found := BRACKETS.fullmatch(text):
        layers = [escaped(layer.strip()).replace(" ", r"\ ") for layer in found["layers"].split(";")]
        stack = r"\\".join(rf"\mbox{{{layer}}}" for layer in layers)
        times = rf"{{\times}}{found['times']}" if found["times"] else ""
        return rf"$\left[\begin{{array}}{{@{{}}c@{{}}}}{stack}\end{{array}}\right]{times}$"
    if found := POWER.fullmatch(text):
        return rf"${found[1]}{{\times}}10^{{{found[2]}}}$"
    return escaped(text)


def escaped(text: str) -> str:
    """A text that LaTeX sets as it is."""
    return SPECIAL.sub(lambda found: SIGNS[found[0]], text)
