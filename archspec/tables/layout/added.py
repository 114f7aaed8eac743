"""Which layers of a cell its left neighbour has not: they are set in bold type (Simonyan & Zisserman 2015, Table 1)."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

Lines = tuple[str, ...]


def added(cells: Sequence[Lines]) -> list[frozenset[int]]:
    """The lines that each cell of a row adds to the one at its left. The first one adds none."""
    return [frozenset(), *(new(left, right) for left, right in pairwise(cells))]


def new(left: Lines, right: Lines) -> frozenset[int]:
    """The lines that are not in the other cell, or stand elsewhere."""
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return frozenset(
        line
        for what, _, _, start, end in matcher.get_opcodes()
        if what in ("insert", "replace")
        for line in range(start, end)
    )
