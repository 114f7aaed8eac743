"""When a ReLU or a sum may write its result over its input, as people do by hand, and nobody can tell.

Three things are asked. Of the graph: no other layer and no result takes the input. Of autograd: the layer that made it
keeps its own input for the gradient, not what it gave. And of what people do with a module: neither layer has been
replaced by one of another kind, and no hook sees the value, which would find it overwritten later.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn.modules import module as modules

from archspec.backends.torch.layers import Add
from archspec.backends.torch.rules.call import Layer
from archspec.graph import Node
from archspec.graph.liveness import taken

MAKERS = frozenset(
    {nn.Conv2d, nn.ConvTranspose2d, nn.Linear, nn.BatchNorm1d, nn.BatchNorm2d, nn.SyncBatchNorm, Add}
)  # fmt: skip
"""Layers that give a new tensor, which autograd does not keep; subclasses may do otherwise."""
IN_PLACE: Mapping[type[nn.Module], Callable[..., Tensor]] = {nn.ReLU: torch.relu_, Add: Tensor.add_}
"""What writes a layer's result over its first input."""
TAKES = {"relu": 1, "add": 2}
"""The kinds of these layers, and of how many inputs."""


def overwriting(
    nodes: Sequence[Node], results: Sequence[str], layers: Mapping[str, Layer]
) -> Mapping[str, tuple[str, ...]]:
    """For each layer that alone takes its first input, and may write over it, the way to the layer that makes it.

    A sum of one value is that value, and what is cropped behind a layer is a part of the layer's.
    """
    takers = Counter([*results, *(path for node in nodes for path in taken(node))])
    alone = {node.path for node in nodes if node.op.kind == "add" and len(node.inputs) == 1}
    made = {node.path for node in nodes if node.path not in alone and not layers[node.path].after}
    return {
        node.path: tuple(node.inputs[0].split("."))
        for node in nodes
        if TAKES.get(node.op.kind) == len(node.inputs) and takers[node.inputs[0]] == 1 and node.inputs[0] in made
    }


def in_place_is_allowed() -> bool:
    """Whether any layer may: not where a graph is recorded, nor where hooks see every module."""
    watched = modules._has_any_global_hook()  # type: ignore[no-untyped-call]
    return not (watched or torch.compiler.is_compiling())


def overwrites(layer: nn.Module, maker: nn.Module, values: Sequence[Tensor]) -> bool:
    """Whether a layer, as it stands now, may write over the first of these values, which `maker` made."""
    return type(layer) in IN_PLACE and type(maker) in MAKERS and plain(layer) and plain(maker) and alike(*values)


def plain(layer: nn.Module) -> bool:
    """Whether a layer is neither watched nor changed."""
    return not (
        layer._forward_hooks
        or layer._forward_pre_hooks
        or layer._backward_hooks
        or layer._backward_pre_hooks
        or layer._compiled_call_impl
        or "forward" in layer.__dict__
    )


def alike(first: Tensor, other: Tensor | None = None) -> bool:
    """Whether the sum of two values is such a one as the first."""
    return other is None or (first.shape == other.shape and first.dtype == other.dtype)
