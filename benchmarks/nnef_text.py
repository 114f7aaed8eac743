"""A network as NNEF's text, from the list of its layers: the peer of a spec's text."""

from collections.abc import Sequence
from typing import Any

from benchmarks.layers import Layer, Layers


def text(network: Layers) -> str:
    """The `graph.nnef` of a network, for one example."""
    names = Names(network)
    variables = [
        f"    {names[name]} = variable<scalar>(shape = {[1, *shape] if len(shape) == 1 else shape}, label = '{name}');"
        for name, shape in network.weights.items()
    ]
    layers = [f"    {names[each.output]} = {call(each, names, network)};" for each in network.layers]
    given, result = names[network.input], names[network.output]
    head = f"version 1.0;\n\ngraph network({given}) -> ({result})\n{{"
    read = f"    {given} = external<scalar>(shape = {[1, *network.input_shape]});"
    return "\n".join([head, read, *variables, *layers, "}\n"])


class Names(dict[str, str]):
    """NNEF's identifiers of values and weights."""

    def __init__(self, network: Layers) -> None:
        given = [network.input, *network.weights, *(each.output for each in network.layers)]
        super().__init__((name, f"{'w' if name in network.weights else 'v'}{at}") for at, name in enumerate(given))


def call(layer: Layer, names: Names, network: Layers) -> str:
    """The operation of a layer."""
    given = [names[name] for name in layer.inputs if name in names]
    return f"{OPERATIONS[layer.kind]}({', '.join([*arguments(layer, given, network)])})"


def arguments(layer: Layer, given: Sequence[str], network: Layers) -> list[str]:
    """What an operation is given."""
    held = DEFAULTS | layer.attributes
    match layer.kind:
        case "Conv" | "ConvTranspose":
            return [*given, *window(held), f"groups = {held['group']}"]
        case "MaxPool" | "AveragePool":
            border = "ignore" if layer.kind == "MaxPool" else "constant"
            return [*given, f"size = {[1, 1, *held['kernel_shape']]}", f"border = '{border}'", *window(held, [1, 1])]
        case "BatchNormalization":
            x, scale, offset, mean, variance = given
            return [x, mean, variance, offset, scale, f"epsilon = {held['epsilon']}"]
        case "LRN":
            sizes = f"size = [1, {held['size']}, 1, 1]"
            return [*given, sizes, *(f"{name} = {held[name]}" for name in ("alpha", "beta", "bias"))]
        case "Concat":
            return [f"[{', '.join(given)}]", f"axis = {held['axis']}"]
        case "Slice":
            begin, end, axes = (network.constants[name] for name in layer.inputs[1:4])
            return [*given, f"axes = {axes}", f"begin = {begin}", f"end = {end}"]
        case "GlobalAveragePool":
            return [*given, "axes = [2, 3]"]
        case "Flatten":
            return [*given, "shape = [0, -1]"]
        case "Softmax":
            return [*given, "axes = [1]"]
    return list(given)


def window(held: dict[str, Any], before: Sequence[int] = ()) -> list[str]:
    """The sizes of a window that slides; `before` stands for the axes that it does not slide over."""
    pads = held["pads"]
    padding = [(0, 0)] * len(before) + list(zip(pads[:2], pads[2:], strict=True))
    stride, dilation = ([*before, *held[name]] for name in ("strides", "dilations"))
    return [f"padding = {padding}", f"stride = {stride}", f"dilation = {dilation}"]


DEFAULTS: dict[str, Any] = {
    "group": 1, "pads": [0, 0, 0, 0], "strides": [1, 1], "dilations": [1, 1], "epsilon": 1e-5, "alpha": 1e-4,
    "beta": 0.75, "bias": 1.0,
}  # fmt: skip
"""What an ONNX file need not say."""
OPERATIONS = {
    "Add": "add", "AveragePool": "avg_pool", "BatchNormalization": "batch_normalization", "Concat": "concat",
    "Conv": "conv", "ConvTranspose": "deconv", "Flatten": "reshape", "Gemm": "linear",
    "GlobalAveragePool": "mean_reduce", "LRN": "local_response_normalization", "MaxPool": "max_pool", "Relu": "relu",
    "Slice": "slice", "Softmax": "softmax",
}  # fmt: skip
"""NNEF's operations for ONNX's."""
