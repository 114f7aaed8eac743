"""Tables read from what papers, spreadsheets and pages of the web give when they are copied. One format, one file."""

import re
from collections.abc import Callable

from archspec.source import Source
from archspec.tables.reading import html, latex, markdown, tsv
from archspec.tables.sheet import Sheet

FORMATS: dict[str, Callable[[Source], tuple[Sheet, ...]]] = {
    "tsv": tsv.read,
    "latex": latex.read,
    "markdown": markdown.read,
    "html": html.read,
}

SIGNS = {
    "latex": re.compile(rf"\\begin\s*\{{(?:{latex.TABLES})\*?\}}"),
    "html": re.compile(r"<(?:table|tr|td|th)\b", re.IGNORECASE),
    "markdown": re.compile(rf"^{markdown.RULE}$", re.MULTILINE),
}
"""What gives a format away; text without any of it is tab-separated."""


def read(source: Source, form: str | None = None) -> tuple[Sheet, ...]:
    """The tables of a text, in order. Raises Problem E120 where there is none, or one that does not end."""
    return FORMATS[form or detect(source)](source)


def detect(source: Source) -> str:
    """The format that a text is written in."""
    return next((form for form, sign in SIGNS.items() if sign.search(source.text)), "tsv")
