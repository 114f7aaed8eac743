"""A file of trained weights from elsewhere: its tensors by name, whatever it wraps them in."""

from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import IO, Any

from archspec.checkpoints.container import Contents, Place, read_archive, read_legacy
from archspec.checkpoints.program import Tensor, Unreadable
from archspec.files import regular
from archspec.graph import Graph
from archspec.weights.header import COUNTER, TENSOR_LIMIT, is_pickle, read_entries
from archspec.weights.store import Stored
from archspec.weights.values import WIDTHS, Entry, unusable

WRAPPERS = ("state_dict", "model", "model_state_dict")
"""The names under which training programs put a model's weights, beside their optimizer's and others."""
PREFIXES = ("module.", "_orig_mod.")
"""What `DataParallel` and `torch.compile` put before every name."""
RESAVE = "save the weights alone: `torch.save(model.state_dict(), FILE)`, or a .safetensors file"


class Checkpoint(Stored):
    """The weights in a .safetensors file or in one of `torch.save`, which is read as data: nothing in it is run.

    Raises Problem: E601 when the file cannot be read, E604 when it holds no weights, or more than weights.
    """

    types = tuple(WIDTHS)

    def __init__(self, path: Path, names: Mapping[str, str] | None = None) -> None:
        self.path = path
        self.names = names or {}
        """What the file calls the network's tensors, where it calls them otherwise."""
        self.notes: list[str] = []
        with regular(path) as file:
            head = file.read(512)
            pickled = is_pickle(head[:8])
            if head[257:262] == b"ustar":
                why = "it is a tar archive, as PyTorch wrote until early 2017; those are not read"
                raise unusable(path, why, RESAVE)
            file.seek(0)
            self.entries = self.read_pickled(file) if pickled else read_entries(path, file)
        kinds = sorted({entry.dtype for entry in self.entries.values()} & {*WIDTHS} - {"F32"})
        self.notes += [f"{kind} made F32" for kind in kinds]

    def read_pickled(self, file: IO[bytes]) -> dict[str, Entry]:
        """The tensors of a file of `torch.save`."""
        try:
            archive = file.read(2) == b"PK"
            file.seek(0)
            contents = read_archive(file) if archive else read_legacy(file)
            tensors = self.unwrapped(contents.value)
            return {name: entry(name, tensor, contents) for name, tensor in tensors.items()}
        except ValueError as error:
            raise unusable(self.path, f"{error!s:.200}", RESAVE) from None

    def unwrapped(self, value: Any) -> dict[str, Tensor]:
        """The model's tensors in what was saved: a dictionary of them, or one that holds it under a usual name."""
        if not isinstance(value, dict):
            raise Unreadable("it holds no dictionary of tensors")
        inside = [name for name in WRAPPERS if holds_tensors(value.get(name))]
        if len(inside) > 1:
            raise Unreadable(f"it holds weights twice, as {' and '.join(inside)}")
        for name in inside if not holds_tensors(value) else ():
            self.notes.append(f"taken from `{name}`")
            value = value[name]
        found = {name: each for name, each in value.items() if isinstance(name, str) and isinstance(each, Tensor)}
        others = [name for name in value if name not in found]
        if others:
            raise Unreadable(f"`{others[0]!s:.100}` in it is no tensor")
        if not 0 < len(found) <= TENSOR_LIMIT:
            raise Unreadable(f"it is to hold 1 to {TENSOR_LIMIT:,} tensors")
        return {name: tensor for name, tensor in found.items() if not name.endswith(COUNTER)}

    def called(self, name: str) -> str:
        return self.names.get(name, name)

    def match(self, graph: Graph, whole: Graph | None = None) -> None:
        """Compare with a network; what wraps every name is taken off first."""
        for prefix in PREFIXES:
            wanted = any(self.called(name).startswith(prefix) for name, _, _ in graph.tensors())
            if self.entries and not wanted and all(name.startswith(prefix) for name in self.entries):
                self.entries = {name.removeprefix(prefix): entry for name, entry in self.entries.items()}
                self.notes.append(f"`{prefix}` taken off every name")
        super().match(graph, whole)


def holds_tensors(value: object) -> bool:
    """Whether this is a dictionary with a tensor in it."""
    return isinstance(value, dict) and any(isinstance(each, Tensor) for each in value.values())


def entry(name: str, tensor: Tensor, contents: Contents) -> Entry:
    """Where a tensor's values are. Raises Unreadable unless they are all there, each once, one after the other."""
    storage, shape = tensor.storage, tensor.shape
    found = contents.places.get(storage.key, Place(0, -1))
    if found.size != storage.size:
        raise Unreadable(f"the values of `{name:.100}` are not of the size that its pickle says")
    rows = [(step, prod(shape[axis + 1 :])) for axis, step in enumerate(tensor.strides) if shape[axis] != 1]
    if any(step != dense for step, dense in rows) and 0 not in shape:
        raise Unreadable(f"`{name:.100}` does not hold its values one after the other: save it `.contiguous()`")
    if tensor.start + prod(shape) > storage.length:
        raise Unreadable(f"`{name:.100}` goes beyond its values")
    return Entry(storage.dtype, shape, found.start + tensor.start * storage.width)
