"""Receptive fields: which pixels of the input a value depends on, exactly, along each side."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import gcd, lcm
from typing import NamedTuple

from archspec.graph import Graph, Node
from archspec.graph.remembered import remembered
from archspec.op.taps import OWN, Both, Taps

MOST = 1 << 14
"""Steps for one layer: positions that see differently, times taps. Past it a field is not worked out."""

Span = tuple[int, int] | None
"""The first and the last pixel that a position depends on, beyond the input's edges too; None for no pixel at all."""


class Seen(NamedTuple):
    """What the positions of one side of a map see.

    Position i sees `spans[i % p]`, moved on by `advance` for each time that p, the number of spans, goes into i: after
    a transposed convolution, neighbouring positions see more or less. Without an advance all see the same.
    """

    advance: int
    spans: tuple[Span, ...]

    def at(self, position: int) -> Span:
        """What a position sees, on a map without edges."""
        times, phase = divmod(position, len(self.spans))
        span = self.spans[phase]
        return span and (span[0] + times * self.advance, span[1] + times * self.advance)

    def over(self, side: int) -> "Seen":
        """What all positions of a side see together."""
        if not self.advance:
            return Seen(0, (hull(self.spans),))
        ends = chain(range(min(len(self.spans), side)), range(max(side - len(self.spans), 0), side))
        return Seen(0, (hull(self.at(position) for position in ends),))


class Field(NamedTuple):
    """How many rows, or columns, of the input a position sees: the fewest and the most of any position."""

    least: int
    most: int


Side = tuple[int, ...]
"""The length of one side of a map; a vector has none."""
PIXELS = Seen(1, ((0, 0),))
Pair = tuple[Seen | None, Seen | None]
"""What is seen along the rows and along the columns; None where it is not worked out."""


@remembered
def receptive_fields(graph: Graph) -> Mapping[str, tuple[Field | None, Field | None]]:
    """The receptive field of every value, height and width; of a vector, that of all its numbers together.

    Padding is counted as if the map went on beyond its edges, as papers count: 404 for VGG-16's fc6, on an input of
    224. None where it is not worked out.
    """
    found = seen(graph)
    return {path: (field(rows), field(columns)) for path, (rows, columns) in found.items()}


def seen(graph: Graph) -> dict[str, Pair]:
    """What every value sees."""
    pixels = PIXELS if len(graph.input.shape) == 3 else None
    known: dict[str, Pair] = {graph.input.name: (pixels, pixels)}
    taken: dict[object, Both] = {}
    for node in graph.nodes:
        key = (id(node.op), *node.inputs[1:], *graph.takes(node))  # the layers of a repeat are one op
        if key not in taken:
            taken[key] = ways(graph, node)
        taps = taken[key]
        rows, columns = (
            joined(
                [(known[path][axis], graph.shapes[path][axis + 1 :][:1]) for path in node.operands], taps[axis], side
            )
            for axis, side in ((0, node.shape[1:2]), (1, node.shape[2:]))
        )
        known[node.path] = rows, columns
    return known


def ways(graph: Graph, node: Node) -> Both:
    """Which positions a layer takes; of an unpooling, those whose windows a place is in."""
    if node.op.kind != "unpool":
        return node.op.taps(*graph.takes(node))
    pool = graph.by_path[node.inputs[1]]
    rows, columns = pool.op.taps(*graph.takes(pool))
    return rows and rows.undone, columns and columns.undone


def joined(given: Sequence[tuple[Seen | None, Side]], taps: Taps | None, side: Side) -> Seen | None:
    """What a layer sees of all that it is given, each with its side; `side` is that of its own map."""
    parts = [part(value, size, taps, side) for value, size in given]
    return parts[0] if len(parts) == 1 else together(parts, side)


def part(value: Seen | None, size: Side, taps: Taps | None, side: Side) -> Seen | None:
    """What a layer sees of one map that it is given; a vector, or a gate of one position, is seen as a whole."""
    if value is None or not size:
        return value
    if taps in OWN:
        return value if size == side else value.over(*size)
    return value.over(*size) if taps is None else looked(value, taps)


def looked(value: Seen, taps: Taps) -> Seen | None:
    """What a window sees of a side; None where that is too much work."""
    whole = len(value.spans) * taps.every
    period = whole // gcd(taps.step, whole)
    cycle = min(whole // gcd(taps.apart, whole), taps.number)  # taps further on see what these do, further on
    if period * cycle > MOST:
        return None
    ends = [*range(cycle), *range(max(taps.number - cycle, cycle), taps.number)]
    spans = []
    for position in range(period):
        places = (taps.step * position + taps.first + tap * taps.apart for tap in ends)
        spans.append(hull(value.at(place // taps.every) for place in places if place % taps.every == 0))
    return Seen(value.advance * period * taps.step // whole, tuple(spans))


def together(parts: Sequence[Seen | None], side: Side) -> Seen | None:
    """What several maps see at each position; where they do not move on alike, all positions count as one."""
    known = [each for each in parts if each]
    period = lcm(*(len(each.spans) for each in known))
    if len(known) < len(parts) or period > MOST:
        return None
    advances = {each.advance * (period // len(each.spans)) for each in known}
    if len(advances) > 1:
        return together([each.over(*side) for each in known], side)
    return Seen(advances.pop(), tuple(hull(each.at(position) for each in known) for position in range(period)))


def hull(spans: Iterable[Span]) -> Span:
    """From the first to the last pixel of all."""
    some = [span for span in spans if span]
    return (min(first for first, _ in some), max(last for _, last in some)) if some else None


def field(value: Seen | None) -> Field | None:
    """The fewest and the most pixels of any position."""
    if value is None:
        return None
    counts = [span[1] - span[0] + 1 if span else 0 for span in value.spans]
    return Field(min(counts), max(counts))
