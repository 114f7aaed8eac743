"""Recipes from files: what is wrong in one is said at its line, all of it at once."""

import re
import tomllib
from collections.abc import Container
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from archspec.diagnostics import Diagnostic, Problem, in_order, problem
from archspec.files import folder, read, shipped
from archspec.language.suggest import did_you_mean, nearest
from archspec.language.text import decode
from archspec.recipes import Part, Recipe
from archspec.recipes.accepted import accepted
from archspec.recipes.contradictions import contradictions
from archspec.recipes.places import Key, places
from archspec.recipes.writing import written
from archspec.source import Source, Span

LARGEST = 65_536
"""Bytes of a recipe."""
START = Span(0, 0)
"""Where what is wrong with a file as a whole is shown."""
NEEDED: dict[str, Any] = {"batch": 1, "optimizer": {"rate": 1.0}}
"""What stands in for keys without a default that are missing or wrong; nothing is said of them then."""


def find_recipe(asked: str) -> Recipe:
    """A recipe that ships with archspec, by name (`he-cifar10`), or that of a file (`mine.toml`).

    Raises Problem: E602 for a name that is not known, E601 for a file that cannot be read, E501 for a large one, E103
    for one that is not UTF-8, E623 with everything that is wrong in it.
    """
    if asked in (names := shipped("recipes", ".toml")):
        place = folder("recipes") / f"{asked}.toml"
        return read_recipe(decode(place.name, read(place, LARGEST), place))
    if not asked.endswith(".toml") and Path(asked).name == asked:
        help = did_you_mean(asked, names) or f"there is {', '.join(names)}; or name a .toml file"
        raise problem("E602", f"there is no recipe `{asked}`", help=help)
    return read_recipe(decode(asked, read(Path(asked), LARGEST)))


def read_recipe(source: Source) -> Recipe:
    """The recipe of a text. Raises Problem E623 with everything that is wrong in it."""
    data = parsed(source)
    try:
        recipe, wrong = Recipe.model_validate(data), {}
    except ValidationError as error:
        wrong = {key_of(each["loc"]): each["type"] for each in error.errors(include_url=False, include_context=False)}
        recipe = Recipe.model_validate(without(data, wrong))
    stand = places(source.text)
    found = [diagnosed(source, stand, data, key, kind) for key, kind in wrong.items()]
    for each in contradictions(recipe):
        keys = [tuple(name.split(".")) for name in each.keys]
        if wrong.keys().isdisjoint(keys):
            span = next((stand[key] for key in keys if key in stand), START)
            found.append(Diagnostic("E623", each.message, each.found, source, span, help=each.help))
    if found:
        raise Problem(*in_order(found))
    return recipe


def parsed(source: Source) -> dict[str, Any]:
    """A text's tables, with lists as tuples. Raises Problem E623 for what is not TOML."""
    try:
        return {name: fixed(value) for name, value in tomllib.loads(source.text).items()}
    except tomllib.TOMLDecodeError as error:
        at = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", str(error))
        said = str(error)[: at.start()] if at else str(error)
        end = len(source.text)
        start = source.offset(int(at[1]), int(at[2])) if at and at[1] else end
        span = Span(start, min(start + 1, end))
    except (ValueError, RecursionError):  # an integer of thousands of digits, lists in lists in lists
        raise problem("E623", f"{source.path} cannot be read", "a number or a nesting without end") from None
    raise Problem(Diagnostic("E623", "this is not TOML", said[:1].lower() + said[1:], source, span))


def fixed(value: Any) -> Any:
    """A value of TOML, with its lists as tuples."""
    match value:
        case list():
            return tuple(map(fixed, value))
        case dict():
            return {name: fixed(held) for name, held in value.items()}
    return value


def key_of(location: tuple[int | str, ...]) -> Key:
    """The key that an error of pydantic is about, without the place in its value."""
    key: Key = ()
    for name in map(str, location):
        key = (*key, name)
        field = field_of(key)
        if field is None or not is_table(field):
            break
    return key


def field_of(key: Key) -> FieldInfo | None:
    """What a key is to a recipe; None where it has none of that name."""
    return table_of(key[:-1]).model_fields.get(key[-1])


def table_of(key: Key) -> type[Part]:
    """The table of that name, which there must be."""
    part: type[Part] = Recipe
    for name in key:
        found = part.model_fields[name].annotation
        assert isinstance(found, type)
        part = found
    return part


def is_table(field: FieldInfo) -> bool:
    """Whether a key holds more keys."""
    return isinstance(field.annotation, type) and issubclass(field.annotation, Part)


def without(data: dict[str, Any], wrong: Container[Key]) -> dict[str, Any]:
    """A recipe's tables without the keys that are wrong, so that the others can be compared with each other."""

    def kept(table: dict[str, Any], within: Key) -> dict[str, Any]:
        return {
            name: kept(value, (*within, name)) if isinstance(value, dict) else value
            for name, value in table.items()
            if (*within, name) not in wrong
        }

    rest = {**NEEDED, **kept(data, ())}
    return {**rest, "optimizer": {**NEEDED["optimizer"], **rest["optimizer"]}}


def diagnosed(source: Source, stand: dict[Key, Span], data: dict[str, Any], key: Key, kind: str) -> Diagnostic:
    """What is wrong with one key: it is missing, unknown, or has a value that it does not take."""
    field = field_of(key)
    where = f"`[{'.'.join(key[:-1])}]`" if key[:-1] else "a recipe"
    if field is None:
        help = did_you_mean(key[-1], table_of(key[:-1]).model_fields)
        return Diagnostic("E623", f"{where} has no `{key[-1]}`", "", source, stand.get(key, START), help=help)
    if kind == "missing":
        example = f"a table `[{key[-1]}]`" if is_table(field) else f"`{key[-1]} = ...`, {accepted(field)}"
        span = stand.get(key[:-1], START)
        return Diagnostic("E623", f"{where} needs `{key[-1]}`", "", source, span, help=f"add {example}")
    value: Any = data
    for name in key:
        value = value[name]
    options = re.findall('"([^"]*)"', accepted(field))
    near = nearest(value, options) if isinstance(value, str) else None
    help = f"did you mean `{near}`?" if near else ""
    message = f"`{key[-1]}` is {accepted(field)}"
    return Diagnostic("E623", message, f"{written(value)} here", source, stand.get(key, START), help=help)
