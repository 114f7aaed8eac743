"""A file of weights beside the model, which ONNX calls external data."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain
from math import prod
from pathlib import Path

import onnx

from archspec.files import replacing
from archspec.op import Weight
from archspec.weights import Weights, encoded

LARGE = 1_000_000
"""Bytes of a tensor from which it begins on a page."""
PAGE = 65_536
"""Bytes at whose multiples every system can map a file."""


def write_data(model: onnx.ModelProto, tensors: Iterable[tuple[str, Weight]], weights: Weights, path: Path) -> Path:
    """Write the tensors into a file named after their digest, and tell the model where they are in it.

    Raises Problem E605 when the system refuses.
    """
    digest = sha256()
    placed = list(places(tensors))

    def named() -> Path:
        return path.with_name(f"{path.stem}.{digest.hexdigest()[:12]}.data")

    size = max((start + nbytes(weight) for _, weight, start in placed), default=0)
    with replacing(path, named, size) as file:
        for name, weight, start in placed:
            gap = memoryview(bytes(start - file.tell()))
            for piece in chain((gap,), encoded(weights, name, weight)):
                file.write(piece)
                digest.update(piece)
    for name, weight, start in placed:
        point(model.graph.initializer.add(), name, weight, named().name, start)
    model.metadata_props.add(key="archspec.data", value=named().name)
    model.metadata_props.add(key="archspec.data.sha256", value=digest.hexdigest())
    return named()


def places(tensors: Iterable[tuple[str, Weight]]) -> Iterator[tuple[str, Weight, int]]:
    """Where in the file each tensor begins."""
    end = 0
    for name, weight in tensors:
        start = end + (-end % PAGE if nbytes(weight) > LARGE else 0)
        yield name, weight, start
        end = start + nbytes(weight)


def point(proto: onnx.TensorProto, name: str, weight: Weight, location: str, start: int) -> None:
    """Say in which file, at which byte and in how many bytes a tensor is."""
    proto.CopyFrom(tensor(name, weight))
    proto.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", start), ("length", nbytes(weight))):
        proto.external_data.add(key=key, value=str(value))


def tensor(name: str, weight: Weight) -> onnx.TensorProto:
    """A tensor without its values."""
    return onnx.TensorProto(name=name, dims=weight.shape, data_type=onnx.TensorProto.FLOAT)


def nbytes(weight: Weight) -> int:
    return 4 * prod(weight.shape)
