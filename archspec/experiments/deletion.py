"""Trained networks without some of their parts: all other weights stay as they are."""

from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor, nn

from archspec.backends.torch.module import module
from archspec.graph import Graph
from archspec.graph.lesion import left, without
from archspec.training.batch import Batch
from archspec.training.score import Score

FOLLOWERS = ("bn", "relu")
"""What belongs to the convolution before it."""


def units(graph: Graph) -> Iterator[tuple[str, ...]]:
    """The paths of each convolution with its batch normalization and activation, from the input on."""
    unit: list[str] = []
    for node in graph.nodes:
        if node.op.kind == "conv":
            if unit:
                yield tuple(unit)
            unit = [node.path]
        elif unit and node.op.kind in FOLLOWERS and node.inputs == (unit[-1],):
            unit.append(node.path)
    if unit:
        yield tuple(unit)


def remaining(graph: Graph, parts: Sequence[str]) -> Graph:
    """The network without some parts; see `archspec.graph.lesion.without`. Raises Mismatch where they cannot go."""
    return left(graph, without(graph, parts))


def with_weights(graph: Graph, state: Mapping[str, Tensor]) -> nn.Module:
    """A network with weights of a larger one, of which it takes those that it has, uncopied; in evaluation mode."""
    network = module(graph)
    network.load_state_dict({name: state[name] for name in network.state_dict()}, assign=True)
    return network.eval()


def error(network: nn.Module, batches: Sequence[Batch]) -> float:
    """Per cent of images whose class is not the one that the network gives."""
    device = batches[0].images.device
    score, nothing = Score(device=device), torch.zeros((), device=device)
    with torch.inference_mode():
        for batch in batches:
            score.add(network(batch.images), batch, nothing, nothing)
    return score.error
