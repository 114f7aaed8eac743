"""ONNX files, straight from the graph: PyTorch is not needed, and memory does not grow with the network.

`lower` turns the graph into ONNX nodes by the `rules` (one for each op), `model` wraps them with where they
are from, `stream` writes the files. Nodes and values bear the node paths, initializers the
names that PyTorch's `state_dict` has, every value its shape; the batch is open unless `--batch` sets it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archspec.backends import Option
from archspec.diagnostics import problem
from archspec.graph import Graph
from archspec.weights import Weights

if TYPE_CHECKING:
    from onnx import ModelProto

OPSETS = range(18, 23)
FORMATS: Mapping[str, str] = {"onnx": ".onnx"}
MODE = "eval"
OPTIONS: Sequence[Option] = (
    Option("opset", f"version of the ONNX operators, {OPSETS[0]} to {OPSETS[-1]}", OPSETS[0], int),
    Option("batch", "examples that the file takes at once; any number where it is not given", None, int),
    Option(
        "external_data",
        "whether the weights get a file of their own; auto: above 64 MB",
        "auto",
        choices=("auto", "always", "never"),
    ),
)


def build(graph: Graph, path: Path, format: str, weights: Weights, options: Mapping[str, Any]) -> list[Path]:
    """Write the network, and its weights, into one file or two.

    Raises Problem: E605 when a file cannot be written, E607 for what ONNX or this back end cannot express.
    """
    from archspec.backends.onnx.stream import write

    chosen = {option.name: option.default for option in OPTIONS} | dict(options)
    opset, batch, mode = chosen["opset"], chosen["batch"], chosen.get("mode", MODE)
    if opset not in OPSETS:
        raise problem("E607", f"opset {opset} is not supported", f"{OPSETS[0]} to {OPSETS[-1]} are")
    if batch is not None and batch < 1:
        raise problem("E607", "a batch holds at least one example", f"--batch {batch}")

    def make() -> "ModelProto":
        from archspec.backends.onnx.lower import lower  # imports ONNX
        from archspec.backends.onnx.model import wrap

        return wrap(lower(graph, opset, batch, mode == "train"), graph, weights, opset, mode)

    return write(graph, weights, path, chosen["external_data"], make)
