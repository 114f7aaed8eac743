"""A network whose outputs are logits: losses and rankings want them, and a softmax can follow anywhere."""

from collections import Counter

from archspec.graph import Graph
from archspec.ops.logsoftmax import LogSoftmax
from archspec.ops.softmax import Softmax
from archspec.rewrite.change import change


def logits(graph: Graph) -> Graph:
    """The graph with the value before a softmax or a logsoftmax wherever one ends an output or a head.

    What ends in none stays as it is, and so does what is nothing but a softmax of the input.
    """
    before = {
        node.path: node.inputs[0]
        for node in graph.nodes
        if isinstance(node.op, Softmax | LogSoftmax) and node.inputs[0] != graph.input.name
    }
    taken = Counter(path for node in graph.nodes for path in node.inputs)
    gone = {path for path in graph.results if path in before and not taken[path]}
    return change(
        graph,
        nodes=tuple(node for node in graph.nodes if node.path not in gone),
        outputs=tuple(before.get(path, path) for path in graph.outputs),
        heads=tuple(head.model_copy(update={"value": before.get(head.value, head.value)}) for head in graph.heads),
    )
