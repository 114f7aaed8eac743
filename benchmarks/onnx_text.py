"""A network in ONNX's own text, from the list of its layers: the peer of a spec's text."""

import json
from typing import Any

from benchmarks.layers import Layers


def text(network: Layers) -> str:
    """The text of a model, for a symbolic batch; its weights are inputs, and have no values."""
    names = {name: f"t{at}" for at, name in enumerate(tensors(network))}
    weights = [f"float{shape} {names[name]}" for name, shape in network.weights.items()]
    given = ", ".join([f"float[N, {sizes(network.input_shape)}] {names[network.input]}", *weights])
    constants = ", ".join(
        f"int64[{len(held)}] {names[name]} = {{{sizes(held)}}}" for name, held in network.constants.items()
    )
    layers = [
        f"  {names[each.output]} = {each.kind}{attributes(each.attributes)}"
        f"({', '.join(names[name] for name in each.inputs)})"
        for each in network.layers
    ]
    result = f"float[N, {', '.join('?' for _ in network.output_shape)}] {names[network.output]}"
    head = f'<ir_version: 8, opset_import: ["" : 18]>\nnetwork ({given}) => ({result})'
    return "\n".join([f"{head} <{constants}>" if constants else head, "{", *layers, "}"])


def tensors(network: Layers) -> list[str]:
    """The names of all that flows and all that is held."""
    return [network.input, *network.weights, *network.constants, *(each.output for each in network.layers)]


def sizes(values: list[int]) -> str:
    """Whole numbers as they stand in a list."""
    return ", ".join(map(str, values))


def attributes(held: dict[str, Any]) -> str:
    """Attributes as ONNX writes them."""
    return f" <{', '.join(f'{name} = {json.dumps(value)}' for name, value in held.items())}> " if held else ""
