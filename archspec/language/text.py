"""What is wrong with a text before it is read as a spec: bytes, invisible characters, nesting, endless numbers."""

import re
import unicodedata
from pathlib import Path

from archspec.diagnostics import problem
from archspec.language.findings import Findings
from archspec.language.limits import DIGITS, Limits
from archspec.source import Source, Span

LONG = rf"(?<![0-9.])[0-9]{{{DIGITS + 1},}}"
PIECES = re.compile(rf'"[^"\n]*"|#[^\n]*|{LONG}|[^\x20-\x7e\n]|[\[({{\])}}]')
"""Quoted text, comments, long integers, unusual characters and brackets."""
LETTERS = dict(
    zip(
        "АВЕКМНОРСТХЅІЈаеорсухѕіјΑΒΕΖΗΙΚΜΝΟΡΤΥΧορν",
        "ABEKMHOPCTXSIJaeopcyxsijABEZHIKMNOPTYXopv",
        strict=True,
    )
)
"""Cyrillic and Greek letters that look like Latin ones."""
FORBIDDEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
"""Unicode categories that a reader cannot see: controls, direction marks, separators."""


def decode(path: str, data: bytes, place: Path | None = None) -> Source:
    """The text of a spec that lies at a place. Raises Problem E103 for bytes that are not UTF-8."""
    try:
        return Source(path, data.decode("utf-8"), place)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise problem(
            "E103",
            f"{path} is not UTF-8 text",
            f"byte {data[error.start]:#04x} in line {line}",
            "save it as UTF-8",
        ) from None


def examine(source: Source, limits: Limits) -> Findings:
    """Everything that must be put right before the text can be parsed."""
    findings = Findings(source)
    opened: list[Span] = []
    for piece in PIECES.finditer(source.plain):
        first, span = piece[0][0], Span(*piece.span())
        if findings.full:
            break
        if first in '"#':
            invisible(findings, span)
        elif first in "([{":
            opened.append(span)
            if len(opened) == limits.nesting + 1:
                too_deep(findings, span, limits)
        elif first in ")]}":
            del opened[-1:]
        elif first.isascii() and first.isdigit():
            message = f"an integer has at most {DIGITS} digits"
            findings.add("E503", span, message, f"{len(piece[0])} digits here")
        else:
            unusual(findings, span)
    check_closed(findings, opened)
    check_margins(findings, limits)
    return findings


def check_closed(findings: Findings, opened: list[Span]) -> None:
    """Point at the round or square bracket that the rest of the spec would disappear in."""
    for span in opened[:1]:
        bracket = findings.source.text[span.start]
        if bracket in "([":
            help = "inside brackets a line goes on over line ends, so everything below is read as part of it"
            findings.add("E101", span, f"`{bracket}` is never closed", help=help)


def too_deep(findings: Findings, span: Span, limits: Limits) -> None:
    """Say that nesting passes the limit."""
    message = f"nesting goes deeper than {limits.nesting}"
    findings.add("E502", span, message, help="raise the limit: --max-nesting")


def invisible(findings: Findings, span: Span) -> None:
    """Look for hidden characters where any text may stand: a comment can hide what a reader should see."""
    text = findings.source.text[span.start : span.end]
    if text.isascii() and text.isprintable():
        return
    for offset in range(*span):
        if findings.full:
            return
        character = findings.source.text[offset]
        if character != "\t" and unicodedata.category(character) in FORBIDDEN:
            unusual(findings, Span(offset, offset + 1))


def unusual(findings: Findings, span: Span) -> None:
    """Name a character that the language does not have, and the one that was probably meant."""
    character = findings.source.text[span.start]
    if character == "\t":
        if not findings.source.text[: span.start].rpartition("\n")[2].strip():
            findings.add("E102", span, "a tab in the indentation", help="indent with spaces")
        return
    name = unicodedata.name(character, "character").lower()
    plain = LETTERS.get(character) or unicodedata.normalize("NFKC", character)
    meant = plain if plain.isascii() and plain.isprintable() and len(plain) == 1 else ""
    message = f"a spec has no {name} (U+{ord(character):04X})"
    findings.add("E103", span, message, help=f"write `{meant}`, which looks like it" if meant else "take it out")


def check_margins(findings: Findings, limits: Limits) -> None:
    """Check the depth of the indentation, which the parser would otherwise follow at any cost."""
    levels = [0]
    for line in re.finditer(r"^( *)[^ #\n]", findings.source.plain, re.MULTILINE):
        margin = len(line[1])
        while levels[-1] > margin:
            levels.pop()
        if margin > levels[-1]:
            levels.append(margin)
        if len(levels) > limits.nesting + 1:
            return too_deep(findings, Span(line.end() - 1, line.end()), limits)
