"""What a `forward` calls, in order: layers, and later the blocks that they fold into."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from archspec.backends.torch.rules import layer
from archspec.backends.torch.rules.call import Call
from archspec.graph import Graph, Node
from archspec.graph.liveness import switches, taken
from archspec.graph.needs import only_heads_need


class Part(NamedTuple):
    """One call of a `forward`. Values are named as nodes; those between a node's own steps have a colon."""

    path: str
    """Where it stands as an attribute, if it holds weights."""
    call: Call
    inputs: tuple[str, ...]
    output: str
    owned: bool
    """Whether it holds weights, so that the constructor makes it."""
    then: tuple[str, ...] = ()
    """What is done to it once it is made: `requires_grad_(False)` where training leaves it alone."""
    switches: str | None = None
    """A second value: the places of a max-pooling's maxima, where an unpooling takes them."""

    @property
    def outputs(self) -> tuple[str, ...]:
        return (self.output, self.switches) if self.switches else (self.output,)


def parts(graph: Graph) -> tuple[list[Part], Mapping[str, str]]:
    """All parts of a network, those of heads last; and what values are called, where they are called otherwise.

    That is so of `identity`, which is only another name for its input.
    """
    same: dict[str, str] = {}
    found: list[Part] = []
    beside = only_heads_need(graph)
    for node in sorted(graph.nodes, key=lambda node: node.path in beside):
        inputs = tuple(same.get(path, path) for path in taken(node))
        if node.op.kind == "identity":
            same[node.path] = inputs[0]
        else:
            found += split(graph, node, inputs)
    return found, same


def split(graph: Graph, node: Node, inputs: tuple[str, ...]) -> Iterator[Part]:
    """A node's steps: what comes before its layer, the layer, and what comes after."""
    found = layer(graph, node)
    owned = bool(node.op.weights(*graph.takes(node)))
    steps = [*((call, False) for call in found.before), (found.call, owned)]
    steps += [(call, False) for call in found.after]
    for index, (call, owns) in enumerate(steps, start=1):
        output = node.path if index == len(steps) else f"{node.path}:{index}"
        told = switches(node.path) if node.path in graph.switches else None
        then = tuple(prepared(graph, node)) if owns else ()
        yield Part(node.path, call, inputs, output, owns, then, told)
        inputs = (output,)


def prepared(graph: Graph, node: Node) -> Iterator[str]:
    """What a layer goes through before it is trained."""
    if any(weight.bilinear for weight in node.op.weights(*graph.takes(node)).values()):
        yield "apply(bilinear_init)"
    if not node.op.trains():
        yield "requires_grad_(False)"


def readers(found: Sequence[Part], outputs: Sequence[str]) -> dict[str, list[int]]:
    """Where each value is taken, as positions in the list; an output is taken after the last."""
    places: dict[str, list[int]] = {}
    for index, part in enumerate(found):
        for value in dict.fromkeys(part.inputs):
            places.setdefault(value, []).append(index)
    for value in dict.fromkeys(outputs):
        places.setdefault(value, []).append(len(found))
    return places


def running(found: Sequence[Part], outputs: Sequence[str]) -> list[Part]:
    """The parts that the outputs depend on."""
    wanted, kept = set(outputs), []
    for part in reversed(found):
        if wanted.intersection(part.outputs):
            wanted.update(part.inputs)
            kept.append(part)
    return kept[::-1]
