"""The model around the nodes: versions, where it is from, and the check that it is sound."""

from collections.abc import Iterator

import onnx

from archspec import __version__
from archspec.backends.onnx.emitter import declare
from archspec.graph import Graph
from archspec.graph.counts import count
from archspec.weights import Weights


def wrap(proto: onnx.GraphProto, graph: Graph, weights: Weights, opset: int, mode: str) -> onnx.ModelProto:
    """The model, without its weights. The same network, weights and options give the same bytes."""
    versions = [onnx.OperatorSetIdProto(domain="", version=opset)]
    model = onnx.ModelProto(
        ir_version=onnx.helper.find_min_ir_version_for(versions),
        opset_import=versions,
        producer_name="archspec",
        producer_version=__version__,
        doc_string=graph.title,
        graph=proto,
    )
    for key, value in about(graph, weights, mode):
        model.metadata_props.add(key=f"archspec.{key}", value=value)
    check(model, graph)
    return model


def about(graph: Graph, weights: Weights, mode: str) -> Iterator[tuple[str, str]]:
    """What a reader of the file may ask."""
    counts = count(graph)
    yield "network", graph.full_name
    yield "title", graph.title
    yield "sha256", graph.sha256
    yield "mode", mode
    for head in graph.heads:
        yield f"head.{head.name}", f"{head.value}, weight {head.weight:g}"
    yield "weights", weights.describe()
    if weights.seed is not None:
        yield "seed", str(weights.seed)
    yield "params", str(sum(counts.params))
    yield "macs", str(counts.macs)


def check(model: onnx.ModelProto, graph: Graph) -> None:
    """ONNX's own check and its own shape inference, with the weights declared as further inputs.

    That takes milliseconds, however large the weights are. What it raises is a mistake of this back end.
    """
    given = len(model.graph.input)
    for name, _, weight in graph.tensors():
        declare(model.graph.input.add(name=name), weight.shape)
    onnx.checker.check_model(model, full_check=True)
    del model.graph.input[given:]
