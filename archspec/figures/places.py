"""Where the boxes of any graph go: a row each, below all that they take, and a column each, beside the spine."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from archspec.figures.steps import Step, steps
from archspec.figures.tree import takes
from archspec.graph import Graph


class Span(NamedTuple):
    """What fills a column from below one row to below another: boxes below one another, or a line."""

    first: int
    last: int
    boxes: tuple[int, ...] = ()
    source: int = -1
    """The box that a line comes from."""


class Places:
    """The places of boxes: 0 is the network's input, the others are the steps in the order of the graph."""

    def __init__(self, graph: Graph) -> None:
        self.steps: Sequence[Step] = steps(graph)
        self.holder = holder = {node.path: index for index, step in enumerate(self.steps, 1) for node in step.nodes}
        holder[graph.input.name] = 0
        self.before: list[list[int]] = [[]]
        self.before += [list(dict.fromkeys(holder[path] for path in takes(step))) for step in self.steps]
        self.after: list[list[int]] = [[] for _ in self.before]
        self.row: list[int] = []
        for index, sources in enumerate(self.before):
            self.row.append(1 + max((self.row[source] for source in sources), default=-1))
            for source in sources:
                self.after[source].append(index)
        self.spine = self.backbone(holder[graph.outputs[0]])
        self.next = dict(zip(self.spine, self.spine[1:], strict=False))
        self.behind = {after: before for before, after in self.next.items()}
        """The box on the spine before each one there."""
        self.columns: list[list[Span]] = []
        self.column = dict.fromkeys(self.spine, 0)
        self.lane: dict[int, int] = {}
        """The column of the line that a box's value goes down in."""
        spans = [*self.chains(), *self.lanes()]
        deep = self.depths(spans)
        for span in sorted(spans, key=lambda span: (deep[span], span.last - span.first, span.first)):
            self.put(span)

    def backbone(self, end: int) -> list[int]:
        """A longest way from the input to a box."""
        found = [end]
        while found[-1]:
            here = found[-1]
            found.append(next(each for each in self.before[here] if self.row[each] == self.row[here] - 1))
        return found[::-1]

    def chains(self) -> list[Span]:
        """The boxes beside the spine, those that follow each other together."""
        chains: list[list[int]] = []
        ending: dict[int, list[int]] = {}
        on = set(self.spine)
        for index in range(len(self.before)):
            if index in on:
                continue
            chain = next((ending.pop(each) for each in self.before[index] if each in ending), None)
            if chain is None:
                chain = []
                chains.append(chain)
            else:
                self.next[chain[-1]] = index
            chain.append(index)
            ending[index] = chain
        return [Span(self.row[chain[0]] - 1, self.stop(chain[-1]), tuple(chain)) for chain in chains]

    def depths(self, spans: Sequence[Span]) -> dict[Span, int]:
        """For each span from how many others in a row it branches off the spine."""
        depth = dict.fromkeys(self.spine, 0)
        found: dict[Span, int] = {}
        for span in sorted(spans, key=lambda span: span.boxes or (span.source,)):
            found[span] = 1 + max((depth[box] for box in self.sources(span)), default=0)
            depth.update(dict.fromkeys(span.boxes, found[span]))
        return found

    def sources(self, span: Span) -> list[int]:
        """The boxes that a span begins at."""
        return self.before[span.boxes[0]] if span.boxes else [span.source]

    def stop(self, box: int) -> int:
        """The last row that a box's value goes down past."""
        return max((self.row[each] for each in self.after[box]), default=self.row[box]) - 1

    def lanes(self) -> list[Span]:
        """The lines that go past other boxes."""
        on = set(self.spine)
        found = []
        for box in range(len(self.before)):
            far = [
                each for each in self.after[box] if self.row[each] > self.row[box] + 1 and self.next.get(box) != each
            ]
            if far and (box in on or box in self.next):
                found.append(Span(self.row[box], max(self.row[each] for each in far) - 1, source=box))
        return found

    def arrival(self, source: int, target: int) -> int:
        """The column in which a line comes down to a box."""
        near = self.row[target] == self.row[source] + 1
        return self.column[source] if near else self.lane.get(source, self.column[source])

    def narrow(self) -> Iterator[int]:
        """The rows below which nothing goes on but the value of the spine's box there."""
        on, going = set(self.spine), 0
        beside = [0] * (max(self.row) + 1)
        for box in set(range(len(self.row))) - on:
            beside[self.row[box]] = max(beside[self.row[box]], self.stop(box) + 1)
        for row, box in enumerate(self.spine[:-1]):
            going = max(going, beside[row])
            if going <= row:
                yield row
            going = max(going, self.stop(box) + 1)

    def put(self, span: Span) -> None:
        """Give a span the first column that is free, as far as it goes, to the right of what it branches off."""
        start = max((self.column[box] for box in self.sources(span)), default=0)
        free = (
            index
            for index, column in enumerate(self.columns, 1)
            if index > start and all(span.last < other.first or other.last < span.first for other in column)
        )
        index = next(free, max(start, len(self.columns)) + 1)
        self.columns += [[] for _ in range(index - len(self.columns))]
        self.columns[index - 1].append(span)
        self.column.update(dict.fromkeys(span.boxes, index))
        if span.source >= 0:
            self.lane[span.source] = index
