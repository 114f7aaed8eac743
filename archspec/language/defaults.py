"""What `default` lines say of one network: options for an op, and the layers that follow it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from archspec.language import syntax as s
from archspec.language.bind import Given
from archspec.language.settled import Settled, borrow
from archspec.language.suggest import meant
from archspec.language.words import beginning, split
from archspec.op import Op

SHORTCUTS = ("A", "B", "C")


class Follower(NamedTuple):
    """A layer that a default adds."""

    op: Op
    note: str


@dataclass(frozen=True)
class Convention:
    """One default, for one network."""

    statement: s.Default
    options: Mapping[str, Given]
    followers: tuple[Follower, ...]
    except_last: bool


Defaults = Mapping[str, Convention]
"""Conventions by the kind of op."""


def settle_defaults(settled: Settled) -> Defaults:
    """Read the `default` lines as they hold for one network.

    Options first, so that a layer that one default adds has the options that another gives it. What a file
    brings in from others (`use defaults from`) holds for the kinds that it says nothing of itself.
    """
    options = {kind: read_options(settled, kind, line) for kind, line in settled.program.defaults.items()}
    conventions: dict[str, Convention] = {}
    for program in settled.program.conventions:
        there = borrow(program, None, {}, settled.findings, settled.limits)
        conventions |= settle_defaults(there)
    for kind, line in settled.program.defaults.items():
        items = settled.pick(line.cells).items
        followers = tuple(f for item in items if (f := follower(settled, item, line, options)))
        last = any(isinstance(item, s.Except) for item in items)
        conventions[kind] = Convention(line, options[kind], followers, last)
    return conventions


def read_options(settled: Settled, kind: str, line: s.Default) -> dict[str, Given]:
    """The options of one default."""
    if len(line.cells) > 1 and settled.column is None:
        message = "this default differs by column, and what is used has none"
        settled.findings.add("E316", line.op.span, message, help="use a file whose defaults hold for every network")
    arguments = settled.pick(line.cells).options
    spelled = split(line.op, ())
    if kind == "residual":
        return shortcut_option(settled, arguments)
    if spelled is None or spelled.op is None:
        return {}
    return dict(settled.binder().options(spelled.op, arguments, {}))


def shortcut_option(settled: Settled, arguments: tuple[s.Argument, ...]) -> dict[str, Given]:
    """`shortcut=A|B|C`, the only option of a residual."""
    given = {}
    for argument in arguments:
        name = argument.name or s.Word("", s.reach(argument.value))
        if name.text != "shortcut":
            settled.findings.add(
                "E302", name.span, f"`residual` has no option `{name.text}`", help="did you mean `shortcut`?"
            )
            continue
        span = s.reach(argument.value)
        text = settled.program.source.plain[span.start : span.end]
        if text not in SHORTCUTS:
            message = "`shortcut` is `A` (zero-padding), `B` (projection) or `C` (projection everywhere)"
            settled.findings.add("E303", span, message, f"`{text}`")
        given["shortcut"] = Given(text, span)
    return given


def follower(
    settled: Settled, item: s.Item, line: s.Default, options: Mapping[str, Mapping[str, Given]]
) -> Follower | None:
    """One layer that a default adds: an op of one input."""
    if not isinstance(item, s.Layer):
        return None
    spelled = settled.program.spelled(item.word)
    if spelled is None:
        word = beginning(item.word)
        settled.findings.add("E301", word.span, f"there is no layer `{word.text}`", help=meant(word.text))
    elif spelled.op is None or spelled.op.arity != 1 or item.repeat:
        message = "a default adds single layers: no blocks, no joins, no repeats"
        settled.findings.add("E109", item.word.span, message)
    else:
        kind = spelled.op.own_kind()
        op = settled.binder().op(spelled, spelled.op, item.arguments, options.get(kind, {}))
        return Follower(op, f"added by `default {line.op.text}` in {settled.told(line.op.span)}") if op else None
    return None
