"""From the graph to ONNX nodes."""

import onnx

from archspec.backends.onnx.emitter import Emitter, declare
from archspec.backends.onnx.rules import rule
from archspec.graph import Graph


def lower(graph: Graph, opset: int, batch: int | None, training: bool = False) -> onnx.GraphProto:
    """The network, without its weights; the values of heads follow its outputs. Raises Problem E607 for what ONNX
    cannot express.

    A layer that changes nothing (identity and, in inference, dropout) gives no node: its value is the one that it
    takes.
    """
    examples = batch or "N"
    proto = onnx.GraphProto(name=graph.full_name)
    declare(proto.input.add(name=graph.input.name), (examples, *graph.input.shape))
    for path in dict.fromkeys(graph.results):
        declare(proto.output.add(name=path), (examples, *graph.shapes[path]))
    values: dict[str, str] = {graph.input.name: graph.input.name}
    for node in graph.nodes:
        at = Emitter(proto, graph, node, [values[path] for path in node.inputs], opset, examples, training)
        values[node.path] = rule(node.op)(node.op, at)
        if node.path in graph.results and values[node.path] != node.path:
            at.emit("Identity", [values[node.path]])
    return proto
