"""What archspec has to say to its user: a stable code, the place, the values, the way there and the fix."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from archspec.source import Place, Source, Span

Severity = Literal["error", "warning", "note"]
SEVERITIES: dict[str, Severity] = {"E": "error", "W": "warning", "N": "note"}


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message. `archspec explain CODE` has the page behind it."""

    code: str
    message: str
    found: str = ""
    """The values on both sides; shown beside the caret."""
    source: Source | None = None
    span: Span | None = None
    notes: tuple[str, ...] = ()
    """How it got there: the expansions, innermost first."""
    help: str = ""
    columns: tuple[str, ...] = ()
    """The networks of a table that it holds for; empty when it holds for all."""

    @property
    def severity(self) -> Severity:
        """Error, warning or note, as the code's letter says."""
        return SEVERITIES[self.code[0]]

    @property
    def place(self) -> Place | None:
        """Where it is, for messages about a place in a spec."""
        return self.source.place(self.span) if self.source and self.span else None

    def as_json(self) -> dict[str, Any]:
        """The form that tools read."""
        place = self.place
        return {
            "code": self.code,
            "severity": self.severity,
            "message": f"{self.message}: {self.found}" if self.found else self.message,
            "file": self.source.path if self.source else None,
            "line": place.line if place else None,
            "column": place.column if place else None,
            "end_line": place.end_line if place else None,
            "end_column": place.end_column if place else None,
            "notes": list(self.notes),
            "help": self.help,
            "columns": list(self.columns),
        }


class Problem(Exception):
    """What a user did cannot be done; the command prints its diagnostics and exits with status 1."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("\n".join(f"{d.code}: {d.message}" for d in diagnostics))
        self.diagnostics = diagnostics

    def __reduce__(self) -> tuple[type["Problem"], tuple[Diagnostic, ...]]:
        """It is sent from one process to another."""
        return Problem, self.diagnostics


def problem(code: str, message: str, found: str = "", help: str = "") -> Problem:
    """A problem that has no place in a spec: a file, a tool, a missing package."""
    return Problem(Diagnostic(code, message, found, help=help))


@contextmanager
def needed(install: str) -> Iterator[None]:
    """Import what not every installation has. Raises Problem E607, with how to install it, where it is missing."""
    try:
        yield
    except ModuleNotFoundError as missing:
        raise problem("E607", f"{missing.name} is not installed", help=install) from None


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """As they are read: errors first, then warnings, then notes, each from the top of the spec down."""
    ranks = list(SEVERITIES.values())
    return tuple(sorted(diagnostics, key=lambda d: (ranks.index(d.severity), d.span or Span(0, 0))))


def failed(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them is an error."""
    return any(d.severity == "error" for d in diagnostics)
