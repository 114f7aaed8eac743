"""Weights in .safetensors files: reading them against a network, and writing them."""

import json
from collections.abc import Collection, Mapping
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
from archspec.weights import CHUNK, Weights
from archspec.weights.header import CONVERT, read_entries
from archspec.weights.values import read_values, unusable
from archspec.weights.writing import Tensor, write

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
    types: Collection[str] = ("F32",)
    """The types that are read."""

    def __init__(self, path: Path) -> None:
        if path.suffix.lower() != ".safetensors":
            raise unusable(path, "only .safetensors files are read, and pickle files are never run", CONVERT)
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

    def called(self, name: str) -> str:
        """The name that the file gives to a tensor of the network."""
        return name

    def match(self, graph: Graph, whole: Graph | None = None) -> None:
        """Compare with a network; where it is a part of a whole, what only that has is no surplus.

        Raises Problem E603: it lists what differs in names, shapes and types.
        """
        wanted = {self.called(name): (name, weight.shape) for name, _, weight in graph.tensors()}
        known = {self.called(name) for name, _, _ in (whole or graph).tensors()}
        found = self.differences(wanted, known)
        if found:
            rest = (f"and {len(found) - SHOWN} more",) if len(found) > SHOWN else ()
            message = f"{self.path} does not hold the weights of {graph.full_name}"
            count = f"{len(found)} differences, {len(wanted)} tensors in the network"
            raise Problem(Diagnostic("E603", message, count, notes=(*found[:SHOWN], *rest)))

    def differences(self, wanted: Mapping[str, tuple[str, Shape]], known: Collection[str]) -> list[str]:
        """What the file holds that a network does not, what it lacks, and what is not alike."""
        own = {name: f"{name}, for {ours}" if ours != name else name for name, (ours, _) in wanted.items()}
        missing = [f"missing: {own[name]}, {show(wanted[name][1])}" for name in wanted if name not in self.entries]
        others = [(name, entry.shape) for name, entry in self.entries.items() if name not in known]
        surplus = [f"surplus: {name:.100}, {show(shape):.100}" for name, shape in others]  # a file may hold anything
        both = [name for name in wanted if name in self.entries]
        return missing + surplus + [line for name in both if (line := self.unlike(name, own[name], wanted[name][1]))]

    def unlike(self, name: str, shown: str, shape: Shape) -> str:
        """How a tensor of the file differs from the network's; empty when it does not."""
        entry = self.entries[name]
        if entry.shape != shape:
            return f"shape: {shown}, {show(entry.shape):.100} in the file, {show(shape)} in the network"
        read = " or ".join(self.types)
        return "" if entry.dtype in self.types else f"type: {shown}, {entry.dtype} in the file; only {read} is read"

    def fill(self, name: str, weight: Weight, start: int, out: "NDArray[float32]") -> None:
        read_values(self.path, self.entries[self.called(name)], start, out)


def export(
    graph: Graph,
    weights: Weights,
    path: Path,
    names: Mapping[str, str] | None = None,
    about: Mapping[str, str] | None = None,
) -> None:
    """Write a .safetensors file, tensors in the network's order. Raises Problem E605 when that fails.

    `names` gives each tensor another name in the file, and `about` is said of it besides what always is. The library's
    own writer wants all tensors in memory at once; this one holds a piece of one.
    """
    header = json.dumps(listing(graph, weights, names, about or {}), separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    head = len(header).to_bytes(8, "little") + header
    tensors = [Tensor(name, weight) for name, _, weight in graph.tensors()]
    with replacing(path, size=len(head) + sum(tensor.nbytes for tensor in tensors)) as file:
        write(file, [head, *tensors], weights)


def listing(
    graph: Graph, weights: Weights, names: Mapping[str, str] | None, about: Mapping[str, str]
) -> dict[str, Any]:
    """The header of a network's file: where it is from, and every tensor with its place."""
    about = {
        "format": "pt",  # the layout is PyTorch's; some readers insist on this word
        "archspec.version": __version__,
        "archspec.network": graph.full_name,
        "archspec.sha256": graph.sha256,
        "archspec.weights": weights.describe(),
        "archspec.seed": "" if weights.seed is None else str(weights.seed),
        **about,
    }
    header: dict[str, Any] = {"__metadata__": about}
    end = 0
    for name, _, weight in graph.tensors():
        start, end = end, end + 4 * prod(weight.shape)
        header[names[name] if names else name] = {"dtype": "F32", "shape": weight.shape, "data_offsets": (start, end)}
    return header
