"""Which layers of two networks correspond: stage by stage, and in stages by their longest common subsequence."""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from archspec.graph import Graph, Node

STEPS = 1_000_000
"""Steps of one comparison; what is left after them corresponds by its beginning and its end alone."""

Pairs = list[tuple[int, int]]


class Stage(NamedTuple):
    """A label's layers, with those behind them that have no label; a head's layers."""

    name: str
    """The label; empty for what stands before the first one."""
    nodes: tuple[Node, ...]

    @property
    def ops(self) -> tuple[Hashable, ...]:
        return tuple(node.op for node in self.nodes)


class Part(NamedTuple):
    """Stages of one network and those of the other that they correspond to; none on one side where they are new."""

    old: tuple[Stage, ...]
    new: tuple[Stage, ...]
    pairs: tuple[tuple[Node, Node], ...]
    """The layers that are the same, in order."""


def stages(graph: Graph) -> list[Stage]:
    """The stages of a network, in order."""
    heads = {head.name for head in graph.heads}
    names = {label.name for label in graph.labels} | heads
    found: list[tuple[str, list[Node]]] = []
    main = ""
    for node in graph.nodes:
        name = next((prefix for prefix in prefixes(node.path) if prefix in names), main)
        if not found or found[-1][0] != name:
            found.append((name, []))
        found[-1][1].append(node)
        main = main if name in heads else name
    return [Stage(name, tuple(nodes)) for name, nodes in found]


def prefixes(path: str) -> Iterator[str]:
    """A path and the scopes that it is in, from the inside out."""
    while path:
        yield path
        path = path.rpartition(".")[0]


def match(old: Graph, new: Graph) -> list[Part]:
    """The parts of two networks, in order."""
    finder = Finder()
    before, after = stages(old), stages(new)
    parts: list[Part] = []
    start, begin = 0, 0
    for one, other in (*anchors(before, after), (len(before), len(after))):
        parts += between(finder, before[start:one], after[begin:other])
        if one < len(before):
            parts.append(part(finder, (before[one],), (after[other],)))
        start, begin = one + 1, other + 1
    return parts


def anchors(old: Sequence[Stage], new: Sequence[Stage]) -> Pairs:
    """Stages of the same name that stand in the same order: the longest such list."""
    places = {name: index for index, name in enumerate(told_apart(new))}
    shared = [(index, places[name]) for index, name in enumerate(told_apart(old)) if name in places]
    ends: list[int] = []
    best: list[tuple[int, int]] = []
    previous: list[int] = []
    for index, (_, place) in enumerate(shared):
        length = bisect_left(ends, place)
        previous.append(best[length - 1][1] if length else -1)
        ends[length:], best[length:] = [place, *ends[length + 1 :]], [(place, index), *best[length + 1 :]]
    index = best[-1][1] if best else -1
    chosen: Pairs = []
    while index >= 0:
        chosen.append(shared[index])
        index = previous[index]
    return chosen[::-1]


def told_apart(found: Sequence[Stage]) -> list[tuple[str, int]]:
    """The names of stages, each with its number among those of its name."""
    met: Counter[str] = Counter()
    names = []
    for stage in found:
        names.append((stage.name, met[stage.name]))
        met[stage.name] += 1
    return names


def between(finder: "Finder", old: Sequence[Stage], new: Sequence[Stage]) -> Iterator[Part]:
    """The parts of stages without common names: those with the same layers were renamed."""
    pairs = finder.common([stage.ops for stage in old], [stage.ops for stage in new])
    start, begin = 0, 0
    for one, other in (*pairs, (len(old), len(new))):
        rest, others = old[start:one], new[begin:other]
        if len(rest) == len(others):
            yield from (part(finder, (a,), (b,)) for a, b in zip(rest, others, strict=True))
        else:
            yield part(finder, tuple(rest), tuple(others))
        if one < len(old):
            yield part(finder, (old[one],), (new[other],))
        start, begin = one + 1, other + 1


def part(finder: "Finder", old: tuple[Stage, ...], new: tuple[Stage, ...]) -> Part:
    """Compare the layers of stages; of several ways that are as good, the one that keeps names."""
    before, after = ([node for stage in side for node in stage.nodes] for side in (old, new))
    pairs = finder.common([node.op for node in before], [node.op for node in after])
    edits = len(before) + len(after) - 2 * len(pairs)
    named = finder.common([(n.path, n.op) for n in before], [(n.path, n.op) for n in after], edits)
    pairs = named if len(named) == len(pairs) else pairs
    return Part(old, new, tuple((before[one], after[other]) for one, other in pairs))


class Finder:
    """Finds longest common subsequences (Myers 1986), in a number of steps that is limited for all of them together."""

    def __init__(self) -> None:
        self.steps = STEPS

    def common(self, old: Sequence[Hashable], new: Sequence[Hashable], most: int | None = None) -> Pairs:
        """The places of what two sequences share, in order.

        Where more than `most` elements are not shared, only what the beginnings and the ends share.
        """
        numbers: dict[Hashable, int] = {}
        a, b = ([numbers.setdefault(each, len(numbers)) for each in side] for side in (old, new))
        start = alike(a, b)
        end = alike(a[start:][::-1], b[start:][::-1])
        inner = self.middle(a[start : len(a) - end], b[start : len(b) - end], most)
        tail = ((len(a) - left, len(b) - left) for left in range(end, 0, -1))
        return [*((n, n) for n in range(start)), *((start + i, start + j) for i, j in inner), *tail]

    def middle(self, a: Sequence[int], b: Sequence[int], most: int | None) -> Pairs:
        """The same for what begins and ends differently; nothing where the steps do not suffice.

        A row has the furthest places that can be reached by so many edits: how far in `a`, for each difference between
        the places in both.
        """
        rows: list[array[int]] = []
        for edits in range((len(a) + len(b) if most is None else most) + 1):
            self.steps -= edits + 1
            if self.steps < 0:
                break
            row = array("l")
            for index in range(edits + 1):
                x = begin(rows, edits, index)[0]
                y = x - (2 * index - edits)
                while x < len(a) and y < len(b) and a[x] == b[y]:
                    x, y = x + 1, y + 1
                row.append(x)
                if x >= len(a) and y >= len(b):
                    return back([*rows, row], x, y)
            rows.append(row)
        return []


def begin(rows: Sequence["array[int]"], edits: int, index: int) -> tuple[int, bool]:
    """Where a run of equal elements begins in `a`, after so many edits, and whether the last one was in `b`."""
    if not edits:
        return 0, True
    row = rows[edits - 1]
    down = index == 0 or (index < edits and row[index - 1] < row[index])
    return (row[index], True) if down else (row[index - 1] + 1, False)


def alike(a: Sequence[int], b: Sequence[int]) -> int:
    """How many elements two sequences begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))


def back(rows: Sequence["array[int]"], x: int, y: int) -> Pairs:
    """The equal elements on the way back from the end, through one row after the other."""
    pairs: Pairs = []
    for edits in range(len(rows) - 1, -1, -1):
        start, down = begin(rows, edits, (x - y + edits) // 2)
        while x > start:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = (x, y - 1) if down else (x - 1, y)
    return pairs[::-1]
