"""The parsers' tables, worked out ahead of time: building them from the grammar takes longer than checking a spec.

`python -m archspec.language.tables` writes them anew after a change of the grammar. Tables that were made from
another grammar, or by another version of the parser generator, are not used.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lark import Lark
from lark import __version__ as generator
from lark.grammar import Rule
from lark.indenter import Indenter
from lark.lexer import TerminalDef

SHIFT = 0
"""How the generator's tables call the move to another state."""
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
    """Tables as JSON can hold them: dictionaries whose keys are numbers become lists of pairs.

    The generator numbers tokens and states in the order of sets. Here tokens are numbered by name and states as they
    are reached from the start, so that the same grammar gives the same bytes.
    """
    tables = data["parser"]["parser"]
    names = sorted(tables["tokens"].items(), key=lambda token: str(token[1]))
    tokens = {old: new for new, (old, _) in enumerate(names)}
    moves = {
        state: sorted((tokens[token], action) for token, action in actions.items())
        for state, actions in tables["states"].items()
    }
    reached = list(tables["start_states"].values())
    for state in reached:
        following = dict.fromkeys(to for _, (kind, to) in moves[state] if kind == SHIFT)
        reached += [to for to in following if to not in reached]
    number = {old: new for new, old in enumerate(reached)}
    tables["tokens"] = [(new, name) for new, (_, name) in enumerate(names)]
    tables["states"] = [
        (number[state], [(token, (kind, number[to] if kind == SHIFT else to)) for token, (kind, to) in moves[state]])
        for state in reached
    ]
    for ends in ("start_states", "end_states"):
        tables[ends] = {start: number[state] for start, state in tables[ends].items()}
    return data, sorted(memo.items())


def decoded(data: Any, memo: Any) -> tuple[Any, Any]:
    """Undo `encoded`."""
    states = data["parser"]["parser"]
    states["tokens"] = dict(states["tokens"])
    states["states"] = {state: dict(actions) for state, actions in states["states"]}
    return data, dict(memo)


if __name__ == "__main__":
    from archspec.files import replacing
    from archspec.language.parse import Lines, grammar_text

    for start, path in FILES.items():
        with replacing(path) as file:
            file.write(written(grammar_text(), start, Lines()).encode())
        sys.stdout.write(f"wrote {path.name}\n")
