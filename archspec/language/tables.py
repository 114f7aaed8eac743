"""The parsers' tables, worked out ahead of time: building them from the grammar takes longer than checking a spec.

`python -m archspec.language.tables` writes them anew after a change of the grammar. Tables that were made from
another grammar, or by another version of the parser generator, are not used.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lark import Lark
from lark import __version__ as generator
from lark.grammar import Rule
from lark.indenter import Indenter
from lark.lexer import TerminalDef

FILES = {start: Path(__file__).with_name(f"tables_{start}.json") for start in ("file", "hole")}


def make(grammar: str, start: str, lines: Indenter | None) -> Lark:
    """A parser from the grammar itself."""
    return Lark(grammar, parser="lalr", start=start, postlex=lines)


def restore(grammar: str, start: str, lines: Indenter | None) -> Lark | None:
    """A parser from its tables; None where there are none for this grammar."""
    try:
        tables = json.loads(FILES[start].read_text(encoding="utf-8"))
        if tables["grammar"] != grammar or tables["generator"] != generator:
            return None
        # what the generator's own stand-alone parsers start with
        load: Callable[..., Lark] = Lark._load_from_dict
        return load(*decoded(tables["data"], tables["memo"]), postlex=lines)
    except (OSError, LookupError, TypeError, ValueError, AttributeError):
        return None


def written(grammar: str, start: str, lines: Indenter) -> str:
    """The tables of one parser, as text."""
    data, memo = make(grammar, start, lines).memo_serialize([TerminalDef, Rule])
    data["options"]["postlex"] = None
    data, memo = encoded(data, memo)
    parts = {"grammar": grammar, "generator": generator, "data": data, "memo": memo}
    return json.dumps(parts, sort_keys=True) + "\n"


def encoded(data: Any, memo: Any) -> tuple[Any, Any]:
    """Tables as JSON can hold them: dictionaries whose keys are numbers become lists of pairs."""
    states = data["parser"]["parser"]
    states["tokens"] = sorted(states["tokens"].items())
    states["states"] = sorted((state, sorted(actions.items())) for state, actions in states["states"].items())
    return data, sorted(memo.items())


def decoded(data: Any, memo: Any) -> tuple[Any, Any]:
    """Undo `encoded`."""
    states = data["parser"]["parser"]
    states["tokens"] = dict(states["tokens"])
    states["states"] = {state: dict(actions) for state, actions in states["states"]}
    return data, dict(memo)


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":  # states are numbered in the order of sets: the same for everyone
        again = [sys.executable, "-m", "archspec.language.tables"]
        os.execve(sys.executable, again, {**os.environ, "PYTHONHASHSEED": "0"})
    from archspec.files import replacing
    from archspec.language.parse import Lines, grammar_text

    for start, path in FILES.items():
        with replacing(path) as file:
            file.write(written(grammar_text(), start, Lines()).encode())
        sys.stdout.write(f"wrote {path.name}\n")
