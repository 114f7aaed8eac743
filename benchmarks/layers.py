"""A network as a list of ONNX's layers, which belongs to no tool: what those who build graphs by hand are given.

`python -m benchmarks.layers SPEC FOLDER NAME` writes it to NAME.json, and to NAME.tensors the tensors that
`benchmarks.limits` is to write. It is read from the ONNX file of the spec, without its weights.
"""

import json
import sys
from dataclasses import asdict, dataclass, replace
from math import prod
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


@dataclass(frozen=True)
class Layer:
    """A node: its inputs are values, weights and constants by name."""

    kind: str
    inputs: list[str]
    output: str
    attributes: dict[str, Any]


@dataclass(frozen=True)
class Layers:
    """A network in the order of its computation."""

    input: str
    input_shape: list[int]
    """Of one example."""
    output: str
    output_shape: list[int]
    layers: list[Layer]
    weights: dict[str, list[int]]
    """The shapes of float32 tensors."""
    constants: dict[str, list[int]]
    """Whole numbers: where a crop starts and ends."""


def read(path: str | Path) -> Layers:
    """The list that `python -m benchmarks.layers` wrote."""
    held = json.loads(Path(path).read_text(encoding="utf-8"))
    return Layers(**{**held, "layers": [Layer(**layer) for layer in held["layers"]]})


def deviation(name: str, shape: list[int]) -> float:
    """He et al. 2015: the standard deviation of a kernel or matrix; 0 for what is no such."""
    return (2 / prod(shape[1:])) ** 0.5 if len(shape) > 1 else 0.0


def listed(path: Path) -> Layers:
    """The layers of an ONNX file."""
    import onnx
    from onnx.numpy_helper import to_array

    graph = onnx.load(path).graph
    floats = [each for each in graph.initializer if each.data_type == onnx.TensorProto.FLOAT]
    constants = [each for each in graph.initializer if each.data_type != onnx.TensorProto.FLOAT]
    given, result = graph.input[0], graph.output[0]
    layers = [
        Layer(node.op_type, list(node.input), node.output[0], {a.name: plain(a) for a in node.attribute})
        for node in graph.node
    ]
    return Layers(
        given.name,
        example(given),
        result.name,
        example(result),
        layers,
        {each.name: list(each.dims) for each in floats},
        {each.name: to_array(each).tolist() for each in constants},
    )


def example(value: Any) -> list[int]:
    """The shape of one example of a value."""
    return [dim.dim_value for dim in value.type.tensor_type.shape.dim[1:]]


def plain(attribute: Any) -> Any:
    """An attribute's value, as JSON has it."""
    from onnx.helper import get_attribute_value

    value = get_attribute_value(attribute)
    return value.decode() if isinstance(value, bytes) else list(value) if hasattr(value, "__iter__") else value


def joined(network: Layers, norms: dict[str, dict[str, Any]]) -> Layers:
    """With local response normalizations as one layer each, as who builds by hand has them, where our file spells them
    out; by their outputs, with their attributes."""

    def spelt(name: str) -> bool:
        return any(name.startswith(f"{norm}.") for norm in norms)

    layers = [
        Layer("LRN", each.inputs[:1], each.output, norms[each.output]) if each.output in norms else each
        for each in network.layers
        if not spelt(each.output)
    ]
    kept = {name: shape for name, shape in network.weights.items() if not spelt(name)}
    constants = {name: held for name, held in network.constants.items() if not spelt(name)}
    return replace(network, layers=layers, weights=kept, constants=constants)


def main(spec: str, folder: str, name: str) -> None:
    """Write the list of a spec's layers, and that of its tensors."""
    import archspec
    from archspec.rewrite import Changes, rewrite
    from benchmarks.limits import listing

    network, place = archspec.load(spec), Path(folder)
    ops = {node.path: node.op for node in network.graph.nodes if node.op.kind == "lrn"}
    norms = {
        path: {"size": op.size, "alpha": op.alpha * op.size, "beta": op.beta, "bias": op.k} for path, op in ops.items()
    }
    with TemporaryDirectory() as empty:
        path = Path(empty, "model.onnx")
        network.build(path, "onnx", "zeros")
        place.joinpath(f"{name}.json").write_text(json.dumps(asdict(joined(listed(path), norms))), encoding="utf-8")
    graph, _ = rewrite(network.graph, Changes(heads=False), "zeros", 0)
    place.joinpath(f"{name}.tensors").write_text(listing(graph), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
