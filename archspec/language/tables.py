"""The parsers' tables, worked out ahead of time: building them from the grammar takes longer than checking a spec.

`python -m archspec.language.tables` writes them anew after a change of the grammar. Tables that were made from
another grammar, or by another version of the parser generator, are not used. Each grammar has the generator's own
tables, and the part of them that our automaton runs on.
"""

import json
import re
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, ClassVar

from lark import Lark
from lark import __version__ as generator
from lark.grammar import Rule
from lark.indenter import Indenter
from lark.lexer import TerminalDef

from archspec.files import replacing
from archspec.language.automaton import AUTOMATA, CLOSE, DEDENT, INDENT, NEWLINE, OPEN, grammar_text

SHIFT = 0
"""How the generator's tables call the move to another state."""
FILES = {start: Path(__file__).with_name(f"tables_{start}.json") for start in ("file", "hole")}


class Lines(Indenter):
    """Turns line ends and indentation into suites; inside brackets a line may go on."""

    NL_type = NEWLINE
    OPEN_PAREN_types: ClassVar = sorted(OPEN)
    CLOSE_PAREN_types: ClassVar = sorted(CLOSE)
    INDENT_type = INDENT
    DEDENT_type = DEDENT
    tab_len = 8


def lines(start: str) -> Lines | None:
    """What stands between the lexer and the parser: a spec has lines, an expression has none."""
    return Lines() if start == "file" else None


def make(grammar: str, start: str) -> Lark:
    """A parser from the grammar itself."""
    return Lark(grammar, parser="lalr", start=start, postlex=lines(start))


def restore(grammar: str, start: str) -> Lark | None:
    """A parser from its tables; None where there are none for this grammar."""
    try:
        tables = json.loads(FILES[start].read_text(encoding="utf-8"))
        if tables["grammar"] != grammar or tables["generator"] != generator:
            return None
        # what the generator's own stand-alone parsers start with
        load: Callable[..., Lark] = Lark._load_from_dict
        return load(*decoded(tables["data"], tables["memo"]), postlex=lines(start))
    except (OSError, LookupError, TypeError, ValueError, AttributeError):
        return None


def stored(grammar: str, start: str) -> tuple[Any, Any]:
    """The generator's tables of one parser, as JSON can hold them."""
    data, memo = make(grammar, start).memo_serialize([TerminalDef, Rule])
    data["options"]["postlex"] = None
    return encoded(data, memo)


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


def reduced(data: Any, memo: Any) -> dict[str, Any]:
    """What the automaton needs of stored tables: see `Automaton`."""
    tables, known = data["parser"]["parser"], dict(memo)
    names = dict(tables["tokens"])
    ignored = data["parser"]["lexer_conf"]["ignore"]
    ends = sorted({to["@"] for _, moves in tables["states"] for _, (kind, to) in moves if kind != SHIFT})
    rules = {number: known[number] for number in ends}
    number = {old: new for new, old in enumerate(rules)}
    alone = {rule["origin"]["name"] for rule in rules.values() if rule["options"]["expand1"]}
    kept = {part["name"] for rule in rules.values() for part in rule["expansion"] if part.get("filter_out") is False}
    read = {*names.values(), *ignored}
    terminals = [each for each in known.values() if each["__type__"] == "TerminalDef" and each["name"] in read]
    return {
        "terminals": [terminal(each, kept, ignored) for each in sorted(terminals, key=order)],
        "rules": [shortened(rule, alone) for rule in rules.values()],
        "states": [
            {names[token]: to if kind == SHIFT else ~number[to["@"]] for token, (kind, to) in moves}
            for _, moves in tables["states"]
        ],
        "end": next(iter(tables["end_states"].values())),
    }


def order(terminal: Any) -> tuple[Any, ...]:
    """Which terminals the generator's lexers try first."""
    pattern = terminal["pattern"]
    width = len(pattern["value"]) if pattern["__type__"] == "PatternStr" else pattern["_width"][1]
    return -terminal["priority"], -width, -len(pattern["value"]), terminal["name"]


def terminal(definition: Any, kept: Collection[str], ignored: Collection[str]) -> list[Any]:
    """A terminal, as the automaton has it."""
    name, pattern = definition["name"], definition["pattern"]
    literal = pattern["value"] if pattern["__type__"] == "PatternStr" else ""
    return [
        name,
        re.escape(literal) or pattern["value"],
        literal,
        definition["priority"],
        name in kept,
        name in ignored,
    ]


def shortened(rule: Any, alone: Collection[str]) -> list[Any]:
    """A rule, as the automaton has it: tokens that say nothing are left out.

    Rules that begin with _ dissolve, and so do those that give their only child.
    """

    def made(name: str) -> bool:
        return not name.startswith("_") and name not in alone

    parts, origin = rule["expansion"], rule["origin"]["name"]
    children = [(n, not made(part["name"])) for n, part in enumerate(parts) if not part.get("filter_out")]
    if origin in alone and len(children) != 1:
        raise ValueError(f"`{origin}` has more than one child")
    return [origin, len(parts), children, made(origin)]


def automaton_tables(start: str) -> dict[str, Any]:
    """The tables of an automaton, made from the grammar itself."""
    return reduced(*stored(grammar_text(), start))


def write(path: Path, **parts: object) -> None:
    """Write tables beside the grammar that they were made from."""
    with replacing(path) as file:
        file.write((json.dumps({"grammar": grammar_text(), **parts}, sort_keys=True) + "\n").encode())
    sys.stdout.write(f"wrote {path.name}\n")


if __name__ == "__main__":
    for start, path in FILES.items():
        data, memo = stored(grammar_text(), start)
        write(path, generator=generator, data=data, memo=memo)
        write(AUTOMATA[start], tables=reduced(data, memo))
