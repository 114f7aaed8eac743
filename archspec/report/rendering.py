"""Diagnostics as text: the place, the line, a caret under the exact characters, how it got there, the fix."""

import unicodedata
from collections.abc import Callable, Sequence

from archspec.diagnostics import Diagnostic
from archspec.source import Place, Source

SHOWN = 20
"""How many diagnostics of a file are shown; the others are counted."""
COLORS = {"error": "31", "warning": "33", "note": "36", "bold": "1", "frame": "34"}
WIDEST = 160
"""Characters of a source line that are shown."""
LONGEST = 400
"""Characters of a message that are shown: a name in it may be as long as the spec."""


def render_all(diagnostics: Sequence[Diagnostic], color: bool = False) -> str:
    """Every diagnostic, up to a limit, with an empty line between."""
    shown = [render(diagnostic, color) for diagnostic in diagnostics[:SHOWN]]
    rest = len(diagnostics) - SHOWN
    return "\n".join(shown) + (f"\nand {rest} more\n" if rest > 0 else "")


def render(diagnostic: Diagnostic, color: bool = False) -> str:
    """One diagnostic as text, ending in a newline."""
    paint = painter(color)
    head = paint(f"{diagnostic.severity}[{diagnostic.code}]", diagnostic.severity)
    lines = [f"{head}: {paint(told(diagnostic.message), 'bold')}"]
    place = diagnostic.place
    if place and diagnostic.source:
        lines += excerpt(diagnostic, diagnostic.source, place, color)
    elif diagnostic.found:
        lines.append(f"  = {told(diagnostic.found)}")
    margin = " " * (len(str(place.line)) + 1 if place else 2)
    lines += [f"{margin}{paint('=', 'frame')} {told(note)}" for note in diagnostic.notes]
    if diagnostic.help:
        lines.append(f"{margin}{paint('=', 'frame')} help: {told(diagnostic.help)}")
    return "\n".join(lines) + "\n"


def excerpt(diagnostic: Diagnostic, source: Source, place: Place, color: bool) -> list[str]:
    """The place, the line and the carets."""
    paint = painter(color)
    gutter = " " * len(str(place.line))
    columns = (
        f" (column{'s' * (len(diagnostic.columns) > 1)} {', '.join(diagnostic.columns)})" if diagnostic.columns else ""
    )
    text = source.line(place.line)
    end = place.end_column if place.end_line == place.line else len(text) + 1
    shift = max(place.column - WIDEST // 2, 0) if len(text) > WIDEST else 0
    shown = visible(text[shift : shift + WIDEST])
    before = width(text[shift : place.column - 1])
    carets = max(width(text[place.column - 1 : min(end - 1, shift + WIDEST)]), 1)
    found = f" {told(diagnostic.found)}" if diagnostic.found else ""
    bar = paint("|", "frame")
    return [
        f"{gutter}{paint('-->', 'frame')} {visible(source.path)}:{place.line}:{place.column}{columns}",
        f"{gutter} {bar}",
        f"{paint(str(place.line), 'frame')} {bar} {shown}",
        f"{gutter} {bar} {' ' * before}{paint('^' * carets + found, diagnostic.severity)}",
        *([f"{gutter} {bar}"] if diagnostic.notes or diagnostic.help else []),
    ]


def told(text: str) -> str:
    """A text as it is shown, cut if it is very long."""
    return visible(text if len(text) <= LONGEST else text[:LONGEST] + "…")


def visible(text: str) -> str:
    """The text with what a terminal would act on, or not show, made visible."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " if c == "\t" else f"<U+{ord(c):04X}>" for c in text)


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    shown = visible(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in shown if not unicodedata.combining(c))


def painter(color: bool) -> Callable[[str, str], str]:
    """A function that wraps text in a colour, or does not."""
    if not color:
        return lambda text, what: text
    return lambda text, what: f"\x1b[{COLORS[what]}m{text}\x1b[0m"
