"""Those that read a network from text and work its shapes out. Each gives its number of parameters.

Every call reads a text of its own, with another comment in it, so that nothing can be kept from one to the next.
"""

from collections.abc import Callable, Iterator
from itertools import count
from math import prod
from typing import Any

Read = Callable[[], int]


def commented(text: str) -> Iterator[str]:
    """The text, each time with another comment, which begins with `#` in all of these languages."""
    return (f"{text}\n# {number}\n" for number in count())


def archspec(spec: str) -> Read:
    """From text to the checked graph of one network, with its counts and claims."""
    from archspec.checks.checkup import check_source, sound
    from archspec.language.settled import Choices
    from archspec.network import find_spec, parted
    from archspec.source import Source

    name, column = parted(spec)
    shown, place = find_spec(name)
    texts = commented(place.read_text(encoding="utf-8"))

    def call() -> int:
        (network,) = sound(check_source(Source(shown, next(texts), place), Choices(), column))
        assert network.counts
        return network.counts.params.trainable

    return call


def nnef(path: str) -> Read:
    """NNEF's parser, and the shapes of every tensor."""
    import nnef

    from benchmarks.layers import read
    from benchmarks.nnef_text import text

    network = read(path)
    texts = commented(text(network))

    def call() -> int:
        graph = nnef.parse_string(next(texts))
        nnef.infer_shapes(graph)
        reached(graph.tensors[graph.outputs[0]].shape[1:], network.output_shape)
        variables = (each.outputs["output"] for each in graph.operations if each.name == "variable")
        return sum(prod(graph.tensors[name].shape) for name in variables)

    return call


def onnx(path: str) -> Read:
    """`onnx.parser` and `onnx.shape_inference`: the network in ONNX's text, its weights inputs without values."""
    from onnx import parser, shape_inference

    from benchmarks.layers import read
    from benchmarks.onnx_text import text

    network = read(path)
    texts = commented(text(network))

    def call() -> int:
        graph = shape_inference.infer_shapes(parser.parse_model(next(texts)), strict_mode=True).graph
        reached(shape(graph.output[0])[1:], network.output_shape)
        return sum(prod(shape(value)) for value in graph.input[1:])

    return call


def shape(value: Any) -> list[int]:
    """The sizes of a value of ONNX; 0 where one is a name."""
    return [dim.dim_value for dim in value.type.tensor_type.shape.dim]


def reached(found: list[int], expected: list[int]) -> None:
    """See to it that shapes were worked out up to the last."""
    if list(found) != expected:
        raise ValueError(f"the output is {found}, not {expected}")
