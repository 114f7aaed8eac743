"""Writing the file, tensor by tensor: what is in memory at any time is the nodes and a piece of one tensor.

A protobuf message is its fields one after another, in any order, and a repeated field may be taken up again.
So a model is written as everything but its weights, and then one more field of the graph for each weight.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import onnx

from archspec.backends.onnx.external import nbytes, tensor, write_data
from archspec.diagnostics import Problem, problem
from archspec.files import regular, replacing
from archspec.graph import Graph
from archspec.op import Weight
from archspec.weights import Weights, encoded

LARGEST = 2**31 - 1
"""Bytes that a protobuf message can hold."""
INLINE = 64_000_000
"""Bytes of weights that `auto` leaves in the model; runtimes map a file of weights, but read a model."""
HEAD = 1_000_000
"""Bytes at the beginning of a model that are searched for the name of its weights."""


def write(model: onnx.ModelProto, graph: Graph, weights: Weights, path: Path, external: str) -> list[Path]:
    """Write the model, with its weights inside or beside it, and give back the files.

    The file of weights has their digest in its name and is complete before the model that names it takes its
    place, so an earlier pair stays whole until then; afterwards its weights are removed. Raises Problem: E605
    when the system refuses, E607 beyond 2 GB.
    """
    inside = [(name, weight) for name, _, weight in graph.tensors()]
    old, data = weights_of(path), None
    if external == "always" or (external == "auto" and sum(nbytes(weight) for _, weight in inside) > INLINE):
        data, inside = write_data(model, inside, weights, path), []
    try:
        write_model(model, inside, weights, path)
    except BaseException:
        remove(data, keep=weights_of(path))
        raise
    remove(old, keep=data)
    return [path, data] if data else [path]


def write_model(model: onnx.ModelProto, inside: Iterable[tuple[str, Weight]], weights: Weights, path: Path) -> None:
    """Write the model, and these tensors in it."""
    nodes = model.graph.SerializeToString()
    model.ClearField("graph")
    around = model.SerializeToString()
    fields = [(field(name, weight), name, weight) for name, weight in inside]
    length = len(nodes) + sum(len(start) + nbytes(weight) for start, _, weight in fields)
    start = tag(onnx.ModelProto.GRAPH_FIELD_NUMBER, length)
    if len(around) + len(start) + length > LARGEST:
        raise problem(
            "E607",
            "an ONNX file holds at most 2 GB",
            f"this one has {length:,} bytes",
            "--external-data always",
        )
    with replacing(path) as file:
        file.write(around + start + nodes)
        for head, name, weight in fields:
            file.write(head)
            file.writelines(encoded(weights, name, weight))


def field(name: str, weight: Weight) -> bytes:
    """One initializer, as a field of the graph, up to where its values begin."""
    size = nbytes(weight)
    inner: bytes = tensor(name, weight).SerializeToString() + tag(onnx.TensorProto.RAW_DATA_FIELD_NUMBER, size)
    return tag(onnx.GraphProto.INITIALIZER_FIELD_NUMBER, len(inner) + size) + inner


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


def weights_of(path: Path) -> Path | None:
    """The file of weights that an earlier build of this model names in its metadata, if there is one."""
    with suppress(Problem), regular(path) as file:
        found = re.search(re.escape(path.stem.encode()) + rb"\.[0-9a-f]{12}\.data", file.read(HEAD))
        return path.with_name(found[0].decode()) if found else None
    return None


def remove(path: Path | None, keep: Path | None) -> None:
    if path and path != keep:
        with suppress(OSError):
            path.unlink()
