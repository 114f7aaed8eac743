"""A network's values in onnxruntime, from a file that is written for it and then removed."""

from math import prod
from pathlib import Path
from tempfile import TemporaryDirectory

import onnx
import onnxruntime
from numpy import float32
from numpy.typing import NDArray

from archspec.backends import formats
from archspec.graph import Graph
from archspec.verify.noise import Noise

Values = dict[str, NDArray[float32]]


def run(graph: Graph, noise: Noise, example: NDArray[float32]) -> tuple[Values, int]:
    """The outputs, and the number of parameters."""
    with TemporaryDirectory(prefix="archspec-") as folder:
        path, *_ = formats()["onnx"].build(graph, Path(folder) / "network.onnx", "onnx", noise, {})
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        given = session.run(list(graph.outputs), {graph.input.name: example})
        return dict(zip(graph.outputs, given, strict=True)), parameters(path)


def parameters(path: Path) -> int:
    """The parameters that a file stores: they bear the names that PyTorch gives them, running statistics do not."""
    stored = onnx.load(str(path), load_external_data=False).graph.initializer
    return sum(prod(tensor.dims) for tensor in stored if tensor.name.endswith((".weight", ".bias")))
