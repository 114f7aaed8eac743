"""Where the keys of a TOML file stand: the parser of the standard library does not tell."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from archspec.source import Span

Key = tuple[str, ...]
"""`("optimizer", "rate")`"""
TEXTS = (r'"""(?:\\.|[^\\])*?"{3,5}', r"'''.*?'{3,5}", r'"(?:\\.|[^"\\])*"', r"'[^']*'")
PIECES = re.compile("|".join([*TEXTS, r"#[^\n]*", r"[][{}\n]"]), re.DOTALL)
"""What tells where a statement ends: texts, comments, brackets and line ends."""


def places(text: str) -> dict[Key, Span]:
    """The name of every key and table, where it stands first. The text must be TOML.

    A statement of TOML is TOML by itself: a table's header, or a key and its value.
    """
    found: dict[Key, Span] = {}
    table: Key = ()
    for start, end in statements(text):
        header = text[start:end].lstrip().startswith("[")
        before = () if header else table
        for key in keys(tomllib.loads(text[start:end])):
            start = max(text.find(key[-1], start, end), start)
            found.setdefault(before + key, Span(start, start + len(key[-1])))
            start = min(start + len(key[-1]), end)
            table = key if header else table
    return found


def statements(text: str) -> Iterator[Span]:
    """The statements of a TOML file, each with the end of its last line."""
    start = depth = 0
    for piece in PIECES.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(piece[0], 0)
        if piece[0] == "\n" and not depth:
            yield Span(start, piece.end())
            start = piece.end()
    yield Span(start, len(text))


def keys(table: dict[str, Any], within: Key = ()) -> Iterator[Key]:
    """The keys of a table and of those in it, in order."""
    for name, value in table.items():
        yield (*within, name)
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, dict):
            yield from keys(inner, (*within, name))
