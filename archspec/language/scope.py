"""Names: the paths of layers, and the labels that values have."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from archspec.graph import Origin, Site
from archspec.language import syntax as s
from archspec.language.unit import Ready, Unit
from archspec.source import Span

Value = str | None
"""The path of a value; None where an error left none, so that what follows is not blamed for it."""


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
    head: s.Head | None = None
    """The head that it is, where it is one."""
    stage: "Stage | None" = None
    """The network of another file that it is in."""
    origins: dict[tuple[Span, str | None], Origin] = field(default_factory=dict)
    """Where its layers are written, by the place and the network in whose cell of the table that is."""
    entry: Span | None = None
    """The place in the spec itself that led into another file; None in the spec's own lines."""

    @cached_property
    def bound(self) -> dict[object, Ready]:
        """What layers were made into where the parameters are these."""
        return self.unit.bound.setdefault(tuple(self.values.items()), {})

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """How it was reached, innermost first, as messages say it."""
        return tuple(self.reached(site) for site in reversed(self.sites))

    def origin(self, span: Span, cell: str | None) -> Origin:
        """Where a layer is written: the same for all that a word comes to in one use of its block."""
        if (span, cell) not in self.origins:
            source = self.unit.program.source
            line, column, end_line, end_column = source.place(span)
            self.origins[span, cell] = Origin(
                file=source.name, line=line, column=column, end_line=end_line, end_column=end_column,
                cell=cell, expansion=self.sites,
            )  # fmt: skip
        return self.origins[span, cell]

    def reached(self, site: Site) -> str:
        """One step of the way; a line of another file is said with its name."""
        where = f" of {site.file}" if site.file != self.unit.program.source.name else ""
        return f"in {site}, used at line {site.line}{where}"


@dataclass(frozen=True)
class Stage:
    """A network of another file, used as a part of this one."""

    spelled: str
    """As the spec writes it: `vgg:D`."""
    prefix: str
    """What the paths of its layers begin with."""
    changes: dict[str, list[s.Argument]]
    """Options that the use changes, by the layer's path in the network itself."""
    user: Frame
    """Where it is used."""
    word: s.Word
    given: str
    """The value that it goes on from: what its own lines call `input`."""
    made: set[str] = field(default_factory=set)
    """The layers whose options were changed."""


class Here(NamedTuple):
    """Where a line stands: whose parameters and labels it sees, and below which path its layers go."""

    frame: Frame
    scope: Scope

    def within(self, name: str, taken: Iterable[str] = ()) -> "Here":
        """The same place, below a label; `taken` are the labels that stand below it."""
        return Here(self.frame, self.scope.within(name, taken))
