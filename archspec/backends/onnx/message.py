"""The model as bytes, and the weights in it or named by it.

A protobuf message is its fields one after another, in any order, and a repeated field may be taken up again.
So a model is written as everything but its weights, and then one more field of the graph for each weight.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import onnx

from archspec.backends.onnx.external import places
from archspec.diagnostics import problem
from archspec.files import replacing
from archspec.weights import Weights
from archspec.weights.writing import Tensor, nbytes, write

LARGEST = 2**31 - 1
"""Bytes that a protobuf message can hold."""


def refer(model: onnx.ModelProto, tensors: Sequence[Tensor], data: Path) -> None:
    """Tell a model in which file, at which byte and in how many bytes each tensor is."""
    for tensor, start in zip(tensors, places(tensors), strict=True):
        proto = model.graph.initializer.add()
        proto.CopyFrom(empty(tensor))
        proto.data_location = onnx.TensorProto.EXTERNAL
        for key, value in (("location", data.name), ("offset", start), ("length", tensor.nbytes)):
            proto.external_data.add(key=key, value=str(value))
    model.metadata_props.add(key="archspec.data", value=data.name)


def write_model(model: onnx.ModelProto, inside: Iterable[Tensor], weights: Weights, path: Path) -> None:
    """Write the model, and these tensors in it."""
    nodes = model.graph.SerializeToString()
    model.ClearField("graph")
    around = model.SerializeToString()
    fields = [part for tensor in inside for part in (field(tensor), tensor)]
    length = len(nodes) + sum(map(nbytes, fields))
    head = around + tag(onnx.ModelProto.GRAPH_FIELD_NUMBER, length)
    if len(head) + length > LARGEST:
        raise problem(
            "E607",
            "an ONNX file holds at most 2 GB",
            f"this one has {length:,} bytes",
            "--external-data always",
        )
    with replacing(path, size=len(head) + length) as file:
        write(file, [head + nodes, *fields], weights)


def field(tensor: Tensor) -> bytes:
    """One initializer, as a field of the graph, up to where its values begin."""
    start: bytes = empty(tensor).SerializeToString() + tag(onnx.TensorProto.RAW_DATA_FIELD_NUMBER, tensor.nbytes)
    return tag(onnx.GraphProto.INITIALIZER_FIELD_NUMBER, len(start) + tensor.nbytes) + start


def empty(tensor: Tensor) -> onnx.TensorProto:
    """A tensor without its values."""
    return onnx.TensorProto(name=tensor.name, dims=tensor.weight.shape, data_type=onnx.TensorProto.FLOAT)


def tag(number: int, length: int) -> bytes:
    """What stands before a field of bytes: its number, that it is bytes (2), and how many."""
    return varint(number << 3 | 2) + varint(length)


def varint(number: int) -> bytes:
    """Seven bits to a byte, the lowest first; the eighth says that more follow."""
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes((*found, number))
