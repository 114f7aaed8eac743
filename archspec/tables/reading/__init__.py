"""Tables read from what papers, spreadsheets and pages of the web give when they are copied. One format, one file."""

import re
from collections.abc import Callable

from archspec.source import Source, Span
from archspec.tables.reading import html, latex, markdown, tsv
from archspec.tables.reading.pieces import refused
from archspec.tables.sheet import Sheet

FORMATS: dict[str, Callable[[Source], tuple[Sheet, ...]]] = {
    "tsv": tsv.read,
    "latex": latex.read,
    "markdown": markdown.read,
    "html": html.read,
}

LATEX = re.compile(rf"\\begin\s*\{{(?:{latex.TABLES})\*?\}}")
HTML = re.compile(r"<(?:table|tr|td|th)\b", re.IGNORECASE)


def read(source: Source, form: str | None = None) -> tuple[Sheet, ...]:
    """The tables of a text, in order. Raises Problem E120 where there is none, or one that does not end."""
    found = tuple(sheet for sheet in FORMATS[form or detect(source)](source) if sheet.rows)
    if not found:
        raise refused(source, Span(0, 1), "the table has no rows")
    return found


def detect(source: Source) -> str:
    """The format that a text is written in, by what gives it away."""
    if LATEX.search(source.text):
        return "latex"
    if HTML.search(source.text):
        return "html"
    return "markdown" if any(map(markdown.is_rule, source.text.split("\n"))) else "tsv"
