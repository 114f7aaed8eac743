"""A classifier as a fully convolutional network: every fully connected layer is a convolution."""

from collections.abc import Sequence
from math import prod

from archspec import ops
from archspec.diagnostics import problem
from archspec.graph import Graph
from archspec.graph.builder import Builder
from archspec.op import Mismatch, Op, Shape
from archspec.op.pointwise import Activation
from archspec.op.window import size
from archspec.ops.add import Add
from archspec.ops.dropout import Dropout
from archspec.ops.fc import FullyConnected
from archspec.ops.flatten import Flatten
from archspec.ops.identity import Identity
from archspec.ops.scale import Scale
from archspec.rewrite.change import change

VALUE_BY_VALUE = Activation | Add | Dropout | Identity | Scale
"""What computes the same on a map as on the vector made of it, if it has no weights."""


def convolutional(graph: Graph) -> Graph:
    """The graph with convolutions for its fully connected layers (Long et al. 2015, section 3.1).

    A fully connected layer on a C x H x W map is a convolution whose H x W window covers the map, and one on a vector
    is a 1x1 convolution. Paths stay, and so do the values of all tensors, in order: a weight of F x CHW is read as
    F x C x H x W. On a larger input the network gives a map of outputs. Raises Problem E612 where there is no such
    layer, or no map for one.
    """
    builder = Builder(graph.input.shape)
    now: dict[str, str] = {graph.input.name: graph.input.name}
    for node in graph.nodes:
        inputs = [now[path] for path in node.inputs]
        if isinstance(node.op, Flatten):
            now[node.path] = inputs[0]
            continue
        shapes = [builder.shapes[path] for path in inputs]
        try:
            if isinstance(node.op, FullyConnected):
                op = convolution(node.op, shapes[0])
            else:
                op = unchanged(node.op, graph.takes(node), shapes)
            now[node.path] = builder.add(node.path, op, inputs, node.origin)
        except Mismatch as error:
            raise problem("E612", f"{graph.full_name} cannot be made convolutional", f"{node.path}: {error}") from None
    if not any(isinstance(node.op, FullyConnected) for node in graph.nodes):
        raise problem("E612", f"{graph.full_name} has no fully connected layers", "it is convolutional as it is")
    return change(
        graph,
        nodes=tuple(builder.nodes),
        outputs=tuple(now[path] for path in graph.outputs),
        heads=tuple(head.model_copy(update={"value": now[head.value]}) for head in graph.heads),
    )


def convolution(layer: FullyConnected, shape: Shape) -> Op:
    """The convolution that computes the same. Raises Mismatch where the layer takes no map."""
    if len(shape) != 3:
        help = "the network's input is no map"
        raise Mismatch("E202", f"`{layer}` takes a vector, over which no window can slide", f"{shape[0]} values", help)
    fields = {"kernel": shape[1:], "channels": layer.features, "pad": (0, 0, 0, 0)}
    return ops.make("conv", **fields, bias=layer.bias, frozen=layer.frozen)


def unchanged(op: Op, before: Sequence[Shape], shapes: Sequence[Shape]) -> Op:
    """Any other layer. Raises Mismatch where it took the vector of a map and computes something else on the map."""
    maps = [shape for vector, shape in zip(before, shapes, strict=True) if len(vector) == 1 and prod(shape[1:]) > 1]
    if maps and (op.weights(*before) or not isinstance(op, VALUE_BY_VALUE)):
        message = f"`{op}` takes a vector that is a map here, and would compute something else"
        raise Mismatch("E612", message, size(maps[0]))
    return op
