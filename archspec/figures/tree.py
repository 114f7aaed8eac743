"""The shape of a network: chains of steps, and places where paths part and meet again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from archspec.diagnostics import problem
from archspec.figures.steps import Step, steps
from archspec.graph import Graph
from archspec.graph.needs import needed
from archspec.graph.remembered import remembered

DEEPEST = 100
"""Branches inside branches that are followed."""


@dataclass(frozen=True)
class Split:
    """Branches from one value to the step that joins them; an empty branch is the value itself."""

    branches: tuple["Chain", ...]
    """In the order in which the join takes them."""
    join: Step


@dataclass(frozen=True)
class Repeat:
    """A chain, several times in a row."""

    body: "Chain"
    times: int


Item = Step | Split | Repeat
Chain = tuple[Item, ...]


class Knotted(Exception):
    """Paths part and meet in a way that is no nesting of branches."""


@remembered
def tree(graph: Graph) -> Chain:
    """The network's main part as a chain. Raises Knotted where its branches do not nest."""
    main = needed(graph.nodes, graph.outputs[:1])
    return Weaver([step for step in steps(graph) if step.last.path in main], graph.input.name).chain()


class Weaver:
    """Finds chains and branches among steps."""

    def __init__(self, found: Sequence[Step], source: str) -> None:
        self.steps = list(found)
        self.source = source
        holder = {node.path: index for index, step in enumerate(self.steps) for node in step.nodes}
        holder[source] = -1
        self.before = [tuple(holder[path] for path in takes(step)) for step in self.steps]
        self.after: dict[int, list[int]] = {index: [] for index in range(-1, len(self.steps))}
        for index, sources in enumerate(self.before):
            for each in sources:
                self.after[each].append(index)
        self.meeting = meetings(self.after, len(self.steps))

    def chain(self) -> Chain:
        """The whole network."""
        items, end = self.follow(-1, len(self.steps), 0)
        if end is not None:
            raise Knotted
        return items

    def follow(self, start: int, stop: int, depth: int) -> tuple[Chain, int | None]:
        """The items behind a step, up to the one that joins it with others; gives the last one before that too."""
        if depth > DEEPEST:
            raise Knotted
        items: list[Item] = []
        here = start
        while True:
            following = self.after[here]
            if not following:
                return tuple(items), None
            if len(following) == 1:
                there = following[0]
                if there == stop:
                    return tuple(items), here
                if self.before[there] != (here,):
                    raise Knotted
                items.append(self.steps[there])
            else:
                there = self.meeting[here]
                if there >= len(self.steps):
                    raise Knotted
                items.append(self.split(here, there, depth))
                if there == stop:
                    raise Knotted
            here = there

    def split(self, fork: int, join: int, depth: int) -> Split:
        """The branches between two steps, in the join's order."""
        ends: dict[int, list[Chain]] = {}
        for first in self.after[fork]:
            if first == join:
                ends.setdefault(fork, []).append(())
                continue
            if self.before[first] != (fork,):
                raise Knotted
            rest, last = self.follow(first, join, depth + 1)
            if last is None:
                raise Knotted
            ends.setdefault(last, []).append((self.steps[first], *rest))
        if sorted(self.before[join]) != sorted(end for end, chains in ends.items() for _ in chains):
            raise Knotted
        branches = tuple(ends[end].pop(0) for end in self.before[join])
        return Split(branches, self.steps[join])


def takes(step: Step) -> tuple[str, ...]:
    """The values that a step computes with, without those that only lend their size."""
    own = {node.path for node in step.nodes}
    return tuple(path for node in step.nodes for path in node.operands if path not in own)


def meetings(after: Mapping[int, Sequence[int]], end: int) -> dict[int, int]:
    """For each step the first one that all ways from it to the end go through; `end` where there is none."""
    first: dict[int, int] = {end: end}
    depth: dict[int, int] = {end: 0}
    for step in sorted(after, reverse=True):
        meeting = end
        for position, following in enumerate(after[step]):
            meeting = following if position == 0 else common(meeting, following, first, depth)
        first[step], depth[step] = meeting, depth[meeting] + 1
    return first


def common(one: int, other: int, first: Mapping[int, int], depth: Mapping[int, int]) -> int:
    """The first step that all ways from either go through."""
    while one != other:
        if depth[one] < depth[other]:
            one, other = other, one
        one = first[one]
    return one


def walk(chain: Chain) -> Iterator[tuple[Step, int]]:
    """Every step of a chain, and how often the network has it."""
    pending: list[tuple[Item, int]] = [(item, 1) for item in reversed(chain)]
    while pending:
        item, times = pending.pop()
        match item:
            case Step():
                yield item, times
            case Repeat(body, count):
                pending += [(inner, times * count) for inner in reversed(body)]
            case Split(branches, join):
                pending.append((join, times))
                pending += [(inner, times) for branch in reversed(branches) for inner in reversed(branch)]


def knotted(graph: Graph) -> Exception:
    """What to say where a style needs branches that nest."""
    message = f"{graph.full_name} cannot be drawn in this style: its branches do not nest"
    return problem("E607", message, help="`--style dag` draws any network")
