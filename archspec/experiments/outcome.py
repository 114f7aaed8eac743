"""What comes of an experiment."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from archspec.figures.scene import Scene
from archspec.report.tabular import Table


class Claim(NamedTuple):
    """What somebody says, and what was found."""

    text: str
    source: str
    """Who says it, and where."""
    found: str
    """The figures, seed by seed."""
    held: bool

    @property
    def verdict(self) -> str:
        """Whether it held, in words."""
        return "held" if self.held else "did not hold"


class Measured(NamedTuple):
    """All that was measured, a row for each number."""

    headings: tuple[str, ...]
    rows: Sequence[tuple[str | int | float, ...]]


class Outcome(NamedTuple):
    """What an experiment found."""

    title: str
    tables: tuple[Table, ...]
    claims: tuple[Claim, ...]
    plots: Mapping[str, Scene]
    """By the names of their files, without an ending."""
    measured: Measured
    settings: Mapping[str, str]
    """What it was done with: data, recipe, seeds, versions."""
    notes: tuple[str, ...] = ()
    """What a reader must know to judge it."""
