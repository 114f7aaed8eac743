"""Trained weights from other programs, and back: `archspec weights import` and `export --map`, for Python."""

from os import PathLike
from pathlib import Path

from archspec.checkpoints.checkpoint import Checkpoint
from archspec.checkpoints.map import find_map, read_map
from archspec.checkpoints.renaming import rename
from archspec.diagnostics import Diagnostic
from archspec.graph import Graph
from archspec.network import find_spec, load, parted
from archspec.weights import open_weights
from archspec.weights.store import export

Location = str | PathLike[str]
Renamed = tuple[dict[str, str], tuple[Diagnostic, ...]]


def other_names(graph: Graph, map: str | None, spec: str) -> Renamed:
    """What a map calls each tensor, and warnings; without one there are no other names.

    `map` is a file that ends in `.map`, or NAME for `vgg.NAME.map` beside `vgg.arch`. Raises Problem: E601 when there
    is no such file, E611 when it cannot be used.
    """
    if map is None:
        return {}, ()
    return rename(read_map(find_map(map, find_spec(parted(spec)[0])[1])), graph)


def import_weights(file: Location, spec: Location, output: Location, map: str | None = None) -> tuple[str, ...]:
    """Make a .safetensors file for a spec's network of a checkpoint, and say what was changed on the way.

    Raises Problem: E603 when a tensor is missing, left over or of another shape, E604 when the file cannot be used;
    nothing is written then.
    """
    graph = load(str(spec)).graph
    names, _ = other_names(graph, map, str(spec))
    checkpoint = Checkpoint(Path(file), names)
    checkpoint.match(graph)
    export(graph, checkpoint, Path(output))
    return tuple(checkpoint.notes)


def export_weights(weights: Location, spec: Location, output: Location, map: str | None = None) -> None:
    """Write the weights of a spec's network under another program's names: what `import_weights` reads."""
    graph = load(str(spec)).graph
    names, _ = other_names(graph, map, str(spec))
    export(graph, open_weights(str(weights), 0, graph), Path(output), names)
