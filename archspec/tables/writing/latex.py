"""LaTeX's tables, with `booktabs` and no other package; groups in brackets as He et al. 2016 set them."""

import re
from collections.abc import Iterator, Sequence

from archspec.tables.sheet import Cell, Sheet

SIGNS = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", "×": r"$\times$",
}  # fmt: skip
SPECIAL = re.compile("|".join(map(re.escape, SIGNS)))
POWER = re.compile(r"([0-9.]+)×10\^([0-9]+)")
BRACKETS = re.compile(r"\[(?P<layers>[^\[\]]*)\](?: ×(?P<times>[0-9]+))?")
SIZES = {"normalsize": 5.0, "small": 4.63, "footnotesize": 4.25, "scriptsize": 3.99, "tiny": 3.4}
"""How wide a digit is in each size of type, in points."""
GAP = 8.0
"""Points between two columns."""
MANY, CLOSE = 25, r"\setlength{\aboverulesep}{0pt}\setlength{\belowrulesep}{1pt}"
"""Rows from which on the lines between them stand closer, and how."""
COLUMN, PAGE = 229.0, 469.0
"""Points across one column of an article in two, and across both."""


def write(sheet: Sheet) -> str:
    """A floating table that fits an article in two columns: across one of them where it can, else across both."""
    wide = room(sheet, "small") > COLUMN or max(map(len, sheet.notes), default=0) * SIZES["scriptsize"] > COLUMN
    name, limit = ("table*", PAGE) if wide else ("table", COLUMN)
    size = next((size for size in list(SIZES)[1:] if room(sheet, size) <= limit), "tiny")
    lines = [
        r"% needs \usepackage{booktabs}",
        rf"\begin{{{name}}}[t]",
        rf"\centering\{size}\setlength{{\tabcolsep}}{{{GAP / 2:g}pt}}",
        *([CLOSE] if len(sheet.rows) > MANY else []),
        *([rf"\caption{{{escaped(sheet.caption)}}}"] if sheet.caption else []),
        rf"\begin{{tabular}}{{{'c' * sheet.width}}}",
        *rows(sheet),
        r"\end{tabular}",
        *notes(sheet),
        rf"\end{{{name}}}",
    ]
    return "\n".join(lines) + "\n"


def room(sheet: Sheet, size: str) -> float:
    """How wide the table will be, about, in a size of type."""
    widths = [0.0] * sheet.width
    for place in sheet.placed():
        if place.cell.span == 1:
            need = max((across(line) for line in place.cell.lines), default=0.0) * SIZES[size]
            widths[place.column] = max(widths[place.column], need)
    return sum(widths) + GAP * len(widths)


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
    yield r"\toprule"
    for number, row in enumerate(sheet.rows):
        if number:
            yield rule(sheet.rows[number - 1], sheet.width)
        yield " & ".join(cell(each) for each in row) + r" \\"
    yield r"\bottomrule"


def rule(row: Sequence[Cell], width: int) -> str:
    """The line below a row; it begins where the row does, so that a name below it stands for both."""
    empty = next(number for number, each in enumerate(row) if each.lines)
    return rf"\cmidrule{{{empty + 1}-{width}}}" if empty else r"\midrule"


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
