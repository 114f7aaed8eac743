"""Tables written as papers, pages and spreadsheets take them. One format, one file."""

from collections.abc import Callable

from archspec.tables.sheet import Sheet
from archspec.tables.writing import html, latex, markdown, tsv

FORMATS: dict[str, Callable[[Sheet], str]] = {
    "latex": latex.write,
    "markdown": markdown.write,
    "html": html.write,
    "tsv": tsv.write,
}
