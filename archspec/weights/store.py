"""Weights in .safetensors files: reading them against a network, and writing them."""

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archspec import __version__
from archspec.diagnostics import Diagnostic, Problem
from archspec.files import regular, replacing
from archspec.graph import Graph
from archspec.op import Shape, Weight
from archspec.op.window import show
from archspec.weights import CHUNK, Weights, encoded, lengths
from archspec.weights.header import CONVERT, Entry, read_entries, unusable

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

SHOWN = 20
"""Differences that are listed at most."""


class Stored:
    """The tensors of a .safetensors file, float32, under the names that the network gives them.

    Raises Problem: E601 when the file cannot be read, E604 when it is no usable file of weights.
    """

    seed: int | None = None

    def __init__(self, path: Path) -> None:
        if path.suffix.lower() != ".safetensors":
            raise unusable(path, "only .safetensors files are read, and pickle files never", CONVERT)
        self.path = path
        with regular(path) as file:
            self.entries = read_entries(path, file)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the file, in hexadecimal."""
        found = sha256()
        with regular(self.path) as file:
            while data := file.read(CHUNK):
                found.update(data)
        return found.hexdigest()

    def describe(self) -> str:
        return f"sha256:{self.digest}"

    def match(self, graph: Graph, whole: Graph | None = None) -> None:
        """Compare with a network; where it is a part of a whole, what only that has is no surplus.

        Raises Problem E603: it lists what differs in names, shapes and types.
        """
        wanted = {name: weight.shape for name, _, weight in graph.tensors()}
        known = {name for name, _, _ in (whole or graph).tensors()}
        entries = {name: entry for name, entry in self.entries.items() if name in wanted or name not in known}
        found = differences(entries, wanted)
        if found:
            rest = (f"and {len(found) - SHOWN} more",) if len(found) > SHOWN else ()
            message = f"{self.path} does not hold the weights of {graph.full_name}"
            count = f"{len(found)} differences, {len(wanted)} tensors in the network"
            raise Problem(Diagnostic("E603", message, count, notes=(*found[:SHOWN], *rest)))

    def chunks(self, name: str, weight: Weight) -> Iterator["NDArray[float32]"]:
        import numpy

        with regular(self.path) as file:
            file.seek(self.entries[name].start)
            for length in lengths(prod(weight.shape)):
                data = file.read(4 * length)
                if len(data) < 4 * length:
                    raise unusable(self.path, "it became shorter while it was read")
                yield numpy.frombuffer(data, "<f4").astype(numpy.float32, copy=False)


def differences(entries: Mapping[str, Entry], wanted: Mapping[str, Shape]) -> list[str]:
    """What a file holds that a network does not, what it lacks, and what is not alike."""
    missing = [f"missing: {name}, {show(shape)}" for name, shape in wanted.items() if name not in entries]
    others = [(name, entry.shape) for name, entry in entries.items() if name not in wanted]
    surplus = [f"surplus: {name:.100}, {show(shape):.100}" for name, shape in others]  # a file may hold anything
    both = [name for name in wanted if name in entries]
    return missing + surplus + [line for name in both if (line := unlike(name, entries[name], wanted[name]))]


def unlike(name: str, entry: Entry, shape: Shape) -> str:
    """How a tensor of the file differs from the network's; empty when it does not."""
    if entry.shape != shape:
        return f"shape: {name}, {show(entry.shape):.100} in the file, {show(shape)} in the network"
    return "" if entry.dtype == "F32" else f"type: {name}, {entry.dtype} in the file; only F32 is read"


def export(graph: Graph, weights: Weights, path: Path) -> None:
    """Write a .safetensors file, tensors in the network's order. Raises Problem E605 when that fails.

    The library's own writer wants all tensors in memory at once; this one holds a piece of one.
    """
    header = json.dumps(listing(graph, weights), separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    size = 8 + len(header) + sum(4 * prod(weight.shape) for _, _, weight in graph.tensors())
    with replacing(path, size=size) as file:
        file.write(len(header).to_bytes(8, "little") + header)
        for name, _, weight in graph.tensors():
            file.writelines(encoded(weights, name, weight))


def listing(graph: Graph, weights: Weights) -> dict[str, Any]:
    """The header of a network's file: where it is from, and every tensor with its place."""
    about = {
        "format": "pt",  # the layout is PyTorch's; some readers insist on this word
        "archspec.version": __version__,
        "archspec.network": graph.full_name,
        "archspec.sha256": graph.sha256,
        "archspec.weights": weights.describe(),
        "archspec.seed": "" if weights.seed is None else str(weights.seed),
    }
    header: dict[str, Any] = {"__metadata__": about}
    end = 0
    for name, _, weight in graph.tensors():
        start, end = end, end + 4 * prod(weight.shape)
        header[name] = {"dtype": "F32", "shape": weight.shape, "data_offsets": (start, end)}
    return header
