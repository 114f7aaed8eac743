"""Text to syntax."""

from archspec.diagnostics import Diagnostic
from archspec.language import syntax as s
from archspec.language.automaton import automaton
from archspec.language.reader import Reader
from archspec.source import Source, Span

MOST_ERRORS = 20
PATIENCE = 1 << 17
"""Characters that are read again, all in all, to find more errors."""


def parse(source: Source) -> tuple[tuple[s.Statement, ...], list[Diagnostic]]:
    """The statements of a spec, or what cannot be read in it.

    A line that cannot be read is reported and left out, and the rest is read again, so that all such
    lines are reported at once.
    """
    text = source.plain + "\n"
    found: list[Diagnostic] = []
    while len(found) < MOST_ERRORS and len(found) * len(text) < PATIENCE:
        read = statements(source, text)
        if read is not None:
            return ((), found) if found else (read, found)
        from archspec.language.misread import misread  # lark is slow to import, and a sound spec does without

        span, diagnostic = misread(source, text)
        found.append(diagnostic)
        text = without_line(text, span)
    return (), found


def statements(source: Source, text: str) -> tuple[s.Statement, ...] | None:
    """The statements in a text of the source; None where it cannot be read."""
    reader = Reader(source)
    read = automaton("file").read(text, reader)
    if read is None or reader.brought.isdisjoint(reader.labels):
        return read  # type: ignore[no-any-return]
    # only now is it known that some of these labels are networks of other files
    return automaton("file").read(text, Reader(source, reader.brought))  # type: ignore[no-any-return]


def without_line(text: str, span: Span) -> str:
    """The text with the line around a place, and the lines indented below it, turned to blanks."""
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.start)
    margin = indentation(text, start)
    following = end + 1
    while following < len(text) and not margin >= indentation(text, following) >= 0:
        end = text.find("\n", following)
        following = end + 1
    blank = "".join("\n" if c == "\n" else " " for c in text[start:end])
    return text[:start] + blank + text[end:]


def indentation(text: str, start: int) -> int:
    """Blanks at the start of a line; -1 for a line that says nothing."""
    line = text[start : text.find("\n", start)]
    said = line.lstrip(" ")
    return len(line) - len(said) if said and not said.startswith("#") else -1
