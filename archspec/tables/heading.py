"""The head of a table: the row of column names, and which columns hold the labels and the sizes of rows."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from archspec.tables.sheet import Cell

LABELS = {"", "layer name", "layer", "layers", "name", "label", "stage", "block", "network", "model", "method"}
SIZES = {"output size", "output", "size", "output shape"}


class Heading(NamedTuple):
    """Where the names of the networks stand."""

    row: int
    label: int | None
    """The column of labels."""
    size: int | None
    """The column of output sizes."""
    first: int
    """The first column of a network."""


def plain(text: str) -> str:
    """A heading as it is compared: `Layer name:` is `layer name`."""
    return re.sub(r"[\s_]+", " ", text).strip(" :").lower()


def heading(rows: Sequence[Sequence[Cell]]) -> Heading | None:
    """The first row of several cells; None for a table of one column."""
    for number, cells in enumerate(rows):
        if len(cells) > 1 and sum(bool(cell.lines) for cell in cells) > 1:
            return Heading(number, *leading([plain(cell.text) for cell in cells]))
    return None


def leading(headings: Sequence[str]) -> tuple[int | None, int | None, int]:
    """The columns of labels and of sizes among the first two, and the number of the one behind them."""
    label = size = None
    first = 0
    for column, text in enumerate(headings[:2]):
        if text in SIZES and size is None:
            size = column
        elif text in LABELS and label is None:
            label = column
        else:
            break
        first = column + 1
    return label, size, first
