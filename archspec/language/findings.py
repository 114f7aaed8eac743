"""The diagnostics of one spec, each said once."""

from typing import NamedTuple

from archspec.diagnostics import SEVERITIES, Diagnostic
from archspec.source import Source, Span

MOST = 100
"""Diagnostics after which a check goes no further, and warns no more."""


class Findings:
    """Collects diagnostics about one source; what a repeated block would say again is dropped."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.all: list[Diagnostic] = []
        self._said: set[tuple[Source, str, Span, str]] = set()

    def about(self, source: Source) -> "Findings":
        """The same collection, for what is said of another source."""
        other = Findings(source)
        other.all, other._said = self.all, self._said
        return other

    def add(
        self,
        code: str,
        span: Span,
        message: str,
        found: str = "",
        help: str = "",
        notes: tuple[str, ...] = (),
    ) -> None:
        """Say something about a place, unless the same was said of it before."""
        said = (self.source, code, span, message)
        if said in self._said or (self.full and SEVERITIES[code[0]] != "error"):
            return
        self._said.add(said)
        self.all.append(Diagnostic(code, message, found, self.source, span, notes, help))

    @property
    def full(self) -> bool:
        """Whether there is more than anyone will read."""
        return len(self.all) >= MOST


class Spot(NamedTuple):
    """A place in one of the sources that a network is written in."""

    findings: Findings
    span: Span

    @property
    def line(self) -> int:
        """Its line, counted from 1."""
        return self.findings.source.place(self.span).line

    def add(self, code: str, message: str, found: str = "", help: str = "") -> None:
        """Say something about it."""
        self.findings.add(code, self.span, message, found, help)
