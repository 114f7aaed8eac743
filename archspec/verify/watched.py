"""Which values of a network are compared."""

from archspec.graph import Graph

SOFTMAX = ("softmax", "logsoftmax")
APART = 32
"""Weight layers after which a value is compared in any case: further on, a slip may have died out."""


def roles(graph: Graph) -> dict[str, tuple[str, str]]:
    """The name and the role of each value, by path, outputs first. A softmax hides what goes into it."""
    nodes = {node.path: node for node in graph.nodes}
    found = {path: (path, "output") for path in graph.outputs}
    found |= {head.value: (head.name, "head") for head in graph.heads}
    for path in graph.results:
        if path in nodes and nodes[path].op.kind in SOFTMAX:
            (inside,) = nodes[path].inputs
            found.setdefault(inside, (inside, "logits"))
    for label in graph.labels:
        found.setdefault(label.value, (label.name, "label"))
    for source in pooled(graph).values():
        found.setdefault(source, (source, "pooled"))
    layers = [node.path for node in graph.nodes if node.op.weight_layer]
    for path in layers[APART - 1 :: APART]:
        found.setdefault(path, (path, "layer"))
    found.pop(graph.input.name, None)
    return found


def pooled(graph: Graph) -> dict[str, str]:
    """The max-poolings whose switches an unpooling takes, each with the value that it pools."""
    return {node.inputs[1]: node.inputs[2] for node in graph.nodes if node.op.kind == "unpool"}


def watching(graph: Graph) -> Graph:
    """The network with all of these as outputs; what a head gives is one like the others."""
    return graph.model_copy(update={"outputs": tuple(roles(graph)), "heads": ()})
