"""The oracle: exact counts and layers of published networks, worked out apart from this compiler.

`truth/networks.json` holds, for each network and variant, its totals and its layers in order. Its `layers` are lines in
the words of PyTorch's modules, each written once; a network names them by number. There is no line for what PyTorch
does without a module: sums, crops, joins, zero-padded shortcuts, the relu behind a sum. 80 variants are graded exact:
their counts agree between at least two independent computations. Of a dropout it has the number of values, before or
after they are flattened; the mean of a whole map has one name, however it is asked for.
"""

import json
from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Any

from archspec.graph import Graph, Node
from archspec.graph.counts import node_macs, node_params
from archspec.op.window import show

_FILE = json.loads((Path(__file__).parent / "truth" / "networks.json").read_text())
NETWORKS: dict[str, dict[str, Any]] = _FILE["networks"]
EXACT = [name for name, truth in NETWORKS.items() if truth["grade"] == "exact"]

MODULES = {
    "conv": "Conv2d", "upconv": "ConvTranspose2d", "fc": "Linear", "bn": "BatchNorm2d", "relu": "ReLU",
    "maxpool": "MaxPool2d", "avgpool": "AvgPool2d", "adaptiveavgpool": "AdaptiveAvgPool2d", "lrn": "LocalResponseNorm",
    "dropout": "Dropout", "upsample": "Upsample",
}  # fmt: skip


def true_layers(name: str) -> list[str]:
    """A network's layers, as the oracle has them."""
    return [_FILE["layers"][number] for number in NETWORKS[name]["layers"]]


def normalized_channels(name: str) -> int:
    """The channels of all batch normalizations of a network; each has a scale and a shift."""
    layers = (layer.split() for layer in true_layers(name))
    return sum(int(params) for module, _, params, *_ in layers if module == "BatchNorm2d") // 2


def layers(graph: Graph, nodes: Sequence[Node]) -> list[str]:
    """Some layers of a graph in the oracle's words: those that have a module of their own in PyTorch."""
    ops = {node.path: node.op for node in graph.nodes}
    return [
        told(graph, node)
        for node in nodes
        if node.op.kind in MODULES
        and not (node.op.kind == "relu" and node.inputs[0] in ops and ops[node.inputs[0]].kind == "add")
        and not (node.op.kind == "maxpool" and node.op.kernel == (1, 1))  # the shortcut of option A
    ]


def told(graph: Graph, node: Node) -> str:
    """One layer: its module, its output, parameters, multiply-adds and settings."""
    module = MODULES[node.op.kind]
    if module == "AvgPool2d" and node.shape[1:] == (1, 1):
        module = "AdaptiveAvgPool2d"
    shape = (prod(node.shape),) if module == "Dropout" else node.shape
    counts = sum(node_params(graph, node)), node_macs(graph, node)
    return " ".join([module, show(shape), *map(str, counts), *settings(module, node)])


def settings(module: str, node: Node) -> list[str]:
    """What the oracle says of a layer besides its counts."""
    op: Any = node.op
    match module:
        case "Conv2d" | "ConvTranspose2d":
            return [*window(op), f"groups={op.groups}", "bias" if op.bias else "no-bias"]
        case "MaxPool2d":
            return [*window(op), *(["ceil" if op.ceil else "floor"] if op.stride != (1, 1) else [])]
        case "AvgPool2d":
            return window(op)
        case "Linear":
            return ["bias" if op.bias else "no-bias"]
        case "BatchNorm2d":
            return [f"eps={op.eps}"]
        case "Dropout":
            return [f"p={op.p}"]
        case "LocalResponseNorm":  # PyTorch divides alpha by the size
            return [f"size={op.size}", f"alpha={op.alpha * op.size:g}", f"beta={op.beta}", f"k={op.k}"]
    return []


def window(op: Any) -> list[str]:
    """Kernel, stride and padding; one number where all sides have it."""
    sides = [op.kernel, op.stride, op.pad]
    return [f"{key}={side[0] if len(set(side)) == 1 else side}" for key, side in zip("ksp", sides, strict=True)]
