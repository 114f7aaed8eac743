"""Residual modules: sums of layers and a shortcut around them (He et al. 2016, section 3.2), found in any graph."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from archspec.graph import Graph, Node
from archspec.graph.builder import Builder
from archspec.graph.dominators import Dominators
from archspec.op import Op

Kind = Literal["identity", "padding", "projection"]
LONGEST = 4
"""Layers of a shortcut at most: a pooling, a padding, a convolution, its normalization."""


class Module(NamedTuple):
    """One residual module: `y = shortcut(x) + branch(x)`."""

    path: str
    """Of the sum."""
    fork: str
    """The value that branch and shortcut begin with."""
    shortcut: str
    """The value that the shortcut ends with: the fork itself where it is the identity."""
    branches: tuple[str, ...]
    """The values that the branches end with; mostly one."""
    kind: Kind


def carried(node: Node) -> tuple[str, ...]:
    """The inputs whose values go into a layer: none that it takes for its size, or for the places of maxima."""
    return node.inputs[:1] if node.op.kind == "unpool" else node.operands


def modules(network: Graph | Builder) -> dict[str, Module]:
    """The residual modules of a network, by the paths of their sums.

    A sum is one if just one of its values is a shortcut from where all ways to the sum part: that value itself, a
    subsampled and padded one (option A), or a projection by one 1x1 convolution (options B and C).
    """
    dominators = Dominators(network.input.name)
    found: dict[str, Module] = {}
    for node in network.nodes:
        inputs = carried(node)
        fork = dominators.add(node.path, inputs)
        if node.op.kind == "add":
            module = read(node, fork, network.by_path)
            found |= {node.path: module} if module else {}
    return found


def read(node: Node, fork: str, nodes: Mapping[str, Node]) -> Module | None:
    """The module that a sum ends; None where none or several of its values are shortcuts."""
    kinds = {path: kind for path in node.inputs if (kind := shortcut(path, fork, nodes))}
    best = [path for path, kind in kinds.items() if ORDER[kind] == min(ORDER[each] for each in kinds.values())]
    if len(best) != 1 or len(set(node.inputs)) < len(node.inputs):
        return None
    return Module(node.path, fork, best[0], tuple(path for path in node.inputs if path != best[0]), kinds[best[0]])


ORDER: dict[Kind, int] = {"identity": 0, "padding": 1, "projection": 2}
"""Which of two ways is the shortcut: that with less on it."""


def shortcut(path: str, fork: str, nodes: Mapping[str, Node]) -> Kind | None:
    """What a value is to the fork if the way between them is a shortcut's."""
    ops: list[Op] = []
    while path != fork:
        node = nodes.get(path)
        if node is None or len(node.inputs) != 1 or not passes(node.op) or len(ops) == LONGEST:
            return None
        ops.append(node.op)
        path = node.inputs[0]
    weighted = sum(op.weight_layer for op in ops)
    if weighted > 1 or (not weighted and any(op.kind == "bn" for op in ops)):
        return None
    return "projection" if weighted else "padding" if ops else "identity"


def passes(op: Op) -> bool:
    """Whether a shortcut may hold this: what subsamples, pads with zeros, projects or normalizes."""
    if op.kind == "conv":
        return getattr(op, "kernel", None) == (1, 1)
    if op.kind == "maxpool":
        return getattr(op, "kernel", None) == (1, 1)
    return op.kind in ("pad", "bn", "avgpool", "identity")
