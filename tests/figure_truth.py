"""What a figure has to say of a graph, worked out from the graph alone."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import accumulate
from typing import Any

from archspec.graph import Graph, Node
from archspec.graph.needs import needed
from archspec.op import Op, Shape

UNSAID = {
    "bn": "BN", "relu": "ReLU", "softmax": "softmax", "logsoftmax": "log-softmax", "dropout": "dropout",
    "flatten": "flatten", "crop": "crop", "croplike": "crop", "identity": "identity", "scale": "scale", "pad": "pad",
    "lrn": "LRN",
}  # fmt: skip
"""Layers that a figure may leave to a note, and what the note calls them."""
NOUNS = {"conv": "conv", "dwconv": "depthwise conv", "upconv": "up-conv", "maxpool": "max pool", "avgpool": "avg pool"}
LONGEST = 3
"""Layers on a shortcut, at most."""
BARE = {"concat": "concat", "adaptiveavgpool": "avg pool", "upsample": "upsample"}
"""What layers are called that have no window."""


class Truth:
    """Facts of one graph."""

    def __init__(self, graph: Graph, heads: bool = False) -> None:
        self.graph = graph
        shown = needed(graph.nodes, graph.results if heads else graph.outputs[:1])
        self.nodes = {node.path: node for node in graph.nodes if node.path in shown}
        """The layers that the figure is to show, by path."""

    @cached_property
    def prints(self) -> Mapping[str, str]:
        """Each layer with all that a reader could tell it by: equal prints may be drawn once, with a count."""
        return {path: f"{node.op!r} {self.takes(node)} {node.shape}" for path, node in self.nodes.items()}

    def takes(self, node: Node) -> list[Shape]:
        return [self.graph.shapes[path] for path in node.inputs]

    def missing(self, drawn: Mapping[str, int]) -> Iterator[str]:
        """R7: layers that are drawn too often or too seldom; `drawn` has how often each stands there."""
        have = Counter(self.prints.values())
        seen: Counter[str] = Counter()
        for path, times in drawn.items():
            seen[self.prints[path]] += times
        for path, text in self.prints.items():
            if text in have and seen[text] != have[text]:
                yield f"R7 {have.pop(text)} layers are like {path}, {seen[text]} are drawn"
            else:
                have.pop(text, None)

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The input and the layers, numbered as the graph has them."""
        return {path: at for at, path in enumerate((self.graph.input.name, *self.nodes))}

    @cached_property
    def before(self) -> Mapping[str, int]:
        """For each value all those that it is made from, itself included, as the bits of a number."""
        found = {self.graph.input.name: 1}
        for path, node in self.nodes.items():
            found[path] = 1 << self.order[path]
            for source in self.sources(node):
                found[path] |= found[source]
        return found

    def sources(self, node: Node) -> tuple[str, ...]:
        """The values that a layer computes with, without those that only lend their size or their places."""
        return node.inputs[: len(node.inputs) - node.op.sizing]

    @cached_property
    def passed(self) -> frozenset[str]:
        """The layers that no path from the input to the output goes around."""
        main = needed(self.graph.nodes, self.graph.outputs[:1])
        reach = dict.fromkeys(self.order, 0)
        for path, node in self.nodes.items():
            if path not in main:
                continue
            for source in self.sources(node):
                reach[source] = max(reach[source], self.order[path])
        farthest = [*accumulate(reach.values(), max)]
        return frozenset(path for path, at in self.order.items() if path in main and at and farthest[at - 1] <= at)

    @cached_property
    def sums(self) -> Mapping[str, str]:
        """What R10 asks of the line around each sum of two: `solid`, `dashed`, `skip` where the body is a U; `columns`
        where both ways are so long that they stand side by side."""
        sums = {path: node for path, node in self.nodes.items() if len(node.inputs) == 2 and node.op.kind == "add"}
        return {path: self.around(node) for path, node in sums.items()}

    def around(self, node: Node) -> str:
        """A shortcut is solid where its value is what the body takes, dashed where it is made to fit."""
        one, other = (self.before[path] for path in node.inputs)
        fork = [*self.order][(one & other).bit_length() - 1]
        ways = [
            [path for path in self.nodes if (branch & ~self.before[fork]) >> self.order[path] & 1]
            for branch in (one, other)
        ]
        loud = [sum(not unsaid(self.nodes[path].op) for path in way) for way in ways]
        if min(self.nodes[path].shape[-1] for way in ways for path in way) < node.shape[-1]:
            return "skip"
        if min(loud) > LONGEST:
            return "columns"
        return "dashed" if min(loud) or self.graph.shapes[fork] != node.shape else "solid"

    def label(self, node: Node) -> str:
        """How a paper writes a layer (R13); empty where there is no such custom."""
        op: Any = node.op
        if op.kind == "fc":
            return f"fc {node.shape[0]}"
        if getattr(op, "global_", False):
            return NOUNS[op.kind]
        if op.kind not in NOUNS:
            return BARE.get(op.kind, "")
        parts = [f"{op.kernel[0]}×{op.kernel[1]} {NOUNS[op.kind]}"]
        if op.kind in ("conv", "dwconv", "upconv"):
            parts.append(str(node.shape[0]))
        if op.stride != (1, 1):
            parts.append(f"/{op.stride[0]}" if op.stride[0] == op.stride[1] else f"/{op.stride[0]}×{op.stride[1]}")
        return ", ".join(parts)


def unsaid(op: Op) -> str:
    """What a note calls a layer that a figure may leave to it; empty for one that has to be drawn."""
    return UNSAID.get(op.kind, op.kind if op.activation else "")


def side(shape: Shape) -> str:
    """A map's height and width; a vector is one place."""
    return f"{shape[1]}×{shape[2]}" if len(shape) == 3 else "1×1"
