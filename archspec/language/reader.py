"""What the parser makes of each rule: syntax, bottom up."""

from collections.abc import Collection, Sequence
from typing import Any

from archspec.language import syntax as s
from archspec.language.words import COLUMNED
from archspec.source import Source, Span

Children = Sequence[Any]
Items = tuple[Any, ...]


class _Label(s.Word):
    """A label, told apart from the layers that follow it."""


class _Arguments(tuple[s.Argument, ...]):
    """The arguments of one layer."""


class _Sizes(tuple[s.Word, ...]):
    """The sizes that a row claims."""


def only(children: Children, kind: type | tuple[type, ...]) -> tuple[Any, ...]:
    """The children of one kind, in order."""
    return tuple([child for child in children if isinstance(child, kind)])


def one(children: Children, kind: type, default: Any = None) -> Any:
    """The first child of one kind."""
    for child in children:
        if isinstance(child, kind):
            return child
    return default


ITEMS = (s.Layer, s.Group, s.From, s.Except)
STATEMENTS = (
    s.Row, s.Branch, s.Join, s.Block, s.Head, s.Net, s.Use, s.Columns, s.Input, s.Let, s.Expect, s.Default,
)  # fmt: skip


class Reader:
    """One method for each rule of the grammar."""

    def __init__(self, source: Source, used: Collection[str] = ()) -> None:
        self.source = source
        self.used = used
        """The names that `use` lines bring in: `vgg:D` is a column of one of them, and else a label and a layer."""
        self.brought: set[str] = set()
        """Those of the lines that were read."""
        self.labels: set[str] = set()
        """The labels that stood close to their layers."""

    def token(self, name: str, start: int, end: int) -> s.Word | s.Quoted:
        span = Span(start, end)
        if name != "STRING":
            return s.Word(self.source.plain[start:end], span)
        # what is quoted keeps the characters it was written with
        return s.Quoted(self.source.text[span.start + 1 : span.end - 1], span)

    def file(self, children: Children) -> tuple[s.Statement, ...]:
        return tuple(children)

    def net(self, children: Children) -> s.Net:
        return s.Net(children[0], one(children, s.Quoted))

    def use(self, children: Children) -> s.Use:
        names = only(children[:-2], s.Word)
        self.brought.update(name.text for name in names)
        return s.Use(names, children[-1])

    def columns(self, children: Children) -> s.Columns:
        return s.Columns(tuple(children))

    def input(self, children: Children) -> s.Input:
        last = children[-1].color or children[-1].size
        return s.Input(tuple(children), Span(children[0].size.span.start, last.span.end))

    def extent(self, children: Children) -> s.Extent:
        return s.Extent(children[0], children[1] if len(children) > 1 else None)

    def let(self, children: Children) -> s.Let:
        return s.Let(children[0], tuple(children[1:]))

    def expect(self, children: Children) -> s.Expect:
        return s.Expect(children[0], tuple(children[1:]))

    def claim(self, children: Children) -> s.Claim | None:
        amounts = [child for child in children if isinstance(child, s.Word) and child.text != "-"]
        why = one(children, s.Quoted)
        return s.Claim(amounts[0], amounts[1] if len(amounts) > 1 else None, why) if amounts else None

    def amount(self, children: Children) -> s.Word:
        first, last = children[0], children[-1]
        text = " ".join(child.text for child in children)
        return s.Word(text, Span(first.span.start, last.span.end))

    def default(self, children: Children) -> s.Default:
        return s.Default(children[0], tuple(children[1:]))

    def follow(self, children: Children) -> s.Follow:
        return s.Follow(only(children, s.Argument), only(children, ITEMS))

    def block(self, children: Children) -> s.Block:
        return s.Block(children[0], only(children, s.Parameter), only(children, STATEMENTS))

    def head(self, children: Children) -> s.Head:
        name, _, label = only(children, s.Word)
        return s.Head(name, label, one(children, _Arguments, ()), only(children, STATEMENTS))

    def parameter(self, children: Children) -> s.Parameter:
        return s.Parameter(children[0], children[1] if len(children) > 1 else None)

    def row(self, children: Children) -> s.Row:
        label, first = self.untied(one(children, _Label), only(children, ITEMS))
        nothing = any(type(child) is s.Word for child in children)  # a dash in the first cell
        cells = (s.Cell(first, nothing), *only(children, s.Cell))
        return s.Row(label, cells, one(children, _Sizes, ()), extent_of(children))

    def more(self, children: Children) -> s.Cell:
        bar, cell = children
        return cell._replace(bar=bar.span)  # type: ignore[no-any-return]

    def cell(self, children: Children) -> s.Cell:
        return s.Cell(only(children, ITEMS), nothing=bool(only(children, s.Word)))

    def sizes(self, children: Children) -> _Sizes:
        return _Sizes(children)

    def branch(self, children: Children) -> s.Branch:
        cell = one(children, s.Cell)
        label, items = self.untied(one(children, _Label), cell.items)
        body = only(children, STATEMENTS)
        said = [child for child in children if not isinstance(child, STATEMENTS)]
        span = extent_of(said[1:]) if cell.items else said[0].span
        return s.Branch(label, cell._replace(items=items), one(children, _Sizes, ()), body, span)

    def join(self, children: Children) -> s.Join:
        label, (header,) = self.untied(one(children, _Label), only(children, s.Layer))
        return s.Join(label, header, only(children, STATEMENTS))

    def label(self, children: Children) -> _Label:
        return _Label(*children[0])

    def untied(self, label: _Label | None, items: Items) -> tuple[_Label | None, Items]:
        """Set a label apart that stands close to its layer: `conv1:conv3-64`."""
        first = items[0] if items else None
        if label or not isinstance(first, s.Layer) or not COLUMNED.match(first.word.text):
            return label, items
        name, _, rest = first.word.text.partition(":")
        if name in self.used:
            return label, items
        self.labels.add(name)
        start, end = first.word.span
        cut = start + len(name)
        layer = first._replace(word=s.Word(rest, Span(cut + 1, end)))
        return _Label(name, Span(start, cut)), (layer, *items[1:])

    def header(self, children: Children) -> s.Layer:
        return self.layer(children)

    def layer(self, children: Children) -> s.Layer:
        return s.Layer(children[0], one(children, _Arguments, ()), one(children[1:], s.Word))

    def group(self, children: Children) -> s.Group:
        repeat = one(children, s.Word)
        return s.Group(only(children, ITEMS), repeat)

    def origin(self, children: Children) -> s.From:
        return s.From(children[1], extent_of(children))

    def exception(self, children: Children) -> s.Except:
        return s.Except(children[1], extent_of(children))

    def arguments(self, children: Children) -> _Arguments:
        return _Arguments(children)

    def argument(self, children: Children) -> s.Argument:
        return s.Argument(children[0] if len(children) > 1 else None, children[-1])

    def option(self, children: Children) -> s.Argument:
        return s.Argument(children[0], children[1])

    def tuple(self, children: Children) -> tuple[s.Value, ...]:
        return tuple(children)


def extent_of(children: Children) -> Span:
    """The characters from the first child to the last."""
    spans = [span for child in children if (span := span_of(child))]
    return Span(spans[0].start, spans[-1].end) if spans else Span(0, 0)


def span_of(child: Any) -> Span | None:
    """From the first to the last word of a child; of a group, of its items."""
    match child:
        case s.Layer(word, arguments, repeat):
            last = repeat.span if repeat else s.reach(arguments[-1].value) if arguments else word.span
            return Span(word.span.start, last.end)
        case s.Word() | s.Quoted() | s.From() | s.Except():
            return child.span
        case s.Group() | s.Cell():
            return extent_of(child.items) if child.items else None
        case _Sizes():
            return Span(child[0].span.start, child[-1].span.end)
    return None
