"""Batch normalization as part of the layer before it, as inference can have it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from archspec.graph import Graph, Label, Node
from archspec.op.convolution import Weighted
from archspec.ops.bn import BatchNorm
from archspec.rewrite.change import change
from archspec.rewrite.folding import Folding
from archspec.weights import Weights


def fold(graph: Graph, weights: Weights) -> tuple[Graph, Weights]:
    """The graph without the batch normalizations whose value is a layer's alone, and the weights that make up for it.

    Such a layer keeps its path and takes over the value's. The numbers are the same as with the running statistics.
    """
    norms = {layer.path: norm for layer, norm in foldable(graph)}
    moved = {norm.path: layer for layer, norm in norms.items()}
    values = [label for label in graph.labels if label.value not in norms]
    folded = change(
        graph,
        nodes=tuple(rewired(node, node.path in norms, moved) for node in graph.nodes if node.path not in moved),
        outputs=tuple(moved.get(path, path) for path in graph.outputs),
        heads=tuple(head.model_copy(update={"value": moved.get(head.value, head.value)}) for head in graph.heads),
        labels=tuple(Label(name=label.name, value=moved.get(label.value, label.value)) for label in values),
    )
    return folded, Folding(weights, graph, norms)


def foldable(graph: Graph) -> Iterator[tuple[Node, Node]]:
    """Every layer with weights whose value goes into a batch normalization and nowhere else, with that."""
    uses = Counter(path for node in graph.nodes for path in node.inputs) + Counter(graph.results)
    weighted = {node.path: node for node in graph.nodes if isinstance(node.op, Weighted)}
    for node in graph.nodes:
        layer = weighted.get(node.inputs[0])
        if layer and isinstance(node.op, BatchNorm) and uses[layer.path] == 1:
            yield layer, node


def rewired(node: Node, takes_bias: bool, moved: Mapping[str, str]) -> Node:
    """A node that takes the values of folded layers, and has a bias if it is one of them."""
    op = node.op.model_copy(update={"bias": True}) if takes_bias else node.op
    return replace(node, op=op, inputs=tuple(moved.get(path, path) for path in node.inputs))
