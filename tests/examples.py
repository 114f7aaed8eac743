"""The pages behind the codes of diagnostics, taken apart, and their examples run."""

import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest

import archspec
from archspec.cli import main
from archspec.diagnostics import Problem
from archspec.explain import page
from archspec.report.rendering import render_all

BLOCK = re.compile(r"^```(?P<language>\w+)(?: (?P<name>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
SAID = re.compile(r"^(?:error|warning|note)\[([EWN][0-9]{3})\]", re.MULTILINE)


class Page(NamedTuple):
    """One page: `# E203 title`, prose, and what stands below `## Wrong` and `## Right`."""

    title: str
    prose: str
    wrong: str
    right: str


def read_page(code: str) -> Page:
    """The page of a code."""
    found = re.fullmatch(r"# ([^\n]+)\n\n(.+?)\n## Wrong\n\n(.+?)\n## Right\n\n(.+)", page(code), re.DOTALL)
    assert found, f"{code}.md has not the form of a page"
    return Page(*found.groups())


def run(code: str, example: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What an example makes archspec say, run in the present folder.

    Blocks with a name are files. A block without one is a spec to check, a program, or a line of commands; of
    several commands the last one says something.
    """
    said = ""
    for block in BLOCK.finditer(example):
        assert said == ""
        language, name, text = block.groups()
        if name:
            Path(name).write_text(text, encoding="utf-8")
        elif language == "console":
            said = run_commands(text, capsys)
        elif language == "python":
            said = run_program(text)
        else:
            said = check(f"{code}.arch", text)
    return said


def run_commands(text: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Run lines of the form `$ archspec ...`; all but the last must succeed. Gives what goes to standard error."""
    status, said = 0, ""
    for line in text.splitlines():
        assert line.startswith("$ archspec ")
        assert (status, said) == (0, "")
        status = main(shlex.split(line)[2:])
        said = capsys.readouterr().err
    assert status == bool(re.search(r"^error\[", said, re.MULTILINE))
    return said


def run_program(text: str) -> str:
    """Run lines of Python that use archspec."""
    try:
        exec(text, {"archspec": archspec})
    except Problem as problem:
        return render_all(problem.diagnostics)
    return ""


def check(name: str, text: str) -> str:
    """Check a spec as a program does."""
    Path(name).write_text(text, encoding="utf-8")
    return render_all(archspec.check(name).diagnostics)


def codes(said: str) -> list[str]:
    """The codes in what archspec said."""
    return SAID.findall(said)
