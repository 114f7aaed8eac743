"""What the use of another file's network asks for: its column, where it ends, and what differs from its file."""

from typing import NamedTuple

from archspec.language import syntax as s
from archspec.language.bind import Binder
from archspec.language.defaults import settle_defaults
from archspec.language.program import Program
from archspec.language.settled import borrow
from archspec.language.suggest import did_you_mean
from archspec.language.unit import Tally, Unit
from archspec.language.words import Spelled
from archspec.source import Span

OPTIONS = ("to", "defaults", "without")


class Asked(NamedTuple):
    """One use: `vgg:D(to=pool5, defaults=here, conv1.conv1.pad=100)`."""

    program: Program
    column: str | None
    end: s.Word | None
    """The label or layer that it ends with; None for the network's own end."""
    here: bool
    """Whether the conventions of the file that uses it win over its own."""
    lets: tuple[tuple[str, int], ...]
    changes: dict[str, list[s.Argument]]
    """Options that differ, by the layer's path in the network."""
    without: tuple[s.Word, ...]
    """Layers, or the scopes of some, that are taken out."""

    def key(self, user: Unit) -> tuple[object, ...]:
        """What its layers depend on, besides the changes."""
        return id(self.program), self.column, self.lets, self.here and id(user)

    def unit(self, user: Unit) -> Unit:
        """The network's file, settled for this use."""
        settled = borrow(self.program, self.column, dict(self.lets), user.findings, user.settled.limits)
        settled.changed = "as a stage"  # its claims are about the network by itself
        own = settle_defaults(settled)
        return Unit(settled, {**own, **user.defaults} if self.here else own, Tally())


def read_asked(binder: Binder, program: Program, spelled: Spelled, layer: s.Layer) -> Asked | None:
    """Read a use; None, with a word about it, where it is not a good one."""
    column = read_column(binder, program, spelled)
    for word in (*spelled.slots.values(), *([layer.repeat] if layer.repeat else [])):
        binder.complain("E305", word.span, "a network takes no numbers and no repeat", f"`{word.text}`")
    lets: dict[str, int] = {}
    given: dict[str, tuple[s.Word, ...]] = {}
    changes: dict[str, list[s.Argument]] = {}
    for argument in layer.arguments:
        name, value = argument.name, argument.value
        if name is None or not (name.text in (*OPTIONS, *program.lets) or "." in name.text):
            misfit(binder, program, spelled, argument)
        elif "." in name.text:
            path, _, option = name.text.rpartition(".")
            word = s.Word(option, Span(name.span.end - len(option), name.span.end))
            changes.setdefault(path, []).append(argument._replace(name=word))
        elif name.text in given or name.text in lets:
            binder.complain("E305", name.span, f"`{name.text}` is given twice")
        elif name.text in OPTIONS:
            given[name.text] = words(binder, name.text, value)
        else:
            (word,) = words(binder, name.text, value) or (s.Word("0", name.span),)
            lets[name.text] = binder.number(word) or 0
    here, end = ((*given.get(name, ()), None)[0] for name in ("defaults", "to"))
    if here and here.text != "here":
        binder.complain("E303", here.span, "`defaults` takes only `here`", f"`{here.text}`")
    if binder.failed:
        return None
    taken = given.get("without", ())
    return Asked(program, column, end, bool(here), tuple(sorted(lets.items())), changes, taken)


def words(binder: Binder, name: str, value: s.Value) -> tuple[s.Word, ...]:
    """What an argument says: one word or number; `without` takes several in parentheses too."""
    parts = value if name == "without" and not isinstance(value, s.Word | s.Quoted) else (value,)
    found = tuple(part for part in parts if isinstance(part, s.Word))
    if len(found) < len(parts):
        several = ", or several in parentheses" if name == "without" else ""
        binder.complain("E303", s.reach(value), f"`{name}` takes a single word or number{several}")
        return ()
    return found


def read_column(binder: Binder, program: Program, spelled: Spelled) -> str | None:
    """The column that a use names, where its file is a table."""
    column = spelled.column
    if column is None:
        if program.columns:
            known = ", ".join(f"`{spelled.name}:{name}`" for name in program.columns[:8])
            binder.complain("E317", spelled.head, f"`{spelled.name}` is a table of networks", help=f"use one: {known}")
        return None
    if column.text not in program.columns:
        message = f"`{spelled.name}` has no column `{column.text}`"
        help = did_you_mean(column.text, program.columns) if program.columns else "it is one network: name no column"
        binder.complain("E317", column.span, message, help=help)
    return column.text


def misfit(binder: Binder, program: Program, spelled: Spelled, argument: s.Argument) -> None:
    """Say what a network can be told."""
    help = "it takes `to=LABEL`, `without=LABEL`, `defaults=here`, its `let`s and, for one layer, `LAYER.OPTION=VALUE`"
    if argument.name is None:
        message = f"what `{spelled.name}` is told has a name"
        binder.complain("E305", s.reach(argument.value), message, help=help)
        return
    name = argument.name
    near = did_you_mean(name.text, [*OPTIONS, *program.lets])
    binder.complain("E302", name.span, f"`{spelled.name}` has no option `{name.text}`", help=near or help)
