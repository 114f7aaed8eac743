"""Recipes from files: what is wrong in one is said at its line, all of it at once."""

import re
import tomllib
from collections.abc import Container
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from archspec.diagnostics import Diagnostic, Problem, in_order, problem
from archspec.files import folder, read, shipped
from archspec.language.suggest import did_you_mean
from archspec.language.text import decode
from archspec.recipes import Recipe
from archspec.recipes.contradictions import contradictions
from archspec.recipes.keys import START, diagnosed, key_of
from archspec.recipes.places import Key, places
from archspec.source import Source, Span

LARGEST = 65_536
"""Bytes of a recipe."""
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
        raise problem("E602", f"there is no recipe `{asked}`", help=did_you_mean(asked, names))
    return read_recipe(decode(asked, read(Path(asked), LARGEST)))


def read_recipe(source: Source) -> Recipe:
    """The recipe of a text. Raises Problem E623 with everything that is wrong in it."""
    data = parsed(source)
    try:
        recipe, wrong = Recipe.model_validate(data), []
    except ValidationError as error:
        wrong = list(dict.fromkeys(key_of(each["loc"]) for each in error.errors()))
        recipe = Recipe.model_validate(without(data, wrong))
    stand = places(source.text)
    found = [diagnosed(source, stand, data, key) for key in wrong]
    for each in contradictions(recipe):
        keys = [tuple(name.split(".")) for name in each.keys]
        if not any(key in wrong for key in keys):
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
