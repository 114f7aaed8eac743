"""What other tools count of a network, worked out from its graph: the sum that each of them makes, by hand.

The product has the conventions that can be defended (`archspec summary --count`). These are the others, with what is
wrong in them; `python -m benchmarks.counts` runs the tools, and shows that each sum is exactly theirs. They are of
networks whose layers are modules (`nn.ReLU`, `nn.MaxPool2d`), as those of `benchmarks.models` are.
"""

from collections.abc import Callable, Mapping
from math import prod

from archspec.analysis.conventions import fvcore
from archspec.graph import Graph, Node
from archspec.graph.counts import node_macs, node_params

Counted = Callable[[Graph, Node], int]


def given(graph: Graph, node: Node) -> int:
    """Numbers that go in."""
    return prod(graph.takes(node)[0])


def biased(node: Node) -> int:
    """Additions of a bias: one for each number that comes out."""
    return prod(node.shape) if getattr(node.op, "bias", False) else 0


def by_output(graph: Graph, node: Node) -> int:
    """Multiply-adds, but every weight of a transposed convolution at every position of its output, not of its input.

    That is too much by the area of its stride, where the map grows by that.
    """
    if node.op.kind != "upconv":
        return node_macs(graph, node)
    return node_macs(graph, node) // prod(graph.takes(node)[0][1:]) * prod(node.shape[1:])


def torchinfo(graph: Graph, node: Node) -> int:
    """`total_mult_adds`: biases are multiply-adds, and a batch normalization is its parameters, whatever its map."""
    if node.op.kind == "bn":
        return sum(node_params(graph, node))
    return by_output(graph, node) + biased(node)


def thop(graph: Graph, node: Node) -> int:
    """Four for each number normalized; the mean of a map is its numbers and a division; a softmax is 3n - 1."""
    match node.op.kind:
        case "bn":
            return 4 * given(graph, node)
        case "avgpool" if node.op.global_:
            return given(graph, node) + prod(node.shape)
        case "avgpool":
            return prod(node.shape)
        case "softmax":
            return 3 * prod(node.shape) - 1
    return by_output(graph, node)


def ptflops(graph: Graph, node: Node) -> int:
    """Biases, two for each number normalized, and ReLU and poolings twice: as modules, and as functions within them.

    Of a local response normalization it sees the square, the product, the sum and the pooling of the padded channels.
    """
    match node.op.kind:
        case "bn":
            return 2 * given(graph, node)
        case "relu" | "maxpool" | "avgpool":
            return 2 * given(graph, node)
        case "softmax":
            return given(graph, node)
        case "lrn":
            return lrn(graph, node)
    return node_macs(graph, node) + biased(node)


def lrn(graph: Graph, node: Node) -> int:
    """The steps of PyTorch's local response normalization that tools see."""
    channels, height, width = graph.takes(node)[0]
    return 3 * given(graph, node) + (channels + node.op.size - 1) * height * width


def calflops(graph: Graph, node: Node) -> int:
    """Its MACs are multiply-adds and nothing else."""
    return node_macs(graph, node)


def calflops_flops(graph: Graph, node: Node) -> int:
    """Its FLOPs: two for each multiply-add and normalized number, one for what else comes by, and no bias of FC layers.

    The bias of a transposed convolution is counted as if it shrank its map, as a convolution does.
    """
    match node.op.kind:
        case "bn":
            return 2 * given(graph, node)
        case "relu" | "maxpool" | "avgpool" | "softmax":
            return given(graph, node)
        case "lrn":
            return lrn(graph, node)
        case "upconv":
            _, *sizes = graph.takes(node)[0]
            shrunk = [(size - k) // s + 1 for size, k, s in zip(sizes, node.op.kernel, node.op.stride, strict=True)]
            return 2 * node_macs(graph, node) + node.shape[0] * prod(shrunk)
        case "conv":
            return 2 * node_macs(graph, node) + biased(node)
    return 2 * node_macs(graph, node)


SUMS: Mapping[str, Counted] = {
    "torchinfo": torchinfo,
    "fvcore": fvcore,
    "ptflops": ptflops,
    "calflops": calflops,
    "calflops, FLOPs": calflops_flops,
    "thop": thop,
}
"""By the tool."""


def total(graph: Graph, tool: str) -> int:
    """What a tool counts of a network without heads."""
    return sum(SUMS[tool](graph, node) for node in graph.nodes)
