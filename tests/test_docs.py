"""The manual and the README are true: their specs check clean, their generated part is up to date."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from zoo import ALONE

from archspec.checks.checkup import check_source
from archspec.cli import main
from archspec.language.settled import Choices
from archspec.source import Source

ROOT = Path(__file__).parents[1]
PAGES = ["README.md", "docs/language.md", "docs/questions.md", "docs/counting.md"]
EXAMPLES = [
    (page, text)
    for page in PAGES
    for text in re.findall(r"^```arch\n(.*?)^```", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)
]
QUESTIONS = (ROOT / "docs" / "questions.md").read_text()
SESSIONS = [
    (command, "".join(line.removeprefix("    ") for line in output.splitlines(keepends=True)))
    for page in (*PAGES, "docs/tables.md")
    for command, output in re.findall(
        r"^    \$ (archspec .*|sed .*|printf .*)\n((?:    .*\n)+)", (ROOT / page).read_text(), re.MULTILINE
    )
]


def test_layers_are_generated(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ops", "--markdown"]) == 0
    assert capsys.readouterr().out == (ROOT / "docs" / "layers.md").read_text()


@pytest.mark.parametrize(("page", "text"), EXAMPLES)
def test_examples_check_clean(page: str, text: str) -> None:
    checkup = check_source(Source(page, text), Choices())
    assert [(d.code, d.message, d.found) for d in checkup.diagnostics] == []
    assert checkup.networks


@pytest.mark.parametrize(("command", "output"), SESSIONS)
def test_what_the_pages_show_is_what_is_printed(command: str, output: str) -> None:
    python = f"{shlex.quote(sys.executable)} -m archspec"
    done = subprocess.run(
        ["bash", "-c", re.sub(r"\barchspec (?=[a-z])", f"{python} ", command)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    expected = ".*".join(map(re.escape, output.split("...")))
    assert re.fullmatch(expected, done.stdout.rstrip() + "\n", re.DOTALL), done.stdout


def test_there_are_examples() -> None:
    assert {page for page, _ in EXAMPLES} == set(PAGES)
    assert len(SESSIONS) >= 4


@pytest.mark.parametrize("line", re.findall(r"^    archspec (paths .*)$", QUESTIONS, re.MULTILINE))
def test_a_plot_is_what_its_line_draws(line: str, tmp_path: Path) -> None:
    *words, place = shlex.split(line)
    assert main([*words, str(tmp_path / "a.svg")]) == 0
    assert (tmp_path / "a.svg").read_text() == (ROOT / place).read_text()


NETWORKS = (ROOT / "README.md").read_text().partition("## The networks\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("command", re.findall(r"`archspec (.*)` \|$", NETWORKS, re.MULTILINE))
def test_the_commands_of_the_networks_run(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(command)) == 0


def test_every_shipped_spec_is_among_the_networks() -> None:
    shipped = {path.stem for path in (ROOT / "specs").glob("*.arch")}
    assert set(re.findall(r"\]\(specs/(\w+)\.arch\)", NETWORKS)) == shipped - {*ALONE}
