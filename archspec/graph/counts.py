"""What a network costs: parameters, multiply-adds and depth."""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from archspec.graph import Graph, Node
from archspec.graph.needs import only_heads_need
from archspec.graph.remembered import remembered


class Parameters(NamedTuple):
    """Learned values: those that training changes, and those that it leaves. Running statistics are none."""

    trainable: int
    frozen: int


class Totals(NamedTuple):
    """What some layers come to, for one example."""

    params: Parameters
    macs: int


class Counts(NamedTuple):
    """The totals of one network, for one example. Papers count without what only heads need, and so do we."""

    depth: int
    params: Parameters
    macs: int
    with_heads: Totals
    """The network as it is trained; where it has no heads, the same once more."""


@remembered
def count(graph: Graph) -> Counts:
    """Add up a network."""
    beside = only_heads_need(graph)
    whole = totals(graph, graph.nodes)
    main = totals(graph, [node for node in graph.nodes if node.path not in beside]) if beside else whole
    return Counts(depth(graph), *main, whole)


def totals(graph: Graph, nodes: Sequence[Node]) -> Totals:
    """Add up some layers. The layers of a repeat are one op, which is asked once for each size that it is given."""
    known: dict[object, tuple[int, int, int]] = {}
    shapes, trainable, frozen, macs = graph.shapes, 0, 0, 0
    for node in nodes:
        key = (id(node.op), *[shapes[path] for path in node.inputs])
        if key not in known:
            known[key] = (*node_params(graph, node), node_macs(graph, node))
        more = known[key]
        trainable, frozen, macs = trainable + more[0], frozen + more[1], macs + more[2]
    return Totals(Parameters(trainable, frozen), macs)


def node_params(graph: Graph, node: Node) -> Parameters:
    """The parameters of one layer."""
    sizes = [prod(w.shape) for w in node.op.weights(*graph.takes(node)).values() if not w.buffer]
    return Parameters(sum(sizes), 0) if node.op.trains() else Parameters(0, sum(sizes))


def node_macs(graph: Graph, node: Node) -> int:
    """The multiply-adds of one layer: bias, normalization, pooling and activations count none."""
    return node.op.macs(*graph.takes(node))


def depth(graph: Graph) -> int:
    """The most weight layers on any path from the input to the main output.

    Convolutions, transposed convolutions and fully connected layers count, unless frozen: 19 for VGG-E,
    22 for GoogLeNet, 50 for ResNet-50, as their papers count.
    """
    deepest: dict[str, int] = {graph.input.name: 0}
    for node in graph.nodes:
        before = max([deepest[path] for path in node.operands])
        deepest[node.path] = before + 1 if node.op.weight_layer and node.op.trains() else before
    return deepest[graph.outputs[0]]
