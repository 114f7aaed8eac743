"""One file as it holds for one network: its cells, values and conventions."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from archspec.language import syntax as s
from archspec.language.defaults import Defaults, settle_defaults
from archspec.language.findings import Findings, Spot
from archspec.language.program import Program
from archspec.language.settled import Settled, borrow
from archspec.op import Op
from archspec.source import Span


@dataclass(frozen=True)
class Tally:
    """The layers of one network by kind, for `except last`: how many it has, and how many were met so far."""

    written: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    heads: dict[str, "Tally"] = field(default_factory=dict)
    """The layers of each head, by its name: they are counted by themselves."""

    def last(self, kind: str) -> bool:
        """Whether the layer just met is the network's last of its kind."""
        return self.met[kind] == self.written[kind]


class Ready(NamedTuple):
    """What a layer's word is made into."""

    kind: str
    op: Op | None
    others: tuple[str | None, ...]
    """The values that it takes after the chain's own."""
    linear: bool
    """Whether it keeps a default's layers away."""


@dataclass(frozen=True)
class Unit:
    """A file, settled for one network of it, with the conventions that its layers follow."""

    settled: Settled
    defaults: Defaults
    tally: Tally
    bound: dict[object, dict[object, Ready]] = field(default_factory=dict)
    """What layers of this file were made into so far, by the parameters known there and what they say."""
    _lent: dict[int, "Unit"] = field(default_factory=dict)

    def block(self, name: str) -> tuple["Unit", s.Block]:
        """A block that this file defines or uses, and the file that it stands in.

        A block of another file follows the conventions of that file, and for kinds it says nothing of, those
        of the file that uses it.
        """
        program = self.program.imports.get(name)
        if program is None:
            return self, self.program.blocks[name]
        if id(program) not in self._lent:
            settled = borrow(program, None, {}, self.findings, self.settled.limits)
            defaults = {**self.defaults, **settle_defaults(settled)}
            self._lent[id(program)] = Unit(settled, defaults, self.tally)
        return self._lent[id(program)], program.blocks[name]

    def head(self, name: str) -> "Unit":
        """The file as it holds for the layers of a head."""
        return replace(self, tally=self.tally.heads[name], _lent={})

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
