"""A recipe as TOML, with everything that it says by default: what `reading` reads back as the same recipe."""

import json
from collections.abc import Iterator

from archspec.recipes import Part, Recipe


def toml(recipe: Recipe) -> str:
    """A recipe as TOML. What is None there is not written: TOML has nothing for it."""
    return "\n".join(lines(recipe)) + "\n"


def lines(part: Part, title: str = "") -> Iterator[str]:
    """The keys of a table, then the tables in it."""
    if title:
        yield from ("", f"[{title}]")
    held = dict(part)
    tables = {name: value for name, value in held.items() if isinstance(value, Part)}
    for name, value in held.items():
        if name not in tables and value is not None:
            yield f"{name} = {written(value)}"
    for name, table in tables.items():
        yield from lines(table, name)


def written(value: object) -> str:
    """One value: text, true or false, a number, a list of these, or a table in braces."""
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case bool():
            return str(value).lower()
        case tuple() | list():
            return f"[{', '.join(map(written, value))}]"
        case dict():
            return f"{{{', '.join(f'{name} = {written(held)}' for name, held in value.items())}}}"
    return str(value)
