"""The network as a diagram: Graphviz's own language, or a picture that Graphviz draws from it.

`figure` says which boxes and arrows there are and in what order, `style` how they look; `source` writes them
in Graphviz's language, and `render` has them drawn.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from archspec.backends import Option
from archspec.files import replacing
from archspec.graph import Graph
from archspec.weights import Weights

FORMATS: Mapping[str, str] = {"dot": ".dot", "pdf": ".pdf", "png": ".png", "svg": ".svg"}
MODE = "train"
OPTIONS: Sequence[Option] = ()


def build(graph: Graph, path: Path, format: str, weights: Weights, options: Mapping[str, Any]) -> list[Path]:
    """Write the diagram; it shows no weights. Raises Problem: E605 where it cannot be written, E607 drawn."""
    from archspec.backends.dot.figure import draw
    from archspec.backends.dot.render import render
    from archspec.backends.dot.source import write

    source = write(draw(graph))
    data = source.encode() if format == "dot" else render(source, format)
    with replacing(path) as file:
        file.write(data)
    return [path]
