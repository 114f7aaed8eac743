"""ONNX files of one network with the same weights, by whom they are written: `python -m benchmarks.runnable NAME`.

It writes into the folder that it runs in: `ours.onnx`, `folded.onnx` (batch normalization folded, as exporters do),
`single.onnx` (weights inside), `dynamo.onnx`, `legacy.onnx`, and the arrays `input.npy` (8 examples) and `output.npy`
(what PyTorch makes of them). What an exporter cannot write is left out, and it says why.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.same_weights import Pair, pair

if TYPE_CHECKING:
    import torch

BATCH = 8
OURS: dict[str, dict[str, Any]] = {"ours": {}, "folded": {}, "single": {"external_data": "never"}}
EXPORTERS = ("dynamo", "legacy")


def main(name: str, *wanted: str) -> None:
    """Write the files, or some of them."""
    import numpy
    import torch

    made = pair(name, batch=1 if name == "unet" else BATCH)
    example = torch.from_numpy(made.example)
    numpy.save("input.npy", made.example)
    with torch.inference_mode():
        numpy.save("output.npy", made.network(example).numpy())
    for file in wanted or (*OURS, *EXPORTERS):
        try:
            write(file, made, example)
        except Exception as fault:  # whatever an exporter raises
            print(f"{file}: {str(fault).strip().splitlines()[0]}")
            Path(f"{file}.onnx").unlink(missing_ok=True)


def write(file: str, made: Pair, example: "torch.Tensor") -> None:
    """One of the files."""
    if file in OURS:
        ours(file, made)
    else:
        export(file, made, example[:2] if len(example) > 1 else example)


def ours(file: str, made: Pair) -> None:
    """By archspec."""
    from archspec.backends.onnx import build
    from archspec.rewrite.fold import fold

    graph, weights = fold(made.graph, made.noise) if file == "folded" else (made.graph, made.noise)
    build(graph, Path(f"{file}.onnx"), "onnx", weights, OURS[file])


def export(file: str, made: Pair, example: "torch.Tensor") -> None:
    """By one of PyTorch's exporters, its batch symbolic; an error that it only warns of is one."""
    import torch

    path = f"{file}.onnx"
    if file == "dynamo":
        shapes = ({0: torch.export.Dim("batch")},)
        torch.onnx.export(made.network, (example,), path, dynamo=True, dynamic_shapes=shapes, verbose=False)
    else:
        axes = {"input": {0: "batch"}, "output": {0: "batch"}}
        names = {"input_names": ["input"], "output_names": ["output"]}
        torch.onnx.export(made.network, (example,), path, dynamo=False, dynamic_axes=axes, **names)


if __name__ == "__main__":
    main(*sys.argv[1:])
