"""Every shipped network can be trained: one step of it, and eight images learned by heart."""

from collections.abc import Iterator
from itertools import takewhile
from math import isfinite

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from zoo import marked, small

from archspec.backends.torch.module import module
from archspec.graph import Graph
from archspec.rewrite import Changes, rewrite

IMAGES = 8


@pytest.fixture(autouse=True)
def _same_chance() -> None:
    torch.manual_seed(0)


def trainable(name: str) -> tuple[nn.Module, Graph]:
    """A network as it is trained: with its heads, without the softmax that the loss has."""
    graph, weights = rewrite(small(name), Changes(True, True, False), "he", 0)
    network = module(graph, weights)
    return network.train(), graph


def examples(graph: Graph, count: int) -> tuple[Tensor, Tensor]:
    """Random images, and a class for each; where scores are a map, for each of its positions."""
    (classes, *places) = graph.shapes[graph.outputs[0]]
    labels = torch.arange(count).view(-1, *[1] * len(places)) % classes
    return torch.randn(count, *graph.input.shape), labels.expand(-1, *places)


def loss_of(network: nn.Module, x: Tensor, labels: Tensor) -> Tensor:
    """Cross entropy of the output, and of each head by its weight (Szegedy et al. 2015, section 5)."""
    given = network(x)
    values = given if isinstance(given, tuple) else (given,)
    factors = (1.0, *network.head_weights)  # type: ignore[misc]
    assert len(values) == len(factors)
    return sum((f * F.cross_entropy(v, labels) for f, v in zip(factors, values, strict=True)), torch.zeros(()))


STEP_SLOW = r".*:(152|1001|1202)|(fcn|fcn8s_2015|deconvnet)(:.*)?|unet:rgb|unet_release"


EXPLODING = "gradients grow by a sixth from layer to layer of a plain network: 1,202 take them beyond float32"


@pytest.mark.parametrize("name", marked(STEP_SLOW, "cifar_plain:1202", EXPLODING))
def test_a_training_step_reaches_every_weight(name: str) -> None:
    """Each trainable tensor has a gradient, none of the weights' is all zero, and frozen tensors stay as they are."""
    network, graph = trainable(name)
    frozen = {f"{node.path}.{key}" for key in ("weight", "bias") for node in graph.nodes if not node.op.trains()}
    kept = {path: tensor.clone() for path, tensor in network.state_dict().items() if path in frozen}
    normalized = any(node.op.kind == "bn" for node in graph.nodes)  # by the statistics of several examples
    loss = loss_of(network, *examples(graph, 4 if normalized else 1))
    loss.backward()
    assert torch.isfinite(loss)
    for path, parameter in network.named_parameters():
        if path in frozen:
            assert parameter.grad is None, path
            continue
        assert parameter.grad is not None, path
        assert torch.isfinite(parameter.grad).all(), path
        assert parameter.grad.any() or path.endswith("bias"), path  # before a normalization a bias changes nothing
    learned = [parameter for parameter in network.parameters() if parameter.requires_grad]
    last = learned[-1].detach().clone()
    torch.optim.SGD(network.parameters(), lr=0.1).step()
    assert not torch.equal(last, learned[-1])
    assert all(torch.equal(network.state_dict()[path], tensor) for path, tensor in kept.items())


def losses(network: nn.Module, x: Tensor, labels: Tensor, steps: int) -> Iterator[float]:
    """The loss before each step of Adam; dropout, which is there to prevent it, is off."""
    for layer in network.modules():
        if isinstance(layer, nn.Dropout):
            layer.p = 0.0
    optimizer = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], lr=1e-3)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_of(network, x, labels)
        yield loss.item()
        loss.backward()
        optimizer.step()


FAST = r"cifar_(resnet|preact):20|cifar_resnet:56|resnet:18|googlenet_bn:torchvision"
STEPS, FRACTION = 160, 0.1


DEGRADED = "what residual connections are for: deep plain networks do not even learn by heart (He et al. 2016)"


@pytest.mark.parametrize("name", marked(rf"(?!({FAST})$).*", "cifar_plain:(110|1202)|digits_plain:56", DEGRADED))
def test_eight_images_are_learned_by_heart(name: str) -> None:
    network, graph = trainable(name)
    found = losses(network, *examples(graph, IMAGES), STEPS)
    first = next(found)
    assert any(loss < FRACTION * first for loss in takewhile(isfinite, found))
