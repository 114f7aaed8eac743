"""The form of a rule: what an op is in PyTorch, told once for the live module and for the Python text."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

DEFAULTS: Mapping[str, Any] = {
    "stride": 1,
    "padding": 0,
    "output_padding": 0,
    "dilation": 1,
    "groups": 1,
    "bias": True,
    "ceil_mode": False,
    "return_indices": False,
    "count_include_pad": True,
    "eps": 1e-5,
    "momentum": 0.1,
    "mode": "nearest",
    "align_corners": None,
}
"""What PyTorch takes for a keyword that is not written, whichever layer has it."""


class Call(NamedTuple):
    """A layer's class and what it is made with: keywords that hold PyTorch's defaults need not be written."""

    name: str
    """A class of `torch.nn`, or of `layers` here."""
    arguments: tuple[Any, ...] = ()
    keywords: tuple[tuple[str, Any], ...] = ()


class Layer(NamedTuple):
    """What one op is: a layer, and the steps without weights that its input and its output go through."""

    call: Call
    before: tuple[Call, ...] = ()
    after: tuple[Call, ...] = ()


Rule = Callable[..., Layer]
"""From an op and the shapes of its inputs to a layer."""


def call(name: str, *arguments: Any, **keywords: Any) -> Call:
    """A call as people write it: one number where both sides have the same."""
    return Call(name, tuple(map(even, arguments)), tuple((key, even(keywords[key])) for key in keywords))


def even(value: Any) -> Any:
    """`3` for `(3, 3)`."""
    match value:
        case (int(a), int(b)) if a == b:
            return a
    return value


def outward(sides: tuple[int, ...]) -> tuple[int, ...]:
    """Top, bottom, left, right in the order of torch's paddings: the last axis first."""
    top, bottom, left, right = sides
    return left, right, top, bottom


def surroundings(name: str, sides: tuple[int, ...], *arguments: Any) -> tuple[Call, ...]:
    """A step that changes a map's sides; none where nothing changes."""
    return (call(name, outward(sides), *arguments),) if any(sides) else ()


def one(name: str, *arguments: Any, **keywords: Any) -> Rule:
    """The rule of an op that is the same layer whatever its fields and inputs."""
    layer = Layer(call(name, *arguments, **keywords))
    return lambda op, *shapes: layer
