"""The text of a spec and places in it."""

import hashlib
import re
from bisect import bisect_right
from functools import cached_property
from pathlib import Path, PurePath
from typing import NamedTuple

LOOKALIKES = str.maketrans(
    {
        "×": "x",
        "✕": "x",
        "\u00a0": " ",
        "\u2002": " ",
        "\u2003": " ",
        "\u2009": " ",
        "\u202f": " ",
        "\u3000": " ",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "–": "-",
        "—": "-",
        "−": "-",
    }
)
"""Characters as papers print them, one for one, so that every place stays what it was."""


class Span(NamedTuple):
    """Characters `start` up to `end` of a text, counted from 0."""

    start: int
    end: int


class Place(NamedTuple):
    """Where a span is for a reader: lines and columns from 1, the end being the column after the last."""

    line: int
    column: int
    end_line: int
    end_column: int


class Source:
    """A spec's text, with plain line ends and no byte-order mark."""

    def __init__(self, path: str, text: str, place: Path | None = None) -> None:
        self.path = path
        self.home = (place or Path(path)).parent
        """The folder that it lies in, whatever it is called."""
        self.text = re.sub("\r\n?", "\n", text.removeprefix("\ufeff"))
        self._places: dict[Span, Place] = {}

    @cached_property
    def name(self) -> str:
        """The file's own name, which is the same wherever the file lies."""
        return PurePath(self.path).name

    @cached_property
    def plain(self) -> str:
        """The text with the characters that papers print read as the ones that keyboards have."""
        return self.text.translate(LOOKALIKES)

    @cached_property
    def sha256(self) -> str:
        """Digest of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def place(self, span: Span) -> Place:
        """Line and column of both ends."""
        if span not in self._places:
            line, column = self._locate(span.start)
            self._places[span] = Place(line, column, *self._locate(max(span.end, span.start)))
        return self._places[span]

    def _locate(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The place that `place` calls so: both from 1, and there."""
        return self._starts[line - 1] + column - 1

    def line(self, number: int) -> str:
        """One line, counted from 1, without its end."""
        return self.text[self._starts[number - 1] :].partition("\n")[0]
