"""One network of a spec to its graph: repeats, blocks and defaults expanded, every shape inferred on the way."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from archspec.graph import LONGEST_PATH, Head
from archspec.graph.alignment import Alignment
from archspec.graph.builder import Builder
from archspec.language import syntax as s
from archspec.language.bind import Binder, Given
from archspec.language.defaults import Follower
from archspec.language.findings import Spot
from archspec.language.heads import follow_head
from archspec.language.joins import inline_join, join
from archspec.language.labels import define, labels_in, look_up
from archspec.language.ready import ready, unknown
from archspec.language.scope import Frame, Here, Scope, Value
from archspec.language.sizes import check_size
from archspec.language.stages import changed, use_network
from archspec.language.unit import Unit
from archspec.language.uses import use_block
from archspec.language.words import Spelled
from archspec.op import Mismatch, Op
from archspec.op.window import size
from archspec.source import Span


class Elaborator:
    """Walks the statements of one network, from its input to its output."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.findings = unit.findings
        self.builder = Builder(unit.settled.shape)
        self.alignment = Alignment(self.builder)
        self.spans: dict[str, Span] = {}
        """Where the spec writes each layer, or uses the file that does."""
        self.applied: set[int] = set()
        """The conventions that some layer followed."""
        self.heads: list[Head] = []
        self.frames: list[Frame] = []
        self.depth = 0
        self.cell: str | None = None

    def net(self) -> Value:
        """Follow the whole network. Gives the path of its output."""
        body = self.unit.program.body
        taken = {*labels_in(body), *self.unit.program.heads}
        frame = Frame(self.unit, Scope(taken=taken), dict(self.unit.settled.values))
        self.frames.append(frame)
        return self.suite(body, Here(frame, frame.scope), self.builder.input.name)

    def suite(self, statements: Sequence[s.Statement], here: Here, value: Value) -> Value:
        """Follow the lines of the net, of a block, or of what is indented below a line."""
        with self.deeper():
            for statement in statements:
                if self.findings.full:
                    return None
                if isinstance(statement, s.Row):
                    value = self.row(statement, here, value)
                elif isinstance(statement, s.Join):
                    value = join(self, statement, here, value)
                elif isinstance(statement, s.Head) and here.frame.stage is None:
                    follow_head(self, statement, here)  # a network that is a stage of another brings none
        return value

    def row(self, row: s.Row, here: Here, value: Value) -> Value:
        """Follow one line of layers: its label, this network's cell, and the size that it claims."""
        around, settled = self.cell, here.frame.unit.settled
        if len(row.cells) > 1:
            self.cell = settled.column
        value = self.labelled(row.label, settled.pick(row.cells).items, here, value)
        check_size(self, row.sizes, value, here.frame)
        self.cell = around
        return value

    def labelled(self, label: s.Word | None, items: tuple[s.Item, ...], here: Here, value: Value) -> Value:
        """Follow a chain that may have a label. A label on a single layer names that layer; else it opens a scope."""
        before = len(self.builder.nodes)
        if label is None:
            return self.chain(items, here, value)
        match items:
            case (s.Layer(repeat=None) as layer,):
                value = self.layer(layer, here, value, own=label.text)
            case _:
                value = self.chain(items, here.within(label.text), value)
        absent = not items  # a dash in this network's cell: the label is other columns'
        define(self, here.frame, label, value, names=absent or len(self.builder.nodes) > before)
        return value

    def chain(self, items: Sequence[s.Item], here: Here, value: Value, first: bool = True) -> Value:
        """Follow layers one after the other."""
        for position, item in enumerate(items):
            if self.findings.full:
                return None
            match item:
                case s.Layer():
                    value = self.layer(item, here, value)
                case s.Group():
                    with self.deeper():
                        for _ in range(self.binder(here.frame).repeat(item.repeat) or 0):
                            value = self.chain(item.items, here, value, first=False)
                case s.From(label, span):
                    if position or not first:
                        self.complain("E109", span, here.frame, "`from` begins a chain")
                    value = look_up(self, here.frame, label)
                case s.Except(_, span):
                    self.complain("E109", span, here.frame, "`except last` ends a `default` line")
        return value

    def layer(self, layer: s.Layer, here: Here, value: Value, own: str | None = None) -> Value:
        """Follow one layer as often as it says. `own` is the name that a label gives it."""
        frame, span = here.frame, layer.word.span
        spelled = frame.unit.program.spelled(layer.word)
        if spelled is None:
            unknown(self, layer.word, frame)
            return None
        times = self.binder(frame).repeat(layer.repeat) if layer.repeat else 1
        text = self.text_of(layer, frame)
        if text not in frame.bound:
            if spelled.name in frame.unit.program.networks:
                return use_network(self, layer, spelled, here, value, own)
            if spelled.op is None:
                return use_block(self, layer, spelled, here, value, own, times or 0)
            if spelled.op.arity is None:
                return inline_join(self, layer, spelled, here, value, own)
        kind, op, others, linear = frame.bound.get(text) or ready(self, layer, spelled, frame, value)
        for _ in range(times or 0):
            path = here.scope.prefix + own if own else here.scope.number(kind)
            value = self.node(path, op, [value, *others], frame, span)
            value = self.follow(kind, value, here, span, linear)
        return value if times is not None else None

    def text_of(self, layer: s.Layer, frame: Frame) -> object:
        """What a layer says: where the same is written again, the same is meant."""
        if not layer.arguments:
            return layer.word.text
        span = Span(layer.word.span.start, s.reach(layer.arguments[-1].value).end)
        return frame.unit.program.source.plain[span.start : span.end]

    def bind(self, spelled: Spelled, arguments: tuple[s.Argument, ...], frame: Frame) -> Op | None:
        """The op that a layer spells, with the options that a default gives it."""
        assert spelled.op is not None
        convention = frame.unit.defaults.get(spelled.op.own_kind())
        preset: Mapping[str, Given] = convention.options if convention else {}
        self.applied.add(id(convention))
        return self.binder(frame).op(spelled, spelled.op, arguments, preset)

    def follow(self, kind: str, value: Value, here: Here, span: Span, linear: bool = False) -> Value:
        """Add the layers that a default says follow this kind."""
        unit = here.frame.unit
        unit.tally.met[kind] += 1
        convention = unit.defaults.get(kind)
        self.applied.add(id(convention))
        if convention is None or linear or (convention.except_last and unit.tally.last(kind)):
            return value
        for follower in convention.followers:
            path = here.scope.number(follower.op.kind)
            value = self.node(path, follower.op, [value], here.frame, span, follower)
        return value

    def node(
        self,
        path: str,
        op: Op | None,
        inputs: Sequence[Value],
        frame: Frame,
        span: Span,
        follower: Follower | None = None,
    ) -> Value:
        """Add one layer to the graph, or say why it cannot take what it is given."""
        op = changed(self, frame, path, op) if frame.stage else op
        given = [value for value in inputs if value is not None]
        if op is None or len(given) < len(inputs):
            return None
        if len(path) > LONGEST_PATH:
            found = f"{len(path):,} characters, at most {LONGEST_PATH:,}"
            self.complain("E312", span, frame, "the names of blocks and labels add up to too long a name", found)
            return None
        try:
            self.builder.add(path, op, given, frame.origin(span, self.cell))
        except Mismatch as error:
            notes = (*((follower.note,) if follower else self.sources(given)), *frame.notes)
            frame.unit.findings.add(error.code, span, error.message, error.found, error.help, notes)
            return None
        self.spans[path] = frame.entry or span
        return path

    def spot(self, path: str) -> Spot:
        """Where the spec writes a layer."""
        return self.unit.spot(self.spans[path])

    def sources(self, values: Sequence[str]) -> tuple[str, ...]:
        """Where the values of a join come from, as a note."""
        if len(values) < 2:
            return ()
        lines = {v: f" (line {self.spot(v).line})" for v in values if v in self.spans}
        told = (f"{size(self.builder.shapes[v])} is {v}{lines.get(v, '')}" for v in values)
        return (", ".join(told),)

    def complain(self, code: str, span: Span, frame: Frame, message: str, found: str = "", help: str = "") -> None:
        """Note an error with the way that led to it."""
        frame.unit.findings.add(code, span, message, found, help, frame.notes)

    def binder(self, frame: Frame) -> Binder:
        """Reads values where a frame's parameters are known."""
        return Binder(frame.unit.findings, frame.values, frame.unit.settled.used, lambda: frame.notes)

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Go one level down. Raises TooDeep past the limit."""
        self.depth += 1
        if self.depth > self.unit.settled.limits.nesting:
            raise TooDeep
        yield
        self.depth -= 1


class TooDeep(Exception):
    """Blocks and suites are nested deeper than the limit."""
