"""How an op is written: its form, which is read to parse a layer and followed to print one."""

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from archspec.op import Op, Record

NOTHING: Mapping[str, object] = {}


class Form(NamedTuple):
    """How an op is written: its word and the fields of `word[kernel][-channels][/stride](...)`."""

    word: str
    kernel: str | None
    channels: str | None
    stride: str | None
    positional: tuple[str, ...]


@cache
def read_form(text: str) -> Form:
    """Read a form such as `conv{kernel}-{channels}/{stride}` or `slice({start}, {stop})`."""
    head, _, inside = text.partition("(")
    found = re.fullmatch(
        r"(?P<word>[A-Za-z0-9]+)(\{(?P<kernel>\w+)\})?(-\{(?P<channels>\w+)\})?(/\{(?P<stride>\w+)\})?", head
    )
    if not found:
        raise ValueError(f"not a form: {text}")
    parts = found.groupdict()
    return Form(
        parts["word"],
        parts["kernel"],
        parts["channels"],
        parts["stride"],
        tuple(re.findall(r"\{(\w+)\}", inside)),
    )


def spell(op: "Op", preset: Mapping[str, object] = NOTHING) -> str:
    """Write an op as a table does, leaving out what is at its default: `conv7-64/2(bias=no)`.

    `preset` is what a convention gives to the ops of its kind.
    """
    form = read_form(op.form)
    written = {name: plain(getattr(op, name)) for name in shown_fields(op, preset)}
    text = form.word
    slots = [(mark, name) for mark, name in zip(("", "-", "/"), form[1:4], strict=True) if name]
    sized = any(name in written for _, name in slots)
    for mark, name in slots:
        if name in written or (sized and (mark == "" or not type(op).model_fields["kernel"].is_required())):
            text += mark + written.pop(name, plain(getattr(op, name)))
    inside = [written.pop(name) for name in form.positional if name in written]
    inside += [named(option_name(type(op), name), value) for name, value in written.items()]
    return f"{text}({', '.join(inside)})" if inside else text


def named(option: str, value: str) -> str:
    """`pad=0`; an option that is on is named alone: `global`."""
    return option if value == "yes" else f"{option}={value}"


def shown_fields(op: "Op", preset: Mapping[str, object] = NOTHING) -> list[str]:
    """The fields that differ from what the op assumes when they are not written."""
    assumed = {**op.assumed(), **preset}
    fields = type(op).model_fields.items()
    return [n for n, f in fields if n != "kind" and getattr(op, n) != assumed.get(n, f.default)]


def option_name(record: type["Record"], field: str) -> str:
    """The name that a spec uses for a field (`global`, which Python reserves, is `global_` here)."""
    return record.model_fields[field].alias or field


def plain(value: object) -> str:
    """Write a field's value as a spec would."""
    match value:
        case bool():
            return "yes" if value else "no"
        case (a, b) if a == b:
            return str(a)
        case (a, b):
            return f"{a}x{b}"
        case (a, b, c, d) if a == b == c == d:
            return str(a)
        case (a, b, c, d) if a == b and c == d:
            return f"{a}x{c}"
        case tuple():
            return "(" + ", ".join(map(str, value)) + ")"
    return str(value)
