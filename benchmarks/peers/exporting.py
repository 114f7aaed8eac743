"""PyTorch's two exporters to ONNX, asked for a symbolic batch: `model.onnx` in the folder that they run in."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from benchmarks.models import MODELS
from benchmarks.onnx_file import parameters

if TYPE_CHECKING:
    from torch import Tensor, nn

FILE = "model.onnx"
Export = Callable[[], Callable[[], int]]


def example(network: str) -> "tuple[nn.Module, tuple[Tensor]]":
    """The module for inference, and what it is run with.

    Its statistics are as if it were trained: the exporters leave out tensors that are zero or equal to others.
    """
    import torch

    model = MODELS[network]
    module = model.build().eval()
    for layer in module.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            for values in (layer.weight, layer.bias, layer.running_mean, layer.running_var):
                torch.nn.init.uniform_(values, 0.5, 1.5)
    return module, (torch.zeros(1, *model.size),)


def dynamo(network: str) -> Export:
    """`torch.onnx.export`, which traces with `torch.export`."""
    import torch

    module, given = example(network)

    def call() -> Callable[[], int]:
        torch.onnx.export(module, given, FILE, dynamo=True, dynamic_shapes=({0: torch.export.Dim("batch")},))
        return lambda: parameters(FILE)

    return call


def legacy(network: str) -> Export:
    """`torch.onnx.export(dynamo=False)`, which traces with TorchScript."""
    import torch

    module, given = example(network)
    axes = {"input": {0: "batch"}}

    def call() -> Callable[[], int]:
        torch.onnx.export(module, given, FILE, dynamo=False, input_names=["input"], dynamic_axes=axes)
        return lambda: parameters(FILE)

    return call


def archspec(spec: str) -> Export:
    """archspec as a Python program uses it: from the spec's text to the file."""
    from archspec import load

    load("cifar_plain:20").build("before.onnx", "onnx", "zeros")  # imports all that a build does

    def call() -> Callable[[], int]:
        load(spec).build(FILE, "onnx")
        return lambda: parameters(FILE)

    return call
