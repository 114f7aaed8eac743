"""New specs from others: a classifier as the fully convolutional network that computes the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from archspec.checks.checkup import check_source, sound
from archspec.derive.convolutional import spec_text
from archspec.diagnostics import Problem, problem
from archspec.files import folder, replacing
from archspec.formatting import format_spec
from archspec.graph import Graph
from archspec.graph.counts import count
from archspec.language.settled import Choices
from archspec.network import Network, find_spec, parted, single
from archspec.rewrite.convolutional import convolutional
from archspec.source import Source
from archspec.weights import open_weights
from archspec.weights.store import export

Location = str | PathLike[str]


@dataclass(frozen=True)
class Derived:
    """A spec that was made from another one."""

    text: str
    """The spec, for a file in the folder that it was made for."""
    network: Network
    original: Network

    def write(self, path: Location, weights: str | None = None, seed: int = 0) -> list[Path]:
        """Write the spec, and beside it the weights of the original in the new shapes. Gives the files written.

        `weights` is `he`, `zeros` or a .safetensors file of the original. Raises Problem: E601, E603 or E604 when the
        weights are not to be used, E605 when a file cannot be written.
        """
        place = Path(path)
        opened = open_weights(weights, seed, self.original.graph) if weights else None
        with replacing(place) as file:
            file.write(self.text.encode())
        if opened is None:
            return [place]
        export(self.network.graph, opened, place.with_suffix(".safetensors"))
        return [place, place.with_suffix(".safetensors")]


def convolutionalize(
    path: Location,
    column: str | None = None,
    *,
    input: str | None = None,
    lets: Mapping[str, int] | None = None,
    where: Location | None = None,
) -> Derived:
    """A spec's network with convolutions for its fully connected layers, as a spec that uses the other one.

    `where` is the folder that it is for: the spec's own unless given. A spec can use files of its own folder and those
    below it, and the specs that ship. Raises Problem: E612 where a network cannot be made convolutional or the result
    not written as a spec, E609 where the folder does not fit.
    """
    return derive(f"{path}:{column}" if column else str(path), Choices(input, lets or {}), where)


def derive(path: str, choices: Choices, where: Location | None) -> Derived:
    """The same, for a path that may name the column."""
    usable(path, "E612")
    original = single(path, choices)
    whole = convolutional(original.graph)
    _, place = find_spec(parted(path)[0])
    home = Path(where) if where is not None else place.parent
    found = ""
    for keep in (weighted(whole), [node.path for node in whole.nodes]):
        text = spec_text(original.graph, whole, reference(place, home), choices.lets, frozenset(keep))
        try:
            text = format_spec(text)
            network = again(text, home)
        except Problem as error:
            found = error.diagnostics[0].message
            continue
        if same(network.graph, whole):
            return Derived(text, network, original)
    raise problem("E612", f"{original.graph.full_name} is made convolutional, and no spec can say so", found)


def usable(path: str, code: str) -> None:
    """Refuse what is no file that a spec can use."""
    if path.endswith(".json"):
        raise problem(code, f"{path} is a graph", "no spec can use it", "name the spec that it was built from")
    if parted(path)[0] == "-":
        raise problem(code, "standard input is no file", "the new spec uses the old one", "write it to a file")


def weighted(graph: Graph) -> Iterable[str]:
    """The layers that have weights: their names are those of the weights."""
    return (node.path for node in graph.nodes if node.op.weights(*graph.takes(node)))


def reference(place: Path, home: Path) -> str:
    """How a spec in a folder calls another file. Raises Problem E609 when it cannot use it."""
    shipped = Path(str(folder("specs"))).resolve()
    for root in (home.resolve(), shipped):
        if place.resolve().is_relative_to(root):
            return place.resolve().relative_to(root).as_posix()
    help = "a spec uses files of its own folder, of those below it, and the specs that ship"
    raise problem("E609", f"{place} is outside the folder of the new spec", str(home), help)


def again(text: str, home: Path) -> Network:
    """The network of a new spec. Raises Problem where there is something wrong with it."""
    (found,) = sound(check_source(Source("derived.arch", text, home / "derived.arch"), Choices()))
    assert found.graph
    return Network(found.graph, count(found.graph))


def same(one: Graph, other: Graph) -> bool:
    """Whether two graphs have the same layers under the same paths, in whichever order branches come."""
    first, second = ({n.path: (n.op, n.inputs, n.shape) for n in graph.nodes} for graph in (one, other))
    return first == second and one.outputs == other.outputs and one.heads == other.heads
