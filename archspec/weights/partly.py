"""Weights of which a file has some: a network that begins with another's, and has layers of its own."""

from pathlib import Path
from typing import TYPE_CHECKING

from archspec.diagnostics import problem
from archspec.graph import Graph
from archspec.op import Weight
from archspec.weights.gaussian import Seeded
from archspec.weights.store import Stored

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


class Partly:
    """What a .safetensors file has under the same name and in the same shape; the rest is drawn from the seed.

    Raises Problem: E601 or E604 when the file cannot be used, E603 when nothing of it fits.
    """

    def __init__(self, path: Path, seed: int, graph: Graph) -> None:
        self.stored, self.drawn = Stored(path), Seeded(seed)
        self.seed: int | None = seed
        wanted = {name: weight.shape for name, _, weight in graph.tensors()}
        entries = self.stored.entries
        self.taken = {
            name for name, shape in wanted.items() if name in entries and not self.stored.unlike(name, name, shape)
        }
        self.others = tuple(name for name in wanted if name not in self.taken)
        """The tensors that are drawn."""
        if not self.taken:
            found = f"none of its {len(entries)} tensors has the name and the shape of one of the network's"
            raise problem("E603", f"{path} holds no weights of {graph.full_name}", found)

    def describe(self) -> str:
        return f"{self.stored.describe()}, {len(self.taken)} tensors of it"

    def fill(self, name: str, weight: Weight, start: int, out: "NDArray[float32]") -> str | None:
        if name not in self.taken:
            return self.drawn.fill(name, weight, start, out)
        self.stored.fill(name, weight, start, out)
        return None
