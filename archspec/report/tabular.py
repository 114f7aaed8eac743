"""A table of text as people and other programs read it: plain, Markdown and LaTeX."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

BOLD, FAINT, END = "\033[1m", "\033[2m", "\033[0m"
SPECIAL = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {
    sign: f"\\{sign}" for sign in "&%$#_{}"
}
"""What LaTeX does not take as it is."""


@dataclass(frozen=True)
class Line:
    """A line of a table. The first cell may be set in, and the line may be a heading for those below it."""

    cells: tuple[str, ...]
    level: int = 0
    heading: bool = False
    quiet: bool = False
    """Whether it matters less than the others."""


@dataclass(frozen=True)
class Table:
    """Lines under headings, totals below them, and what is said besides."""

    title: str
    headings: tuple[str, ...]
    right: tuple[bool, ...]
    """Which columns are set to the right."""
    lines: tuple[Line, ...]
    totals: tuple[Line, ...]
    notes: tuple[str, ...]

    @property
    def width(self) -> int:
        """Characters of its widest line as text."""
        return sum(widths(self)) + 2 * (len(self.headings) - 1)


def widths(table: Table) -> list[int]:
    """The characters that each column takes."""
    every = [table.headings, *(indented(line) for line in (*table.lines, *table.totals))]
    return [max(map(len, cells)) for cells in zip(*every, strict=True)]


def indented(line: Line) -> tuple[str, ...]:
    return ("  " * line.level + line.cells[0], *line.cells[1:])


def text(table: Table, color: bool = False) -> str:
    """A table in columns, for a terminal or a file."""
    sizes = widths(table)

    def laid(cells: Sequence[str]) -> str:
        parts = zip(cells, sizes, table.right, strict=True)
        return "  ".join(cell.rjust(size) if right else cell.ljust(size) for cell, size, right in parts).rstrip()

    def painted(line: Line) -> str:
        mark = BOLD if line.heading else FAINT if line.quiet else ""
        return f"{mark}{laid(indented(line))}{END}" if color and mark else laid(indented(line))

    head = painted(Line(table.headings, heading=True))
    body, foot = [painted(line) for line in table.lines], [painted(line) for line in table.totals]
    rule = "-" * max(len(laid(indented(line))) for line in (Line(table.headings), *table.lines, *table.totals))
    return "\n".join([table.title, rule, head, rule, *body, rule, *foot, *table.notes]) + "\n"


def markdown(table: Table) -> str:
    """A table as GitHub shows it."""

    def row(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    def marked(line: Line) -> str:
        first, *rest = line.cells
        first = "&emsp;" * line.level + first
        return row([f"**{cell}**" if cell and line.heading else cell for cell in (first, *rest)])

    rule = row(["---:" if right else "---" for right in table.right])
    lines = [row(table.headings), rule, *map(marked, (*table.lines, *table.totals))]
    return "\n".join([f"**{table.title}**", "", *lines, "", *(f"{note}  " for note in table.notes)]).rstrip() + "\n"


def latex(table: Table) -> str:
    """A table that goes on over pages, for `booktabs` and `longtable`."""

    def row(cells: Sequence[str]) -> str:
        return " & ".join(map(escaped, cells)) + r" \\"

    def marked(line: Line) -> str:
        first, *rest = map(escaped, line.cells)
        cells = [r"\quad " * line.level + first, *rest]
        return " & ".join(rf"\textbf{{{cell}}}" if cell and line.heading else cell for cell in cells) + r" \\"

    head = [r"\toprule", row(table.headings), r"\midrule", r"\endhead", r"\bottomrule", r"\endfoot"]
    columns = "".join("r" if right else "l" for right in table.right)
    return "\n".join(
        [
            r"% \usepackage{booktabs, longtable}",
            rf"\begin{{longtable}}{{@{{}}{columns}@{{}}}}",
            rf"\caption{{{escaped('. '.join([table.title, *table.notes]))}.}} \\",
            *head,
            *map(marked, table.lines),
            r"\midrule",
            *map(marked, table.totals),
            r"\end{longtable}",
            "",
        ]
    )


def escaped(cell: str) -> str:
    """Text as LaTeX sets it."""
    return "".join(SPECIAL.get(sign, sign) for sign in cell)


WRITERS: dict[str, Callable[[Table], str]] = {"text": text, "markdown": markdown, "latex": latex}
