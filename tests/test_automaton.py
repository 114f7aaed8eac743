"""The automaton reads what lark reads, and makes the same of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Token, Tree
from lark.exceptions import UnexpectedInput
from lark.indenter import DedentError

from archspec.language.automaton import AUTOMATA, automaton, grammar_text
from archspec.language.generated import parser
from archspec.language.tables import automaton_tables

ROOT = Path(__file__).parents[1]
SPECS = sorted((ROOT / "specs").glob("*.arch"))
CASES = sorted((ROOT / "tests" / "cases").rglob("*.arch"))
PIECES = (
    "\n", "\n  ", "\n    ", "\n   ", " ", "\t", "#", "net", "use", "from", "head", "a from b", "except", "block",
    "default", "expect", "columns", "input", "let", "but", "conv3-64", "x3", "x", "12", "1.5", "-", "->", "=>", "|",
    ":", ",", ";", "=", "(", ")", "[", "]", '"', '"t"', "{n", "}", "{n+1}", "a:b", "a", "144M", "3x3", "é", "/2",
)  # fmt: skip


class Shown:
    """Makes nested tuples of a text: of each rule its name and children, of each token its name, text and place."""

    def __init__(self, text: str) -> None:
        self.text = text

    def token(self, name: str, start: int, end: int) -> Any:
        return name, self.text[start:end], start

    def __getattr__(self, rule: str) -> Callable[[list[Any]], Any]:
        return lambda children: (rule, tuple(children))


def shown(part: Tree[Token] | Token) -> Any:
    """Lark's tree in the same form."""
    if isinstance(part, Token):
        return part.type, str(part), part.start_pos
    return str(part.data), tuple(map(shown, part.children))


def same(text: str, start: str = "file") -> bool:
    """Whether a text is sound. Fails where the automaton and lark read it otherwise."""
    try:
        expected = shown(parser(start).parse(text))
    except (UnexpectedInput, DedentError):
        expected = None
    assert automaton(start).read(text, Shown(text)) == expected
    return expected is not None


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_specs_are_read_as_lark_reads_them(path: Path) -> None:
    assert same(path.read_text(encoding="utf-8") + "\n")


def test_cases_are_read_as_lark_reads_them() -> None:
    sound = {same(path.read_text(encoding="utf-8", errors="replace") + "\n") for path in CASES}
    assert sound == {True, False}


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_text_is_read_as_lark_reads_it(text: str) -> None:
    same(text + "\n")


@given(st.text("ab1+-*/() x", max_size=12))
def test_any_expression_is_read_as_lark_reads_it(text: str) -> None:
    same(text, "hole")


@given(st.sampled_from(SPECS), st.integers(0, 10_000), st.sampled_from(PIECES), st.integers(0, 3))
def test_specs_with_a_slip_are_read_as_lark_reads_them(path: Path, place: int, piece: str, gone: int) -> None:
    text = path.read_text(encoding="utf-8")[:1500]
    place %= len(text)
    same(text[:place] + piece + text[place + gone :] + "\n")


@pytest.mark.parametrize("start", AUTOMATA)
def test_tables_made_anew_are_those_that_are_stored(start: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stored, fresh = automaton(start), automaton_tables(start)
    assert stored.states == fresh["states"]
    assert len(stored.rules) == len(fresh["rules"])
    monkeypatch.setattr("archspec.language.automaton.grammar_text", lambda: grammar_text() + "\n")
    assert automaton.__wrapped__(start).states == stored.states
