"""A layer as written to an op: slots and options to typed fields, or diagnostics under the exact characters."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from archspec.language import syntax as s
from archspec.language.arithmetic import Unknown, evaluate
from archspec.language.findings import Findings
from archspec.language.refusals import usage, wanted
from archspec.language.suggest import did_you_mean
from archspec.language.words import Spelled
from archspec.op import Op
from archspec.op.form import option_name, read_form
from archspec.source import Span

FLAGS = {"yes": True, "true": True, "no": False, "false": False}


class Given(NamedTuple):
    """A value and where it was written."""

    value: Any
    span: Span


class Binder:
    """Reads values where certain parameters are known, and says what is wrong with them."""

    def __init__(
        self,
        findings: Findings,
        values: Mapping[str, int],
        used: set[str],
        notes: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        self.findings = findings
        self.values = values
        self.notes = notes
        """How the place was reached, asked for where something is wrong with it."""
        self.used = used
        self.failed = False

    def complain(self, code: str, span: Span, message: str, found: str = "", help: str = "") -> None:
        """Note an error; nothing can be bound any more."""
        self.failed = True
        self.findings.add(code, span, message, found, help, self.notes())

    def number(self, word: s.Word) -> int | None:
        """An integer, written plainly or between braces."""
        try:
            if word.text.startswith("{"):
                return evaluate(word.text[1:-1], self.values, self.used)
            return int(word.text)
        except Unknown as error:
            self.complain(error.code, word.span, error.message, error.found, error.help)
        except ValueError:
            self.complain("E303", word.span, "a whole number stands here", f"`{word.text}`")
        return None

    def repeat(self, word: s.Word | None) -> int | None:
        """How often `x3` or `x{n-1}` says; once where nothing is written, not at all for `x0`."""
        if word is None:
            return 1
        text = word.text[1:].lstrip()
        times = self.number(s.Word(text, Span(word.span.end - len(text), word.span.end)))
        if times is not None and times < 0:
            self.complain("E303", word.span, "a layer cannot be repeated less than 0 times", f"{times} times")
            return None
        return times

    def literal(self, value: s.Value) -> Any:
        """A number, a size, a flag, a word, quoted text or several of them."""
        if isinstance(value, s.Quoted):
            return value.text
        if not isinstance(value, s.Word):
            return tuple(self.literal(part) for part in value)
        text = value.text
        if not (text[0].isdigit() or text[0] in "-{"):
            return FLAGS.get(text.lower(), text)
        if len(sides(value)) > 1:
            return tuple(self.number(part) for part in sides(value))
        if text.startswith("{") or text.lstrip("-").isdigit():
            return self.number(value)
        return float(text)

    def op(
        self, spelled: Spelled, op: type[Op], arguments: tuple[s.Argument, ...], preset: Mapping[str, Given]
    ) -> Op | None:
        """The op that a layer spells; `preset` holds what a default says of it."""
        given = dict(self.slots(spelled, op))
        for name, value in self.options(op, arguments, given):
            given[name] = value
        return None if self.failed else self.make(op, {**preset, **given}, spelled.head)

    def make(self, op: type[Op], given: Mapping[str, Given], head: Span) -> Op | None:
        """The op with these fields; `head` is where its name stands."""
        try:
            return op(**{name: value.value for name, value in given.items()})
        except ValueError as error:  # pydantic's, which is slow to import and seldom needed
            self.refuse(error, op, given, head)
        return None

    def slots(self, spelled: Spelled, op: type[Op]) -> Iterator[tuple[str, Given]]:
        """The fields that the word itself sets."""
        form = read_form(op.form)
        for slot, word in spelled.slots.items():
            name = getattr(form, slot)
            if name is None:
                what = {"kernel": "number", "channels": "`-N`", "stride": "`/N`"}[slot]
                message = f"`{form.word}` takes no {what} here"
                self.complain("E305", word.span, message, f"`{word.text}`", usage(op))
                continue
            yield name, Given(self.literal(word), word.span)

    def options(
        self, op: type[Op], arguments: tuple[s.Argument, ...], given: Mapping[str, Given]
    ) -> Iterator[tuple[str, Given]]:
        """The fields that the parentheses set."""
        if not arguments:
            return
        form, names = read_form(op.form), option_fields(op)
        places = list(form.positional)
        seen = set(given)
        for argument in arguments:
            name = self.field(op, argument, names, places)
            if name is None:
                continue
            span = s.reach(argument.value)
            if name in seen:
                self.complain("E305", span, f"`{option_name(op, name)}` is given twice")
                continue
            seen.add(name)
            yield name, Given(self.option(op, name, argument, names), span)

    def option(self, op: type[Op], name: str, argument: s.Argument, names: Mapping[str, str]) -> Any:
        """What an argument gives a field: a bare name turns it on, and between braces 1 is on, 0 off."""
        value = argument.value
        if not isinstance(value, s.Word) or not is_flag(op, name):
            return self.literal(value)
        if argument.name is None and names.get(value.text) == name:
            return True
        found = self.literal(value)
        return bool(found) if value.text.startswith("{") and found in (0, 1) else found

    def field(self, op: type[Op], argument: s.Argument, names: Mapping[str, str], places: list[str]) -> str | None:
        """The field that an argument sets."""
        if argument.name is not None:
            if argument.name.text not in names:
                message = f"`{read_form(op.form).word}` has no option `{argument.name.text}`"
                help = did_you_mean(argument.name.text, names) or usage(op)
                self.complain("E302", argument.name.span, message, help=help)
            return names.get(argument.name.text)
        value = argument.value
        if isinstance(value, s.Word) and is_flag(op, names.get(value.text)):
            return names[value.text]
        if places:
            return places.pop(0)
        self.complain("E305", s.reach(value), f"`{read_form(op.form).word}` takes no such value", help=usage(op))
        return None

    def refuse(self, error: Any, op: type[Op], given: Mapping[str, Given], head: Span) -> None:
        """Say which field pydantic refuses, in the words of the language."""
        for fault in error.errors(include_url=False):
            name = str(fault["loc"][0] if fault["loc"] else fault.get("ctx", {}).get("field", ""))
            field = next((f for f in op.model_fields if name in (f, option_name(op, f))), name)
            if fault["type"] == "missing" and len(fault["loc"]) < 2:
                message = f"`{read_form(op.form).word}` does not say its {field}"
                self.complain("E304", head, message, help=usage(op))
                continue
            span = given[field].span if field in given else head
            value = written(self.findings, span) if field in given else ""
            self.complain("E303", span, wanted(op, field, fault), value)


@cache
def option_fields(op: type[Op]) -> Mapping[str, str]:
    """The options of an op, by the name that a spec uses."""
    return {option_name(op, name): name for name in op.model_fields if name != "kind"}


def is_flag(op: type[Op], name: str | None) -> bool:
    """Whether a field is one that a bare word turns on."""
    return name is not None and op.model_fields[name].annotation is bool


def sides(word: s.Word) -> list[s.Word]:
    """The two sides of `3x5`; what stands between braces may have an x of its own."""
    if "x" not in word.text:
        return [word]
    start = word.span.start
    found = re.finditer(r"(?:\{[^{}]*\}|[^x{}])+", word.text)
    return [s.Word(side[0], Span(start + side.start(), start + side.end())) for side in found]


def written(findings: Findings, span: Span) -> str:
    """What the spec has there."""
    return f"`{findings.source.text[span.start : span.end]}`"
