"""A classifier as a fully convolutional network: every fully connected layer is a convolution."""

from archspec import ops
from archspec.diagnostics import problem
from archspec.graph import Graph
from archspec.graph.builder import Builder
from archspec.op import Mismatch, Op, Shape
from archspec.ops.fc import FullyConnected
from archspec.ops.flatten import Flatten
from archspec.rewrite.change import change


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
        try:
            op = convolution(node.op, builder.shapes[inputs[0]]) if isinstance(node.op, FullyConnected) else node.op
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
