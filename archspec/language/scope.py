"""Names: the paths of layers, and the labels that values have."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from archspec.graph import Site
from archspec.language.unit import Unit
from archspec.source import Span


@dataclass
class Scope:
    """A prefix of paths. Layers are numbered by kind within it; a name that a label takes is passed over."""

    prefix: str = ""
    taken: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)

    def number(self, kind: str) -> str:
        """The path of the next layer of a kind: `conv3`, or `0` for blocks under a label."""
        while True:
            count = self.counts.get(kind, 0) + 1
            self.counts[kind] = count
            name = numbered(kind, count) if kind else str(count - 1)
            if name not in self.taken:
                return self.prefix + name

    def within(self, name: str, taken: Iterable[str] = ()) -> "Scope":
        """The scope that a label or a use of a block opens; `taken` are the labels in it."""
        return Scope(f"{self.prefix}{name}.", set(taken))


def numbered(kind: str, count: int) -> str:
    """`conv3`; a name that ends in a digit is set apart from its number: `relu6_1` is not the 61st `relu`."""
    return f"{kind}_{count}" if kind[-1].isdigit() else f"{kind}{count}"


@dataclass
class Definition:
    """A label: the value it names, None once that value failed, and where it stands."""

    value: str | None
    span: Span
    used: bool = False


@dataclass
class Frame:
    """One use of a block, or the net itself: its file, its parameters, its labels and how it was reached."""

    unit: Unit
    scope: Scope
    values: dict[str, int]
    sites: tuple[Site, ...] = ()
    labels: dict[str, Definition] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[str, ...]:
        """How it was reached, innermost first, as messages say it."""
        return tuple(f"in block {site}, used at line {site.line}" for site in reversed(self.sites))


class Here(NamedTuple):
    """Where a line stands: whose parameters and labels it sees, and below which path its layers go."""

    frame: Frame
    scope: Scope

    def within(self, name: str, taken: Iterable[str] = ()) -> "Here":
        """The same place, below a label; `taken` are the labels that stand below it."""
        return Here(self.frame, self.scope.within(name, taken))
