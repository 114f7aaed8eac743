"""What one box of a figure shows: a layer with the quiet ones around it, which papers name in the caption."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archspec.graph import Graph, Node
from archspec.graph.remembered import remembered
from archspec.op import Op, Shape

QUIET = frozenset(("bn", "dropout", "flatten", "identity", "softmax", "logsoftmax", "crop", "croplike", "scale", "pad"))
"""Kinds that a figure does not give a box, besides activations."""


@dataclass(frozen=True)
class Step:
    """One box: a layer that is named, and those around it that are not."""

    nodes: tuple[Node, ...]
    """In the order of the graph."""
    main: Node
    given: Shape
    """What the first of them takes: channels, height, width, or the length of a vector."""

    @property
    def path(self) -> str:
        """The path of the layer that is named."""
        return self.main.path

    @property
    def last(self) -> Node:
        return self.nodes[-1]

    @property
    def shape(self) -> Shape:
        """What the last of them gives."""
        return self.last.shape


def quiet(op: Op) -> bool:
    """Whether a layer is only named in the note."""
    return op.activation or op.kind in QUIET


@remembered
def steps(graph: Graph) -> list[Step]:
    """The boxes of a network, in the order of the graph."""
    taken = Counter(path for node in graph.nodes for path in node.inputs) + Counter(graph.results)
    groups: list[list[Node]] = []
    ending: dict[str, list[Node]] = {}
    for node in graph.nodes:
        before = node.inputs[0]
        group = ending.get(before)
        alone = taken[before] == 1 and group is not None
        opening = alone and group is not None and all(quiet(each.op) for each in group)
        if group is None or not alone or not (quiet(node.op) or opening) or len(node.operands) > 1:
            group = []
            groups.append(group)
        group.append(node)
        ending[node.path] = group
    return [made(graph, group) for group in groups]


def made(graph: Graph, group: Sequence[Node]) -> Step:
    """A group as a step: named after its first layer that is not quiet, or its first."""
    loud = [node for node in group if not quiet(node.op)]
    main = (loud or list(group))[0]
    return Step(tuple(group), main, graph.shapes[group[0].inputs[0]])


def omitted(found: Sequence[Step]) -> Iterator[str]:
    """The kinds that no box names, each once, in the order of the graph."""
    kinds = dict.fromkeys(node.op.kind for step in found for node in step.nodes if node is not step.main)
    yield from kinds
