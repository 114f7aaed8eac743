"""Marks in specs that are wrong: a comment below a line, with carets under what is wrong with it, and the code.

    maxpol
    #^^^^^ E301

Where the characters begin in the first column, the `#` itself stands for the first of them. Several comments below one
line are several marks. A file that the spec uses has marks of its own. `in B, C` behind the code names the columns of a
table that it holds for. A first line such as `# archspec check --input 64x64` says what the spec is checked with.
"""

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import NamedTuple

from archspec.checks.checkup import Checkup, check_source
from archspec.cli.choices import add_choices, choices
from archspec.diagnostics import Diagnostic
from archspec.language.text import decode

CASES = Path(__file__).parent / "cases" / "errors"
MARK = re.compile(r" *(?P<carets># *\^+|#) (?P<code>[EWN][0-9]{3})(?: in (?P<columns>.+))?")
COMMAND = "# archspec check "


class Mark(NamedTuple):
    """One diagnostic: where it is, lines and columns from 1, the end being the column after the last."""

    file: str
    line: int
    start: int
    end: int
    code: str
    columns: str


def marks(path: Path) -> list[Mark]:
    """What a case says is wrong with it, and with the files that it uses."""
    used = sorted(set(re.findall(r'from "(used/[a-z]+\.arch)"', path.read_text(encoding="utf-8"))))
    return sorted(mark for file in (path, *(path.parent / name for name in used)) for mark in marks_in(file))


def marks_in(path: Path) -> list[Mark]:
    """The marks of one file."""
    found, marked = [], 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        mark = MARK.fullmatch(line)
        if mark is None:
            marked = number
            continue
        start, end = mark.span("carets")
        start += mark["carets"].index("^") if mark["carets"].startswith("# ") else 0
        found.append(Mark(path.name, marked, start + 1, end + 1, mark["code"], mark["columns"] or ""))
    return found


def checked(path: Path) -> Checkup:
    """A case as the command checks it."""
    data = path.read_bytes()
    parser = ArgumentParser()
    add_choices(parser)
    head = data.decode().partition("\n")[0]
    arguments = head.removeprefix(COMMAND).split() if head.startswith(COMMAND) else []
    return check_source(decode(path.name, data, path), choices(parser.parse_args(arguments)))


def as_mark(diagnostic: Diagnostic) -> Mark:
    """A diagnostic as a mark; one that goes on over the line's end is marked up to there."""
    place = diagnostic.place
    assert place
    assert diagnostic.source
    rest = max(len(diagnostic.source.line(place.line)) + 1, place.column + 1)
    end = place.end_column if place.end_line == place.line else rest
    return Mark(diagnostic.source.name, place.line, place.column, end, diagnostic.code, ", ".join(diagnostic.columns))
