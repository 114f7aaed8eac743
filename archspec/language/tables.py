"""The parsers' tables, worked out ahead of time: building them from the grammar takes longer than checking a spec.

`python -m archspec.language.tables` writes them anew after a change of the grammar. Tables that were made from
another grammar, or by another version of the parser generator, are not used.
"""

import json
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark
from lark import __version__ as generator
from lark.grammar import Rule
from lark.indenter import Indenter
from lark.lexer import TerminalDef

FILE = Path(__file__).with_name("tables.json")
STARTS = ("file", "hole")


def make(grammar: str, start: str, lines: Indenter | None) -> Lark:
    """A parser from the grammar itself."""
    return Lark(grammar, parser="lalr", start=start, postlex=lines)


def restore(grammar: str, start: str, lines: Indenter | None) -> Lark | None:
    """A parser from its tables; None where there are none for this grammar."""
    try:
        if stored()["grammar"] != grammar or stored()["generator"] != generator:
            return None
        # what the generator's own stand-alone parsers start with
        load: Callable[..., Lark] = Lark._load_from_dict
        return load(*stored()[start], postlex=lines)
    except (LookupError, TypeError, ValueError, AttributeError):
        return None


@cache
def stored() -> dict[str, Any]:
    """The tables as they were written; nothing where there are none."""
    try:
        return json.loads(FILE.read_text(encoding="utf-8"), object_hook=decode)  # type: ignore[no-any-return]
    except (OSError, ValueError):
        return {}


def tables(grammar: str, lines: Indenter) -> str:
    """The tables of a grammar, as text."""
    parts: dict[str, Any] = {"grammar": grammar, "generator": generator}
    for start in STARTS:
        data, memo = make(grammar, start, lines).memo_serialize([TerminalDef, Rule])
        data["options"]["postlex"] = None
        parts[start] = [encode(data), encode(memo)]
    return json.dumps(parts, sort_keys=True) + "\n"


def encode(value: Any) -> Any:
    """A value as JSON can hold it: a dictionary whose keys are numbers becomes a list of pairs."""
    if isinstance(value, dict):
        if any(isinstance(name, int) for name in value):
            return {"#": sorted([name, encode(inner)] for name, inner in value.items())}
        return {name: encode(inner) for name, inner in value.items()}
    return [encode(inner) for inner in value] if isinstance(value, list | tuple) else value


def decode(value: dict[str, Any]) -> dict[Any, Any]:
    """Undo `encode`."""
    return dict(value["#"]) if "#" in value else value


if __name__ == "__main__":
    from archspec.files import replacing
    from archspec.language.parse import Lines, grammar_text

    with replacing(FILE) as file:
        file.write(tables(grammar_text(), Lines()).encode())
    sys.stdout.write(f"wrote {FILE.name}\n")
