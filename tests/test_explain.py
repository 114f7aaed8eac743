"""`archspec explain`: a page for every code; its wrong example gives exactly that code, its right one gives none."""

import re
from pathlib import Path

import examples
import pytest
from marks import CASES, marks

import archspec
from archspec.cli import main
from archspec.explain import codes, page

PACKAGE = Path(archspec.__file__).parent
UNPLACED = (
    "E120",
    "E121",
    "E122",
    "E501",
    "E505",
    "E601",
    "E602",
    "E603",
    "E604",
    "E605",
    "E606",
    "E607",
    "E608",
    "E611",
    "E612",
    "E613",
    "E616",
    "E620",
    "E621",
    "E622",
    "E623",
    "E624",
    "E625",
    "E626",
    "W709",
)
"""Codes of files, tools and commands; the others are about a place in a spec."""


def test_every_code_has_a_page_and_a_marked_case() -> None:
    texts = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")]
    given = {code for text in texts for code in re.findall(r'"([EWN][0-9]{3})"', text)}
    marked = {mark.code for path in CASES.glob("*.arch") for mark in marks(path)}
    assert given == set(codes())
    assert given == marked | set(UNPLACED)
    assert marked.isdisjoint(UNPLACED)


@pytest.mark.parametrize("code", codes())
def test_the_wrong_example_gives_the_code(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    said = examples.codes(examples.run(code, examples.read_page(code).wrong, capsys))
    assert set(said) == {code}


@pytest.mark.parametrize("code", codes())
def test_the_right_example_is_right(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert examples.run(code, examples.read_page(code).right, capsys) == ""


@pytest.mark.parametrize("code", codes())
def test_a_page_is_short_and_plain(code: str) -> None:
    found = examples.read_page(code)
    assert re.fullmatch(rf"{code} [^A-Z].{{10,80}}[^.]", found.title)
    assert 2 <= len(re.findall(r"[.?](?=\s)", found.prose)) <= 8
    assert max(map(len, page(code).splitlines())) <= 100
    assert len(page(code).splitlines()) <= 70
    assert found.wrong != found.right


def test_a_page_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "e203"]) == 0
    assert capsys.readouterr().out == page("E203")


def test_all_codes_are_listed_with_their_titles(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    assert capsys.readouterr().out.splitlines() == [examples.read_page(code).title for code in codes()]


@pytest.mark.parametrize(
    ("asked", "help"), [("E204x", "did you mean `E204`?"), ("purple", "`archspec explain` lists them")]
)
def test_an_unknown_code_is_answered(asked: str, help: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", asked]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert examples.codes(err) == ["E602"]
    assert help in err
