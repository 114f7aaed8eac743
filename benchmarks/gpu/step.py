"""A training step, ours or a hand-written network's: forward, backward, update."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from archspec.backends.torch.module import module
from archspec.graph import Graph
from archspec.rewrite import Changes, rewrite

RATE, MOMENTUM = 0.01, 0.9


@dataclass
class Trained:
    """A network, and what it is trained on."""

    network: nn.Module
    images: Tensor
    labels: Tensor
    optimizer: torch.optim.Optimizer
    factors: tuple[float, ...] = (1.0,)
    """What the losses of the output and of the heads are multiplied by."""
    bf16: bool = False
    """Whether the forward pass is under autocast."""
    clip: float | None = None
    """The largest norm of the gradients together."""

    def loss(self) -> Tensor:
        """The forward pass."""
        with torch.autocast(self.images.device.type, torch.bfloat16, enabled=self.bf16):
            given = self.network(self.images)
            values = given if isinstance(given, tuple) else (given,)
            pairs = zip(self.factors, values, strict=True)
            return torch.stack([factor * F.cross_entropy(value, self.labels) for factor, value in pairs]).sum()

    def step(self) -> Tensor:
        """All of a step. Gives the loss, on the device."""
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss()
        loss.backward()
        if self.clip:
            nn.utils.clip_grad_norm_(self.network.parameters(), self.clip)
        self.optimizer.step()
        return loss.detach()

    def held(self) -> list[Tensor]:
        """All that a step changes: weights, running statistics, momentum."""
        moments = [value for state in self.optimizer.state.values() for value in state.values()]
        return [*self.network.parameters(), *self.network.buffers(), *(m for m in moments if isinstance(m, Tensor))]

    def snapshot(self) -> list[Tensor]:
        """What a step changes, as it is now."""
        return [tensor.detach().clone() for tensor in self.held()]

    @torch.no_grad()
    def restore(self, snapshot: list[Tensor]) -> None:
        """Go back, without another tensor in any one's place."""
        for tensor, value in zip(self.held(), snapshot, strict=True):
            tensor.copy_(value)


def ours(graph: Graph, *, heads: bool = True) -> tuple[nn.Module, Graph]:
    """A network as it is trained, without the softmax that the loss has, and its graph. It is on the CPU."""
    changed, weights = rewrite(graph, Changes(heads, True, False), "he", 0)
    return module(changed, weights).train(), changed


def trained(
    network: nn.Module,
    graph: Graph,
    batch: int,
    device: str,
    *,
    bf16: bool = False,
    channels_last: bool = False,
    clip: float | None = None,
) -> Trained:
    """A network on a device with random images, and a class for each image or for each place of its map."""
    layout = torch.channels_last if channels_last else torch.contiguous_format
    network = network.to(device, memory_format=layout)  # type: ignore[call-overload]
    random = torch.Generator().manual_seed(0)
    images = torch.randn(batch, *graph.input.shape, generator=random).to(device, memory_format=layout)
    classes, *places = graph.shapes[graph.outputs[0]]
    labels = torch.randint(classes, (batch, *places), generator=random).to(device)
    weights = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(weights, lr=RATE, momentum=MOMENTUM, fused=True)
    factors = (1.0, *getattr(network, "head_weights", ()))
    return Trained(network, images, labels, optimizer, factors, bf16, clip)


def without_dropout(network: nn.Module) -> nn.Module:
    """The same network; what two runs of it compute can be compared."""
    for layer in network.modules():
        if isinstance(layer, nn.Dropout):
            layer.p = 0.0
    return network


def distance(found: list[Tensor], expected: list[Tensor], before: list[Tensor] | None = None) -> float:
    """How far tensors are from others, as a part of these: of how far these are from those before, where told."""
    origin = before or [torch.zeros_like(tensor) for tensor in expected]
    apart = sum(float((f - e).double().square().sum()) for f, e in zip(found, expected, strict=True))
    whole = sum(float((e - o).double().square().sum()) for e, o in zip(expected, origin, strict=True))
    return (apart / whole) ** 0.5 if whole else float("inf")
