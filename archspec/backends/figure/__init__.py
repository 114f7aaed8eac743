"""The network as a figure, in the style that suits it; `archspec draw` has the choices."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from archspec.backends import Option
from archspec.figures.formats import FORMATS as NAMES
from archspec.graph import Graph
from archspec.weights import Weights

FORMATS: Mapping[str, str] = {name: f".{name}" for name in NAMES}
MODE = "train"
OPTIONS: Sequence[Option] = ()


def build(graph: Graph, path: Path, format: str, weights: Weights, options: Mapping[str, Any]) -> list[Path]:
    """Write the figure; it shows no weights. Raises Problem: E605 where it cannot be written, E607 drawn."""
    from archspec.figures import draw
    from archspec.figures.figure import Figure

    Figure(draw(graph)).save(path, format)
    return [path]
