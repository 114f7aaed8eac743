"""What is wrong with one key of a recipe, at the place where it stands."""

from typing import Any

from pydantic.fields import FieldInfo

from archspec.diagnostics import Diagnostic
from archspec.language.suggest import did_you_mean, nearest
from archspec.recipes import Part, Recipe
from archspec.recipes.accepted import accepted, words
from archspec.recipes.places import Key
from archspec.recipes.writing import written
from archspec.source import Source, Span

START = Span(0, 0)
"""Where what is wrong with a file as a whole is shown."""


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


def diagnosed(source: Source, stand: dict[Key, Span], data: dict[str, Any], key: Key) -> Diagnostic:
    """What is wrong with one key: it is missing, unknown, or has a value that it does not take."""
    field = field_of(key)
    where = f"`[{'.'.join(key[:-1])}]`" if key[:-1] else "a recipe"
    if field is None:
        help = did_you_mean(key[-1], table_of(key[:-1]).model_fields)
        return Diagnostic("E623", f"{where} has no `{key[-1]}`", "", source, stand.get(key, START), help=help)
    table: Any = data
    for name in key[:-1]:
        table = table[name]
    if key[-1] not in table:
        example = f"a table `[{key[-1]}]`" if is_table(field) else f"`{key[-1]} = ...`, {accepted(field)}"
        span = stand.get(key[:-1], START)
        return Diagnostic("E623", f"{where} needs `{key[-1]}`", "", source, span, help=f"add {example}")
    value = table[key[-1]]
    near = nearest(value, words(field.annotation)) if isinstance(value, str) else None
    help = f"did you mean `{near}`?" if near else ""
    message = f"`{key[-1]}` is {accepted(field)}"
    return Diagnostic("E623", message, f"{written(value)} here", source, stand.get(key, START), help=help)
