"""PyTorch: a live module, and Python source that needs nothing but torch."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from archspec.backends import Option
from archspec.graph import Graph
from archspec.weights import Weights

FORMATS: Mapping[str, str] = {"torch": ".py"}
MODE = "train"
OPTIONS: Sequence[Option] = ()


def build(graph: Graph, path: Path, format: str, weights: Weights, options: Mapping[str, Any]) -> list[Path]:
    """Write the network as a Python file. It holds no weights: a .safetensors file goes with it.

    Raises Problem: E605 when the file cannot be written, E607 for a label or an op that PyTorch cannot have.
    """
    from archspec.backends.torch.source import write
    from archspec.files import replacing

    text = write(graph)
    with replacing(path) as file:
        file.write(text.encode())
    return [path]
