"""The diagnostics of one spec, each said once."""

from archspec.diagnostics import SEVERITIES, Diagnostic
from archspec.source import Source, Span

MOST = 100
"""Diagnostics after which a check goes no further, and warns no more."""


class Findings:
    """Collects diagnostics about one source; what a repeated block would say again is dropped."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.all: list[Diagnostic] = []
        self._said: set[tuple[str, Span, str]] = set()

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
        if (code, span, message) in self._said or (self.full and SEVERITIES[code[0]] != "error"):
            return
        self._said.add((code, span, message))
        self.all.append(Diagnostic(code, message, found, self.source, span, notes, help))

    @property
    def full(self) -> bool:
        """Whether there is more than anyone will read."""
        return len(self.all) >= MOST
