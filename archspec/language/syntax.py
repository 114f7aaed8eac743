"""What a spec says, as parsed: words with their places, not yet what they mean."""

from typing import NamedTuple

from archspec.source import Span


class Word(NamedTuple):
    """Characters of the spec and where they stand: a name, a number, a layer such as `conv3-64/2`."""

    text: str
    span: Span


class Quoted(NamedTuple):
    """Text between quotes."""

    text: str
    span: Span


Value = Word | Quoted | tuple["Value", ...]


class Argument(NamedTuple):
    """One argument: `pad=0`, or a bare `0.5`."""

    name: Word | None
    value: "Value"


def reach(value: Value) -> Span:
    """The characters that a value takes."""
    if isinstance(value, Word | Quoted):
        return value.span
    return Span(reach(value[0]).start, reach(value[-1]).end)


class Layer(NamedTuple):
    """`word(arguments) xN`: an op or a block."""

    word: Word
    arguments: tuple[Argument, ...] = ()
    repeat: Word | None = None


class Group(NamedTuple):
    """`[layers] xN`."""

    items: tuple["Item", ...]
    repeat: Word | None


class From(NamedTuple):
    """`from LABEL`."""

    label: Word
    span: Span


class Except(NamedTuple):
    """`except last`, which ends a default."""

    word: Word
    span: Span


Item = Layer | Group | From | Except


class Cell(NamedTuple):
    """A chain of layers; a lone dash is a cell that says "nothing here"."""

    items: tuple[Item, ...]
    nothing: bool = False
    bar: Span | None = None
    """The bar before it; the first cell of a row has none."""


class Row(NamedTuple):
    """A line of layers: one cell for every network, or one cell for each."""

    label: Word | None
    cells: tuple[Cell, ...]
    sizes: tuple[Word, ...]
    span: Span


class Branch(NamedTuple):
    """A line that begins with a bar, and what is indented below it."""

    label: Word | None
    cell: Cell
    sizes: tuple[Word, ...]
    body: tuple["Statement", ...]
    span: Span


class Join(NamedTuple):
    """`residual:` or `concat:` with its suite."""

    label: Word | None
    header: Layer
    body: tuple["Statement", ...]


class Parameter(NamedTuple):
    """A block's parameter and its default."""

    name: Word
    default: Word | None


class Block(NamedTuple):
    """`block name(parameters):` with its suite."""

    name: Word
    parameters: tuple[Parameter, ...]
    body: tuple["Statement", ...]


class Head(NamedTuple):
    """`head name from label (weight=0.3):` with its suite."""

    name: Word
    label: Word
    arguments: tuple[Argument, ...]
    body: tuple["Statement", ...]


class Net(NamedTuple):
    """`net name "title"`."""

    name: Word
    title: Quoted | None


class Use(NamedTuple):
    """`use names from "file.arch"`."""

    names: tuple[Word, ...]
    file: Quoted


class Columns(NamedTuple):
    """`columns A | B`."""

    names: tuple[Word, ...]


class Extent(NamedTuple):
    """`224x224 RGB`."""

    size: Word
    color: Word | None


class Input(NamedTuple):
    """`input`, a cell for each network or one for all."""

    cells: tuple[Extent, ...]
    span: Span


class Let(NamedTuple):
    """`let name value`."""

    name: Word
    cells: tuple[Word, ...]


class Claim(NamedTuple):
    """What a paper states, and where it is off, what holds instead and why."""

    stated: Word
    holds: Word | None = None
    why: Quoted | None = None


class Expect(NamedTuple):
    """`expect what claim`; a cell of None claims nothing."""

    what: Word
    cells: tuple[Claim | None, ...]


class Follow(NamedTuple):
    """What a default says of one network: options, and the layers that follow."""

    options: tuple[Argument, ...]
    items: tuple[Item, ...]


class Default(NamedTuple):
    """`default op options -> layers`."""

    op: Word
    cells: tuple[Follow, ...]


Statement = Row | Branch | Join | Block | Head | Net | Use | Columns | Input | Let | Expect | Default
