"""What a run has come to, on disk: `last.safetensors`, `best.safetensors`, and what the optimizer remembers.

The weights are written as `archspec weights export` writes them, so `archspec build --weights` takes them. A kill at
any time leaves a state to go on from: what the optimizer remembers is in a file named by its step, which is whole
before `last.safetensors` is replaced by that of the same step, and the older one goes after that.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy
from safetensors import safe_open
from safetensors.torch import load_file, save
from torch import Tensor, nn

from archspec.diagnostics import problem
from archspec.files import replacing
from archspec.graph import Graph
from archspec.op import Weight
from archspec.weights.store import Stored, export

if TYPE_CHECKING:
    from numpy.typing import NDArray

LAST, BEST = "last.safetensors", "best.safetensors"
NOTE = "archspec.training"
"""The entry of a file's metadata that says where a run is."""


class Live:
    """The weights of a module, as files of weights are written from them."""

    seed: int | None = None

    def __init__(self, network: nn.Module, what: str) -> None:
        self.what = what
        self.values: dict[str, NDArray[numpy.float32]] = {
            name: value.detach().float().cpu().contiguous().numpy().reshape(-1)
            for name, value in network.state_dict().items()
        }

    def describe(self) -> str:
        return self.what

    def fill(self, name: str, weight: Weight, start: int, out: "NDArray[numpy.float32]") -> None:
        out[:] = self.values[name][start : start + out.size]


@dataclass(frozen=True)
class Place:
    """Where a run is."""

    step: int = 0
    sums: tuple[float, ...] = ()
    """What the training error of an epoch that is under way comes from."""

    def note(self) -> dict[str, str]:
        """What a file says of it."""
        return {NOTE: json.dumps({"step": self.step, "sums": self.sums})}


def write(folder: Path, graph: Graph, network: nn.Module, remembered: Mapping[str, Tensor], place: Place) -> None:
    """Keep this state as the last. Raises Problem E605 where the system refuses."""
    memory = folder / remembering(place.step)
    with replacing(memory) as file:
        file.write(save({name: value.detach().cpu().contiguous() for name, value in remembered.items()}))
    write_weights(folder / LAST, graph, network, place)
    for other in folder.glob(remembering("*")):
        if other != memory:
            other.unlink(missing_ok=True)


def write_weights(path: Path, graph: Graph, network: nn.Module, place: Place) -> None:
    """Write the weights alone. Raises Problem E605 where the system refuses."""
    export(graph, Live(network, f"trained for {place.step} steps"), path, about=place.note())


def remembering(step: int | str) -> str:
    """The name of the file of what the optimizer remembers."""
    return f"optimizer-{step}.safetensors"


def where(folder: Path, name: str = LAST) -> Place | None:
    """Where a run is, or was when it wrote other weights, as the file says; None where there is none.

    Raises Problem: E604 for a file that is none of a run.
    """
    path = folder / name
    if not path.exists():
        return None
    Stored(path)  # opened with care
    with safe_open(os.fspath(path), framework="numpy") as file:
        said = (file.metadata() or {}).get(NOTE)
    try:
        found: dict[str, Any] = json.loads(said or "")
        return Place(int(found["step"]), tuple(map(float, found["sums"])))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        raise problem("E604", f"{path} is not of a run", f"its metadata has no `{NOTE}` that says the step") from None


def remembered(folder: Path, step: int) -> dict[str, Tensor]:
    """What the optimizer remembered at a step. Raises Problem E604 where that is not there."""
    path = folder / remembering(step)
    Stored(path)
    return load_file(path)
