"""Which boxes and arrows a diagram has, and in which order."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from archspec.graph import Graph, Node
from archspec.op import Op, Shape

FOLLOWERS = ("bn", "dropout")
"""Kinds that papers write behind a layer, as they do activations: `conv3-64 bn relu` is one box."""

Chain = list[Node]
"""The nodes of one box: a layer and its followers."""


class Box(NamedTuple):
    """One rectangle: a layer with its followers or, where it has no ops, the input or an output."""

    id: str
    """The path of its first node."""
    text: str
    ops: tuple[Op, ...] = ()
    size: str = ""
    """The size of its value, where that is another than its input's."""


class Arrow(NamedTuple):
    """From one box to another."""

    tail: str
    head: str
    main: bool = True
    """Whether it belongs to the backbone; a shortcut and its layers do not."""


class Figure(NamedTuple):
    """A diagram: boxes from top to bottom, branches from left to right, in the order of the graph."""

    title: str
    boxes: list[Box]
    arrows: list[Arrow]


def draw(graph: Graph) -> Figure:
    """The diagram of a network."""
    uses = Counter(path for node in graph.nodes for path in node.inputs) + Counter(graph.results)
    chains = fold(graph.nodes, uses)
    holder = {node.path: chain[0].path for chain in chains for node in chain}
    holder[graph.input.name] = graph.input.name
    outputs = [Box(f"output {path}", f"output {path}" if at else "output") for at, path in enumerate(graph.outputs)]
    heads = [Box(f"head {head.name}", head.name) for head in graph.heads]  # no path has a space: no node is called so
    ends = [*outputs, *heads]
    return Figure(
        graph.title or graph.full_name,
        [
            Box(graph.input.name, "input", size=size(graph.input.shape)),
            *(layer(graph, chain) for chain in chains),
            *ends,
        ],
        arrows(chains, uses, holder)
        + [Arrow(holder[path], end.id) for path, end in zip(graph.results, ends, strict=True)],
    )


def fold(nodes: Sequence[Node], uses: Mapping[str, int]) -> list[Chain]:
    """The nodes box by box: what normalizes, activates or drops a value that only it takes joins that box."""
    chains: list[Chain] = []
    ending: dict[str, Chain] = {}
    for node in nodes:
        before = node.inputs[0]
        if before in ending and uses[before] == 1 and (node.op.activation or node.op.kind in FOLLOWERS):
            chain = ending[before]
        else:
            chain = []
            chains.append(chain)
        chain.append(node)
        ending[node.path] = chain
    return chains


def layer(graph: Graph, chain: Chain) -> Box:
    """The box of a layer with its followers."""
    first, last = chain[0], chain[-1]
    changed = last.shape != graph.shapes[first.inputs[0]]
    ops = tuple(node.op for node in chain)
    return Box(first.path, " ".join(map(str, ops)), ops, size(last.shape) if changed else "")


def size(shape: Shape) -> str:
    """A shape as papers write it: `112x112x64` is 64 channels of 112x112."""
    return "x".join(map(str, (*shape[1:], shape[0])))


def arrows(chains: Sequence[Chain], uses: Mapping[str, int], holder: Mapping[str, str]) -> list[Arrow]:
    """The arrows into each layer's box.

    Where a layer joins two values, the second is the shortcut (in a U the skip, for an unpooling the switches); it
    and the layers that only it passes through are beside the backbone. Among more branches none is.
    """
    found: list[Arrow] = []
    beside: set[str] = set()
    for chain in reversed(chains):
        head, first = chain[0].path, chain[0]
        sources = first.inputs[: len(first.inputs) - first.op.sizing]
        shortcut = sources[1] if len(sources) == 2 else None
        for path in reversed(sources):
            main = path != shortcut and head not in beside
            found.append(Arrow(holder[path], head, main))
            if not main and uses[path] == 1:
                beside.add(holder[path])
    return found[::-1]
