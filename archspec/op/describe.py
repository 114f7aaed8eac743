"""What the manual says of an op, read off its class: nothing is written twice."""

import ast
import inspect
from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from functools import cache
from textwrap import dedent
from typing import Any, NamedTuple

from archspec.op import Op, Record
from archspec.op.form import option_name, plain, read_form


class OptionPage(NamedTuple):
    """One option of an op."""

    name: str
    values: str
    """What it may be, in words."""
    default: str | None
    """What it is where it is not written, as a spec spells it; None where it must be written."""
    about: str


class OpPage(NamedTuple):
    """One op."""

    word: str
    form: str
    """How it is written, a name in braces being an option's value: `conv{kernel}-{channels}/{stride}`."""
    aliases: tuple[str, ...]
    summary: str
    more: str
    """What else there is to say, in paragraphs; often nothing."""
    options: tuple[OptionPage, ...]


def describe(op: type[Op]) -> OpPage:
    """The page of one op; the options in its form stand first."""
    summary, _, more = inspect.cleandoc(op.__doc__ or "").partition("\n")
    form = read_form(op.form)
    written = [name for name in (*form[1:4], *form.positional) if name]
    names = dict.fromkeys([*written, *op.model_fields])
    about, schema = docstrings(op), op.model_json_schema()["properties"]
    options = (
        OptionPage(option_name(op, name), values(schema[option_name(op, name)]), default(op, name), about[name])
        for name in names
        if name != "kind"
    )
    return OpPage(form.word, op.form, op.aliases, summary, more.strip(), tuple(options))


def default(op: type[Op], name: str) -> str | None:
    """What a field is where a spec does not write it."""
    field = op.model_fields[name]
    return op.assumed_as().get(name) if field.is_required() else plain(field.default)


def values(schema: Mapping[str, Any]) -> str:
    """What a field may be, in words, from its JSON Schema."""
    match schema:
        case {"type": "boolean"}:
            return "`yes` or `no`"
        case {"enum": [*rest, last]}:
            return ", ".join(f"`{value}`" for value in rest) + f" or `{last}`"
        case {"type": "array", "prefixItems": [each, _]}:
            return f"`HxW`, or {values(each)} for both"
        case {"type": "array", "prefixItems": [each, _, _, _]}:
            return f"`(top, bottom, left, right)`, `HxW`, or {values(each)} for all"
        case {"type": "integer", "minimum": least}:
            return f"a whole number from {least}"
        case {"type": "number"}:
            return " ".join(["a number", *bounds(schema)])
    raise ValueError(f"no words for {schema}")


def bounds(schema: Mapping[str, Any]) -> list[str]:
    """The limits of a number, in words."""
    words = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "up to", "exclusiveMaximum": "below"}
    return [f"{word} {schema[key]:g}" for key, word in words.items() if key in schema]


@cache
def docstrings(record: type[object]) -> Mapping[str, str]:
    """The string under each field of a record, those that it inherits included, on one line each."""
    found: dict[str, str] = {}
    for owner in reversed(record.__mro__):
        if issubclass(owner, Record) or is_dataclass(owner):
            found |= _own_docstrings(owner)
    fields = record.model_fields if issubclass(record, Record) else record.__annotations__
    return {name: found[name] for name in fields if name in found}


def _own_docstrings(record: type[object]) -> dict[str, str]:
    (tree,) = ast.parse(dedent(inspect.getsource(record))).body
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for field, below in zip(tree.body, tree.body[1:], strict=False):
        match field, below:
            case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(text))):
                found[name] = " ".join(text.split())
    return found


def manual(ops: Iterable[type[Op]]) -> str:
    """The pages of all ops, in Markdown."""
    return "\n".join(markdown(describe(op)) for op in ops)


def markdown(page: OpPage) -> str:
    """The page of one op, in Markdown."""
    text = f"### `{page.form}`\n\n{page.summary}\n"
    if page.more:
        text += f"\n{page.more}\n"
    if page.aliases:
        text += f"\nAlso written {', '.join(f'`{alias}`' for alias in page.aliases)}.\n"
    if page.options:
        text += "\n| option | values | default | |\n| --- | --- | --- | --- |\n"
        text += "".join(row(option) for option in page.options)
    return text


def row(option: OptionPage) -> str:
    """The line of one option in its op's table."""
    default = f"`{option.default}`" if option.default is not None else "(must be written)"
    cells = (f"`{option.name}`", option.values, default, option.about)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"
