"""A graph as a `torch.nn.Module`: a tree of standard layers under the paths of the graph's nodes."""

from collections.abc import Sequence
from math import prod
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from archspec.backends.torch.in_place import IN_PLACE, in_place_is_allowed, overwrites, overwriting
from archspec.backends.torch.layers import make
from archspec.backends.torch.naming import check_names
from archspec.backends.torch.rules import layer
from archspec.backends.torch.rules.call import Layer
from archspec.diagnostics import problem
from archspec.graph import Graph, Node
from archspec.graph.liveness import last_uses, running, switches, taken
from archspec.weights import CHUNK, Weights, starts
from archspec.weights.threads import working

MOST = 2_000_000_000
"""Parameters that are held in memory without being asked twice: 8 GB."""


class Step(NamedTuple):
    """One layer's turn in the forward pass."""

    path: str
    parts: tuple[str, ...]
    """The way to the layer through the tree."""
    inputs: tuple[str, ...]
    before: tuple[nn.Module, ...]
    """What the input goes through first: it holds no weights, and stays when the layer is replaced."""
    after: tuple[nn.Module, ...]
    spent: tuple[str, ...]
    """The values that no later step takes."""
    over: tuple[str, ...] = ()
    """The way to the layer that makes the first input, where that may be written over."""
    switches: str | None = None
    """The name of the places of the maxima, where the layer gives them too."""


class Group(nn.Module):
    """Layers that share the first part of their paths; the network runs them one by one."""


class Network(nn.Module):
    """A network as its spec describes it: N x C x H x W in, its output out, or a tuple where it has several.

    While it is trained (`train()`) the values of its heads follow the output, in a tuple; `head_weights` has
    what their losses are multiplied by, in the same order. `eval()` leaves heads out.

    The layers stand under their paths (`net.conv2_x`, `net.get_submodule("conv2_x.0.conv1")`) and are looked
    up there at every pass, so a layer that is put in another's place is the one that runs. A ReLU or a sum whose
    input nothing else needs writes over it, unless a hook sees it.
    """

    def __init__(self, graph: Graph, steps: Sequence[Step], beside: Sequence[Step]) -> None:
        super().__init__()
        self._name, self._input = graph.full_name, graph.input.name
        self._outputs, self._results = graph.outputs, graph.results
        self._steps, self._beside = tuple(steps), tuple(beside)
        self.head_weights = tuple(head.weight for head in graph.heads)

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, ...]:
        values: dict[str, Tensor] = {self._input: x}
        del x
        in_place = in_place_is_allowed()
        for path, parts, inputs, before, after, spent, over, told in self._turns():
            layer = at(self, parts)
            taken = [values[inputs[0]]] if len(inputs) == 1 else [values[name] for name in inputs]
            for name in spent:
                del values[name]
            if over and in_place and overwrites(layer, at(self, over), taken):
                value = IN_PLACE[type(layer)](*taken)
            elif before or after:
                taken = [applied(before, value) for value in taken]
                value = applied(after, layer(*taken))
            else:
                value = layer(*taken)
            if told:
                value, values[told] = value
            values[path] = value
        given = tuple(values[path] for path in (self._results if self.training else self._outputs))
        return given if len(given) > 1 else given[0]

    def _turns(self) -> Sequence[Step]:
        return (*self._steps, *self._beside) if self.training else self._steps

    def _get_name(self) -> str:
        return self._name


def at(network: nn.Module, parts: tuple[str, ...]) -> nn.Module:
    """The layer that stands there now. It is what `getattr` finds, which takes ten times as long."""
    found = network
    for part in parts:
        found = found._modules.get(part) or getattr(found, part)
    return found


def applied(layers: Sequence[nn.Module], value: Any) -> Any:
    """A value, taken through some layers."""
    for each in layers:
        value = each(value)
    return value


def module(graph: Graph, weights: Weights | None = None, most: int = MOST) -> Network:
    """The network as a PyTorch module, its `state_dict` keyed as `graph.tensors()` names the tensors.

    Without weights it stays on PyTorch's meta device: it has shapes, but takes no memory until
    `load_state_dict(..., assign=True)`. Raises Problem: E505 when it has more than `most` parameters, E607 for a
    label or an op that PyTorch cannot have.
    """
    check_names(graph)
    if weights is not None:
        refuse_giants(graph, most)
    with torch.device("meta"):
        network = build(graph)
    if weights is None:
        return network
    network.to_empty(device="cpu")
    fill(network, graph, weights)
    return network


def build(graph: Graph) -> Network:
    """The tree of layers, every one under its node's path, and the order in which they run."""
    layers = {node.path: layer(graph, node) for node in graph.nodes}
    main, beside = running(graph)
    spent = last_uses([*main, *beside], graph.results)
    over = overwriting([*main, *beside], graph.results, layers)
    turns = [
        [step(graph, node, layers[node.path], spent[node.path], over.get(node.path, ())) for node in nodes]
        for nodes in (main, beside)
    ]
    network = Network(graph, *turns)
    for node in graph.nodes:
        plant(network, node, make(layers[node.path].call))
    return network


def step(graph: Graph, node: Node, found: Layer, spent: tuple[str, ...], over: tuple[str, ...]) -> Step:
    """One layer's turn."""
    told = switches(node.path) if node.path in graph.switches else None
    before, after = (tuple(map(make, calls)) for calls in (found.before, found.after))
    return Step(node.path, tuple(node.path.split(".")), taken(node), before, after, spent, over, told)


def plant(network: Network, node: Node, made: nn.Module) -> None:
    """Put a layer at its node's path."""
    *scopes, name = node.path.split(".")
    place: nn.Module = network
    for scope in scopes:
        if not hasattr(place, scope):
            place.add_module(scope, Group())
        place = getattr(place, scope)
    place.add_module(name, made)
    made.requires_grad_(node.op.trains())


def refuse_giants(graph: Graph, most: int) -> None:
    """Raises Problem E505 before memory is spent on more than `most` parameters."""
    total = sum(prod(weight.shape) for _, _, weight in graph.tensors())
    if total > most:
        raise problem(
            "E505",
            f"the weights of {graph.full_name} are too large to hold in memory",
            f"{total:,} parameters, the limit is {most:,}",
            "its counts, its figure and its Python file need no weights; `most` raises the limit",
        )


def fill(network: Network, graph: Graph, weights: Weights) -> None:
    """Give every tensor its values, a piece at a time; batch normalizations have counted no batch yet."""
    tensors = network.state_dict()
    flat = {name: (weight, tensors.pop(name).numpy().reshape(-1)) for name, _, weight in graph.tensors()}

    def put(chunk: tuple[str, int]) -> None:
        (name, start), (weight, values) = chunk, flat[chunk[0]]
        weights.fill(name, weight, start, values[start : start + CHUNK])

    with working(put, [(name, start) for name, (weight, _) in flat.items() for start in starts(weight)]) as finish:
        finish()
    for counter in tensors.values():
        counter.zero_()
