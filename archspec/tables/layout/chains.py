"""Layers of a graph in the words of the language: the chain of one cell, or of one line in a block."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from archspec.graph import Node
from archspec.op.form import read_form, spell
from archspec.ops.croplike import CropLike
from archspec.tables.layout.conventions import Habits
from archspec.tables.layout.pieces import Piece, unwritable, uses

Call = Callable[[Piece], str]
"""How the use of a block is written."""


def pieces(habits: Habits, nodes: Sequence[Node], depth: int) -> Iterator[Piece]:
    """Layers taken together with those that a convention adds behind them, and with the others of their block."""
    passed: set[str] = set()
    for site, inner, run in uses(nodes, depth):
        if site:
            yield Piece(tuple(run), site, inner)
            continue
        for node in run:
            if node.path in passed:
                continue
            added, linear = habits.follows(node)
            passed.update(each.path for each in added)
            yield Piece((node, *added), depth=inner, linear=linear)


def words(habits: Habits, run: Sequence[Piece], value: str, names: Mapping[str, str], call: Call) -> list[str]:
    """A chain, a word for each layer; it begins with `from` where it does not go on from `value`."""
    found: list[str] = []
    cropped: dict[str, str] = {}
    """What maps that were cropped for the next join were cropped from."""
    for piece, after in zip(run, (*run[1:], None), strict=True):
        node = piece.first
        if node.op.kind == "crop" and after and node.origin == after.first.origin:
            cropped[node.path] = node.inputs[0]
            continue
        first = piece.takes[0] if piece.site else node.inputs[0]
        first = cropped.get(first, first)
        if first != value:
            if found:
                raise unwritable(node.path, f"it goes on from {first} in the middle of a chain")
            found.append(f"from {named(names, first, node)}")
        if piece.site and len(piece.takes) > 1:
            raise unwritable(piece.path, f"the block takes {len(piece.takes)} values")
        found.append(call(piece) if piece.site else layer(habits, piece, names, cropped))
        value = piece.value
        cropped = {}
    return found


def layer(habits: Habits, piece: Piece, names: Mapping[str, str], cropped: Mapping[str, str]) -> str:
    """One layer as the language writes it: `conv11-96/4(pad=2)`, `concat(down4, crop=center)`."""
    node = piece.first
    text = "crop" if isinstance(node.op, CropLike) else spell(node.op, habits.of(node).options)
    refer = [named(names, cropped.get(path, path), node) for path in taken(node)]
    if isinstance(node.op, CropLike):
        (down, across) = node.op.offset
        refer = [f"like={refer[0]}", f"offset={down}" if down == across else f"offset={down}x{across}"]
    if cropped:
        refer.append("crop=center")
    if piece.linear:
        refer.append("linear")
    if not refer:
        return text
    return f"{text[:-1]}, {', '.join(refer)})" if text.endswith(")") else f"{text}({', '.join(refer)})"


def taken(node: Node) -> tuple[str, ...]:
    """The values that a layer names; what an unpooling enlarges to is said by its pooling."""
    return node.inputs[1:2] if node.op.kind == "unpool" else node.inputs[1:]


def named(names: Mapping[str, str], value: str, node: Node) -> str:
    """The label of a value. Raises Problem E613 where it has none that a table can say."""
    name = names.get(value)
    if name is None or "." in name:
        raise unwritable(node.path, f"it takes {value}, which no label of the table names")
    return name


def counted(found: Sequence[str], longest: int, times: str = "x") -> Iterator[str]:
    """A chain with what stands more than `longest` times in a row written once: `conv3-64 x11`."""
    start = 0
    for position in range(1, len(found) + 1):
        if position < len(found) and found[position] == found[start]:
            continue
        number = position - start
        yield from [f"{found[start]} {times}{number}"] if number > longest else found[start:position]
        start = position


def strided(text: str, piece: Piece) -> str:
    """A layer's text with its stride, also where that is 1: what blocks are compared by."""
    form = read_form(piece.first.op.form)
    head, bracket, rest = text.partition("(")
    if form.stride is None or form.channels is None or "/" in head:
        return text
    return f"{head}/1{bracket}{rest}"


def unstrided(line: str) -> str:
    """A line without the strides of 1."""
    return re.sub(r"(-[^ /(]+)/1(?![0-9.])", r"\1", line)
