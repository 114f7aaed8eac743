"""Training steps of `benchmarks.training`, taken back and compared."""

import torch
from torch import Tensor, nn

from archspec.backends.torch.module import module
from archspec.graph import Graph
from archspec.rewrite import Changes, rewrite
from benchmarks.training import Setting, Trained, ready

RATE, LARGEST = 0.01, 1.0
"""The learning rate, and the largest norm of all gradients together."""


def ours(graph: Graph, batch: int, setting: Setting) -> Trained:
    """A network with what it is trained on: with heads, without the softmax that the loss has, and without dropout.

    What two runs of it compute can be compared.
    """
    changed, weights = rewrite(graph, Changes(True, True, False), "he", 0)
    network = module(changed, weights).train()
    for layer in network.modules():
        if isinstance(layer, nn.Dropout):
            layer.p = 0.0
    return ready(network, changed, batch, setting, RATE)


def clipped(work: Trained) -> Trained:
    """The same, with gradients scaled down where they are large: what is at the beginning of training is far off."""
    weights = learned(work)
    work.optimizer.register_step_pre_hook(lambda *_: nn.utils.clip_grad_norm_(weights, LARGEST) and None)
    return work


def learned(work: Trained) -> list[Tensor]:
    """The weights that training changes."""
    return [weight for weight in work.network.parameters() if weight.requires_grad]


def held(work: Trained) -> list[Tensor]:
    """All that a step changes: weights, running statistics and, after the first, momentum."""
    moments = [value for state in work.optimizer.state.values() for value in state.values()]
    return [*work.network.parameters(), *work.network.buffers(), *(m for m in moments if isinstance(m, Tensor))]


def snapshot(work: Trained) -> list[Tensor]:
    """What a step changes, as it is now."""
    return [tensor.detach().clone() for tensor in held(work)]


@torch.no_grad()
def restore(work: Trained, before: list[Tensor]) -> None:
    """Go back, with no other tensor in any one's place; momentum that there was none of becomes zero."""
    for number, tensor in enumerate(held(work)):
        tensor.copy_(before[number] if number < len(before) else torch.zeros_like(tensor))


def gradients(work: Trained) -> list[Tensor]:
    """Of every weight, for the same images; running statistics go on, and are not used."""
    work.loss().backward()
    found = [weight.grad.clone() for weight in learned(work) if weight.grad is not None]
    work.optimizer.zero_grad()
    return found


def distance(found: list[Tensor], expected: list[Tensor], before: list[Tensor] | None = None) -> float:
    """How far tensors are from others, as a part of these: of how far these are from those before, where told."""
    origin = before or [torch.zeros_like(tensor) for tensor in expected]
    apart = sum(float((f - e).double().square().sum()) for f, e in zip(found, expected, strict=True))
    whole = sum(float((e - o).double().square().sum()) for e, o in zip(expected, origin, strict=True))
    return (apart / whole) ** 0.5 if whole else float("inf")
