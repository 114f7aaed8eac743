"""The parser's tables, worked out ahead of time: building them from the grammar takes longer than checking a spec.

`python -m archspec.language.tables` writes them anew after a change of the grammar. Tables that were made from
another grammar, or by another version of the parser generator, are not used.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from lark import Lark
from lark import __version__ as lark_version
from lark.grammar import Rule
from lark.indenter import Indenter
from lark.lexer import TerminalDef

FILE = Path(__file__).with_name("tables.json")


def key(grammar: str) -> str:
    """What tables must have been made from to be of use."""
    return sha256(f"{lark_version}\n{grammar}".encode()).hexdigest()


def restore(grammar: str, lines: Indenter) -> Lark | None:
    """The parser of specs from its tables; None where there are none for this grammar."""
    try:
        stored = json.loads(FILE.read_text(encoding="utf-8"), object_hook=decode)
        if stored["key"] != key(grammar):
            return None
        # what the generator's own stand-alone parsers start with
        return Lark._load_from_dict(stored["data"], stored["memo"], postlex=lines)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def tables(grammar: str, lines: Indenter) -> str:
    """The tables of a grammar, as text."""
    parser = Lark(grammar, parser="lalr", start="file", postlex=lines)
    data, memo = parser.memo_serialize([TerminalDef, Rule])
    data["options"]["postlex"] = None
    return json.dumps({"key": key(grammar), "data": encode(data), "memo": encode(memo)}, sort_keys=True) + "\n"


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
