"""The graph itself, as a JSON document that other tools read and that `read_document` reads back."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from archspec.backends import Option
from archspec.files import replacing
from archspec.graph import Graph
from archspec.graph.document import write_document
from archspec.weights import Weights

FORMATS: Mapping[str, str] = {"json": ".json"}
MODE = "train"
OPTIONS: Sequence[Option] = ()


def build(graph: Graph, path: Path, format: str, weights: Weights, options: Mapping[str, Any]) -> list[Path]:
    """Write the graph; the document holds no weights. Raises Problem E605 when the file cannot be written."""
    with replacing(path) as file:
        file.write(write_document(graph).encode())
    return [path]
