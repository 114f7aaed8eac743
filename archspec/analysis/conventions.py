"""Conventions of counting what a layer computes: ours, and those of other tools."""

from collections.abc import Callable, Iterable, Mapping
from math import prod
from typing import NamedTuple

from archspec.graph import Graph, Node
from archspec.graph.counts import node_macs
from archspec.ops.adaptiveavgpool import AdaptiveAvgPool
from archspec.ops.avgpool import AvgPool
from archspec.ops.bn import BatchNorm
from archspec.ops.upsample import Upsample


class Convention(NamedTuple):
    """What is counted, under a name."""

    unit: str
    """What the numbers are called."""
    about: str
    of: Callable[[Graph, Node], int]
    """The count of one layer, for one example in inference."""


def flops(graph: Graph, node: Node) -> int:
    """A multiplication and an addition for each multiply-add."""
    return 2 * node_macs(graph, node)


def fvcore(graph: Graph, node: Node) -> int:
    """Multiply-adds, and numbers of other layers that fvcore adds to them as if they were."""
    given, op = prod(graph.takes(node)[0]), node.op
    match op:
        case BatchNorm():
            return 2 * given
        case AdaptiveAvgPool():
            return given
        case AvgPool() if op.global_:
            return given
        case Upsample():
            return prod(node.shape) * (1 if op.mode == "nearest" else 4)
    return node_macs(graph, node)


CONVENTIONS: Mapping[str, Convention] = {
    "macs": Convention("multiply-adds", "of papers and of torchvision", node_macs),
    "flops": Convention("FLOPs", "of torch.utils.flop_counter: two for each multiply-add", flops),
    "fvcore": Convention("fvcore's flops", "of fvcore: multiply-adds, and numbers of some other layers", fvcore),
}
"""The default first."""


def counted(graph: Graph, nodes: Iterable[Node], convention: str) -> int:
    """What some layers come to."""
    count = CONVENTIONS[convention].of
    return sum(count(graph, node) for node in nodes)
