"""How much memory the values of a network take: in inference, and kept between the passes of training."""

from collections.abc import Iterable, Mapping
from math import prod
from typing import NamedTuple

from archspec.graph import Graph
from archspec.graph.liveness import running, switches, taken
from archspec.op import Saved

WIDTHS = {"fp16": 2, "bf16": 2, "fp32": 4, "fp64": 8}
"""Bytes of a number, by its precision."""
SWITCH = 8
"""Bytes of the place of a maximum."""


class Setting(NamedTuple):
    """What a network runs with."""

    batch: int = 1
    precision: str = "fp32"

    @property
    def width(self) -> int:
        """Bytes of a number."""
        return WIDTHS[self.precision]

    def bytes(self, shape: Iterable[int]) -> int:
        """The memory of a value of this shape, for the whole batch."""
        return self.batch * prod(shape) * self.width


class Peak(NamedTuple):
    """The most memory that values take at one time, and the layer at which they do."""

    bytes: int
    path: str


def kept(graph: Graph, setting: Setting) -> Mapping[str, int]:
    """What the backward pass needs again, as PyTorch keeps it: bytes of each value, and of what a layer saves besides.

    Weights are not among it. A value is kept once, whoever needs it: the output of a ReLU is the input of the
    convolution behind it. A layer's path has its output, if that is kept, and what the layer saves.
    """
    roots = owners(graph, training=True)
    values: set[str] = set()
    for node in graph.nodes:
        if node.op.needs() == "output":
            values.add(node.path)
        elif node.op.needs() == "input":
            values.update(roots[path] for path in node.inputs)
    found = {path: setting.bytes(shape) for path, shape in graph.shapes.items() if path in values}
    for node in graph.nodes:
        for saved in node.op.saved(*graph.takes(node)):
            found[node.path] = found.get(node.path, 0) + size(saved, setting)
    return found


def size(saved: Saved, setting: Setting) -> int:
    """The bytes of what a layer saves besides values."""
    return saved.numbers * (saved.width or setting.width) * (setting.batch if saved.batched else 1)


def peak(graph: Graph, setting: Setting) -> Peak:
    """The most memory that values take in inference, each freed behind the last layer that takes it.

    The input is the caller's and stays. What layers need for themselves while they run is not among it.
    """
    roots, (main, _) = owners(graph, training=False), running(graph)
    held = {path: setting.bytes(shape) for path, shape in graph.shapes.items() if roots[path] == path}
    held |= {switches(path): SWITCH * setting.batch * prod(graph.shapes[path]) for path in graph.switches}
    last = {roots.get(path, path): turn for turn, node in enumerate(main) for path in (*taken(node), node.path)}
    stay = {roots[path] for path in (graph.input.name, *graph.outputs)}
    now = held[graph.input.name]
    most = Peak(now, graph.input.name)
    for turn, node in enumerate(main):
        made = {node.path, switches(node.path)} & held.keys()
        now += sum(held[path] for path in made)
        most = Peak(now, node.path) if now > most.bytes else most
        spent = {roots.get(path, path) for path in (*taken(node), *made)} - stay
        now -= sum(held[path] for path in spent if last.get(path, turn) == turn)
    return most


def owners(graph: Graph, training: bool) -> Mapping[str, str]:
    """For each value the one in whose memory it is: itself, unless its layer only looks at another in another way."""
    found: dict[str, str] = {graph.input.name: graph.input.name}
    for node in graph.nodes:
        shares = node.op.view or (node.op.training_only and not training)
        found[node.path] = found[node.inputs[0]] if shares else node.path
    return found
