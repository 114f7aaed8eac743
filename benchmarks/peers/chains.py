"""How peers grow: a chain of 3x3 convolutions of 8 channels and ReLUs in turn, by the number of its layers.

Each gives the number of parameters.
"""

from collections.abc import Callable
from math import prod
from typing import TYPE_CHECKING

from benchmarks.onnx_file import parameters

if TYPE_CHECKING:
    from torch import nn

CHANNELS, SIZE = 8, 8
FILE = "model.onnx"
Grow = Callable[[], int]


def chain(layers: str) -> "nn.Module":
    """The module, for inference."""
    from torch import nn

    pairs = ((nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1), nn.ReLU()) for _ in range(int(layers) // 2))
    return nn.Sequential(*(layer for pair in pairs for layer in pair)).eval()


def torchinfo(layers: str) -> Grow:
    from torchinfo import summary

    module = chain(layers)
    return lambda: int(summary(module, input_size=(1, CHANNELS, SIZE, SIZE)).total_params)


def fvcore(layers: str) -> Grow:
    import torch
    from fvcore.nn import FlopCountAnalysis, flop_count_table, parameter_count

    module, values = chain(layers), torch.zeros(1, CHANNELS, SIZE, SIZE)

    def call() -> int:
        print(flop_count_table(FlopCountAnalysis(module, values)))
        return int(parameter_count(module)[""])

    return call


def dynamo(layers: str) -> Callable[[], Callable[[], int]]:
    import torch

    module, values = chain(layers), torch.zeros(1, CHANNELS, SIZE, SIZE)

    def call() -> Callable[[], int]:
        torch.onnx.export(module, (values,), FILE, dynamo=True, dynamic_shapes=({0: torch.export.Dim("batch")},))
        return lambda: parameters(FILE)

    return call


def legacy(layers: str) -> Callable[[], Callable[[], int]]:
    import torch

    module, values = chain(layers), torch.zeros(1, CHANNELS, SIZE, SIZE)

    def call() -> Callable[[], int]:
        axes = {"input": {0: "batch"}}
        torch.onnx.export(module, (values,), FILE, dynamo=False, input_names=["input"], dynamic_axes=axes)
        return lambda: parameters(FILE)

    return call


def inference(layers: str) -> Grow:
    """`onnx.shape_inference` on the same chain, which is in memory: weights without values."""
    from onnx import TensorProto, helper, shape_inference

    kernel = [CHANNELS, CHANNELS, 3, 3]
    nodes, inputs = [], [helper.make_tensor_value_info("v0", TensorProto.FLOAT, ["N", CHANNELS, SIZE, SIZE])]
    pairs = int(layers) // 2
    for at in range(pairs):
        given = [f"v{at}", f"w{at}", f"b{at}"]
        nodes.append(helper.make_node("Conv", given, [f"c{at}"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]))
        nodes.append(helper.make_node("Relu", [f"c{at}"], [f"v{at + 1}"]))
        inputs.append(helper.make_tensor_value_info(given[1], TensorProto.FLOAT, kernel))
        inputs.append(helper.make_tensor_value_info(given[2], TensorProto.FLOAT, [CHANNELS]))
    output = helper.make_tensor_value_info(f"v{pairs}", TensorProto.FLOAT, None)
    model = helper.make_model(helper.make_graph(nodes, "chain", inputs, [output]))

    def call() -> int:
        graph = shape_inference.infer_shapes(model, strict_mode=True).graph
        assert len(graph.value_info) == len(nodes) - 1
        weights = graph.input[1:]
        return sum(prod(dim.dim_value for dim in value.type.tensor_type.shape.dim) for value in weights)

    return call
