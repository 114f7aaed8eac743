"""Where the values of layers come from: a network expanded once more, with a record of what was read for each layer."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from archspec.graph import Node
from archspec.language import syntax as s
from archspec.language.bind import Given
from archspec.language.defaults import Convention, Follower
from archspec.language.elaborate import Elaborator
from archspec.language.program import Program
from archspec.language.scope import Frame, Value
from archspec.language.unit import Unit
from archspec.language.words import Spelled
from archspec.op import Op
from archspec.op.form import option_name
from archspec.source import Span


class Made(NamedTuple):
    """How one layer was made."""

    frame: Frame
    given: Mapping[str, Given] | None
    """What the layer says of its fields; None where it was not written as one."""
    follower: Follower | None
    """The default's layer that it is."""


class Place(NamedTuple):
    """A line of a file."""

    file: str
    line: int


class Reason(NamedTuple):
    """Where a field's value comes from."""

    why: str
    place: Place | None = None
    where: str = ""
    """What the names in it stand for, and which line says so."""


class Tracer(Elaborator):
    """Walks a network's statements and keeps what it reads."""

    def __init__(self, unit: Unit) -> None:
        super().__init__(unit)
        self.given: dict[int, Mapping[str, Given]] = {}
        self.made: dict[str, Made] = {}

    def text_of(self, layer: s.Layer, frame: Frame) -> object:
        """Where a layer stands: what it is given is told apart by its place."""
        return layer.word.span

    def bind(self, spelled: Spelled, arguments: tuple[s.Argument, ...], frame: Frame) -> Op | None:
        """The op that a layer spells."""
        op = super().bind(spelled, arguments, frame)
        if op is not None and id(op) not in self.given:
            binder = self.binder(frame)
            given = dict(binder.slots(spelled, type(op)))
            given |= binder.options(type(op), arguments, given)
            self.given[id(op)] = given
        return op

    def node(
        self,
        path: str,
        op: Op | None,
        inputs: Sequence[Value],
        frame: Frame,
        span: Span,
        follower: Follower | None = None,
    ) -> Value:
        """Add one layer."""
        value = super().node(path, op, inputs, frame, span, follower)
        if value is not None:
            self.made[path] = Made(frame, None if follower else self.given.get(id(op)), follower)
        return value

    def reasons(self, node: Node) -> Iterator[tuple[str, Reason]]:
        """For each field of a layer where its value comes from."""
        made = self.made[node.path]
        for field in type(node.op).model_fields:
            if field != "kind":
                yield option_name(type(node.op), field), self.reason(node, field, made)

    def note(self, node: Node) -> str:
        """Which default added a layer; empty where none did."""
        follower = self.made[node.path].follower
        return follower.note if follower else ""

    def reason(self, node: Node, field: str, made: Made) -> Reason:
        """Where one value comes from: the use of a network, the layer, a default, or the op itself."""
        stage = made.frame.stage
        changes = stage.changes.get(node.path[len(stage.prefix) :], []) if stage else []
        if stage and any(a.name and a.name.text == option_name(type(node.op), field) for a in changes):
            return Reason(f"changed where `{stage.spelled}` is used", at(stage.user.unit.program, stage.word.span))
        if made.given and field in made.given:
            return written(made.frame, made.given[field].span)
        value = getattr(node.op, field)
        convention = made.frame.unit.defaults.get(node.op.kind)
        if convention and field in convention.options and means(node.op, field, convention.options[field].value):
            program = home(self.unit.program, convention)
            return Reason(f"`default {convention.statement.op.text}`", at(program, convention.options[field].span))
        if made.given is not None or value == node.op.assumed().get(field, type(node.op).model_fields[field].default):
            return Reason(f"what `{node.op.kind}` has unless told")
        return Reason("said by that default" if made.follower else "worked out from where the layer stands")


def means(op: Op, field: str, value: object) -> bool:
    """Whether an op has what is written as this value: `pad=1` is four numbers, `pad=same` what the kernel says."""
    try:
        return type(op)(**{**dict(op), field: value}) == op
    except ValueError:
        return False


def written(frame: Frame, span: Span) -> Reason:
    """A value that stands in a layer, and what stands for it in braces."""
    program = frame.unit.program
    text = program.source.plain[span.start : span.end]
    names = [name for name in dict.fromkeys(re.findall(r"[A-Za-z_]\w*", text)) if name in frame.values]
    if not text.startswith("{") or not names:
        return Reason("written", at(program, span))
    values = ", ".join(f"{name}={frame.values[name]}" for name in names)
    site = frame.sites[-1] if frame.sites and not frame.sites[-1].network else None
    told = site and any(name in dict(site.arguments) for name in names)
    said = f" ({site.file}:{site.line} uses `{site.block}`)" if site and told else ""
    return Reason(f"`{text}`", at(program, span), f", where {values}{said}")


def at(program: Program, span: Span) -> Place:
    """The line of a place."""
    return Place(program.source.name, program.source.place(span).line)


def home(program: Program, convention: Convention) -> Program:
    """The file that a convention stands in."""
    files = (program, *program.library.files.values())
    return next(each for each in files if any(line is convention.statement for line in each.defaults.values()))
