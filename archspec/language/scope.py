"""Names: the paths of layers, and the labels that values have."""

from dataclasses import dataclass, field

from archspec.graph import Site
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

    def within(self, name: str) -> "Scope":
        """The scope that a label or a use of a block opens."""
        return Scope(f"{self.prefix}{name}.")


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
    """One use of a block, or the net itself: its parameters, its labels and how it was reached."""

    scope: Scope
    values: dict[str, int]
    sites: tuple[Site, ...] = ()
    labels: dict[str, Definition] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    @property
    def notes(self) -> tuple[str, ...]:
        """How it was reached, innermost first, as messages say it."""
        return tuple(f"in block {site}, used at line {site.line}" for site in reversed(self.sites))
