"""One file as it holds for one network: its cells, values and conventions."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from archspec.language.defaults import Defaults
from archspec.language.findings import Findings, Spot
from archspec.language.program import Program
from archspec.language.settled import Settled
from archspec.source import Span


@dataclass(frozen=True)
class Tally:
    """The layers of one network by kind, for `except last`: how many it has, and how many were met so far."""

    written: Mapping[str, int]
    met: Counter[str] = field(default_factory=Counter)

    def last(self, kind: str) -> bool:
        """Whether the layer just met is the network's last of its kind."""
        return self.met[kind] == self.written.get(kind)


@dataclass(frozen=True)
class Unit:
    """A file, settled for one network of it, with the conventions that its layers follow."""

    settled: Settled
    defaults: Defaults
    tally: Tally

    @property
    def program(self) -> Program:
        return self.settled.program

    @property
    def findings(self) -> Findings:
        """Where to say what is wrong in this file."""
        return self.settled.findings

    def line(self, span: Span) -> int:
        """The line of a place in this file."""
        return self.program.source.place(span).line

    def spot(self, span: Span) -> Spot:
        """A place in this file."""
        return Spot(self.findings, span)
