"""What a table says of its networks: their names, what it claims of them, and their layers, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from archspec.source import Source, Span


class Said(NamedTuple):
    """Words of the language, and where the table says them; None where it is the convention that does."""

    text: str
    place: Span | None = None


@dataclass(frozen=True)
class Layer:
    """A layer in the language's words (`conv3-64/2`), or a group of them in brackets."""

    text: str
    place: Span | None = field(default=None, compare=False)
    times: str = ""
    """How often a group or a layer stands there, where the table says it: `3`, `{n}`."""
    body: tuple["Layer", ...] = ()
    """The layers of a group."""
    phrased: bool = field(default=False, compare=False)
    """Whether the table says it in the words of papers."""

    def __str__(self) -> str:
        inside = " ".join(map(str, self.body))
        return (f"[{inside}]" if self.body else self.text) + (f" x{self.times}" if self.times else "")


Chain = tuple[Layer, ...]


@dataclass(frozen=True)
class Stage:
    """A row of layers."""

    cells: tuple[Chain, ...]
    """The layers of each network."""
    places: tuple[Span, ...]
    full: bool = False
    """Whether it is one cell for all."""
    label: Said | None = None
    """What stands in the column of labels; nothing at all where the cell is empty, a dash for a row without one."""
    size: Said | None = None
    """The output's size."""
    continues: bool = False
    """Whether the cells before those of the networks reach down from the row above."""


@dataclass
class Configuration:
    """A table, understood."""

    source: Source
    names: tuple[Said, ...] = ()
    """The columns; none for a table of one network."""
    title: str = ""
    claims: dict[str, list[Said | None]] = field(default_factory=dict)
    """What is claimed of each network: `depth`, `params`, `macs`."""
    inputs: tuple[Said, ...] = ()
    """What each network is given, or one for all."""
    stages: list[Stage] = field(default_factory=list)
    labelled: bool = False
    """Whether the table has a column of labels."""
    conventions: tuple[str, ...] = ()
    """Lines of the language that say what the table leaves unsaid."""

    @property
    def width(self) -> int:
        """How many networks there are."""
        return max(len(self.names), 1)


def written(chain: Sequence[Layer]) -> str:
    """A cell as the language has it, like layers counted: `conv3-64 x2`."""
    return " ".join(said.text for said in pieces(chain)) or "-"


def pieces(chain: Sequence[Layer]) -> list[Said]:
    """The layers of a cell with their places, those that stand several times as one."""
    runs: list[list[Layer]] = []
    for layer in chain:
        if runs and runs[-1][0] == layer and not layer.times:
            runs[-1].append(layer)
        else:
            runs.append([layer])
    return [Said(counted(run), around([layer.place for layer in run])) for run in runs]


def counted(run: Sequence[Layer]) -> str:
    return f"{run[0]} x{len(run)}" if len(run) > 1 else str(run[0])


def around(places: Sequence[Span | None]) -> Span | None:
    """From the first of several places to the last."""
    known = [place for place in places if place]
    return Span(min(known).start, max(place.end for place in known)) if known else None
