"""Writing the files: what is in memory at any time is the nodes and, for each thread, a piece of one tensor."""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from archspec.backends.onnx.external import data_file
from archspec.diagnostics import Problem
from archspec.files import regular
from archspec.graph import Graph
from archspec.weights import Weights
from archspec.weights.writing import Tensor

if TYPE_CHECKING:
    from onnx import ModelProto

INLINE = 64_000_000
"""Bytes of weights that `auto` leaves in the model; runtimes map a file of weights, but read a model."""
HEAD = 1_000_000
"""Bytes at the beginning of a model that are searched for the name of its weights."""


def write(graph: Graph, weights: Weights, path: Path, external: str, make: Callable[[], "ModelProto"]) -> list[Path]:
    """Write a model, with its weights inside or beside it, and give back the files.

    `make` gives the model without them; a file of weights is written meanwhile. That has a digest of the weights in
    its name and is complete before the model that names it takes its place, so an earlier pair stays whole until then;
    afterwards its weights are removed. Raises Problem: E605 when the system refuses, E607 beyond 2 GB.
    """
    tensors = [Tensor(name, weight) for name, _, weight in graph.tensors()]
    old, data = weights_of(path), None
    if external == "always" or (external == "auto" and sum(tensor.nbytes for tensor in tensors) > INLINE):
        with data_file(tensors, weights, path) as named:
            model = make()
        data = named()
    else:
        model = make()
    try:
        from archspec.backends.onnx.message import refer, write_model

        if data:
            refer(model, tensors, data)
        write_model(model, [] if data else tensors, weights, path)
    except BaseException:
        remove(data, keep=weights_of(path))
        raise
    remove(old, keep=data)
    return [path, data] if data else [path]


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
