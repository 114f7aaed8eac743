"""The networks that the benchmarks run by hand are those that the specs say: same counts, same values."""

from collections import Counter
from typing import Any

import numpy
import pytest
import torch
from oracle import NETWORKS, normalized_channels, true_layers
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

import archspec
from archspec.backends.torch.module import module
from archspec.rewrite import Changes, rewrite
from archspec.verify.compare import differences
from benchmarks import training
from benchmarks.models import MODELS, Model
from benchmarks.same_weights import RUN, pair

TRUTH = {
    "vgg_d": "vgg/D",
    "vgg_e": "vgg/E",
    "resnet50": "resnet50/v1_nobias",
    "resnet152": "resnet152/v1",
    "googlenet": "googlenet/caffe_inference",
    "unet": "unet/paper_valid",
    "deconvnet": "deconvnet/caffe",
}
SMALL = {"resnet50": "64x64", "resnet152": "64x64", "unet": "188x188"}
"""Sizes that are quicker than the network's own, where its layers take others."""


def on_meta(model: Model) -> nn.Module:
    with torch.device("meta"):
        return model.build().eval()


def macs(network: nn.Module, size: tuple[int, ...]) -> int:
    """Multiply-adds of convolutions and fully connected layers, from what goes in and what comes out."""
    found: list[int] = []

    def counted(layer: Any, given: tuple[torch.Tensor], value: torch.Tensor) -> None:
        values = given[0] if isinstance(layer, nn.ConvTranspose2d) else value
        found.append(values.numel() * layer.weight[0].numel())

    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            layer.register_forward_hook(counted)
    network(torch.empty(1, *size, device="meta"))
    return sum(found)


@pytest.mark.parametrize("name", MODELS)
def test_the_counts_are_the_oracles(name: str) -> None:
    model, truth = MODELS[name], NETWORKS[TRUTH[name]]
    network = on_meta(model)
    assert sum(parameter.numel() for parameter in network.parameters()) == truth["params_exact"]
    assert (model.size, model.output) == (tuple(truth["input_shape"]), tuple(truth["output_shapes"][0]))
    assert model.params == truth["params_exact"]
    kinds = Counter(layer.split()[0] for layer in true_layers(TRUTH[name]))
    assert model.convolutions == kinds["Conv2d"] + kinds["ConvTranspose2d"]
    assert model.normalized == normalized_channels(TRUTH[name])
    assert macs(network, model.size) == truth["macs_exact"]


TRAINED = {"googlenet": "224x224", "resnet50": "64x64"}
SLOW = {"vgg_d": "224x224", "unet": "188x188"}
PARAMS = [*TRAINED.items(), *(pytest.param(*each, marks=pytest.mark.slow) for each in SLOW.items())]


def test_googlenet_is_trained_with_its_heads() -> None:
    with torch.device("meta"):
        network = MODELS["googlenet"].build(training=True)
    truth = NETWORKS["googlenet/caffe_train_aux"]
    assert sum(parameter.numel() for parameter in network.parameters()) == truth["params_exact"]
    values = network.train()(torch.empty(2, 3, 224, 224, device="meta"))
    assert [list(value.shape[1:]) for value in values] == truth["output_shapes"]


@pytest.mark.parametrize(("name", "size"), PARAMS)
def test_the_gradients_are_the_specs(name: str, size: str) -> None:
    """Without dropout, whose chance is not the same. An example's statistics are no use where maps are of one place."""
    ours, hand = (training.made(name, which, size, batch=2, setting=training.Setting()) for which in ("ours", "hand"))
    found = []
    for trained in (ours, hand):
        for layer in trained.network.modules():
            if isinstance(layer, nn.Dropout):
                layer.p = 0.0
        trained.loss().backward()
        found.append([parameter.grad for parameter in trained.network.parameters()])
    assert len(found[0]) == len(found[1])
    for one, other in zip(*found, strict=True):
        assert one.any()
        assert torch.allclose(one, other, rtol=1e-4, atol=1e-5 * float(other.abs().max()))


@pytest.mark.parametrize(("name", "size"), PARAMS)
def test_a_training_step_takes_no_more_memory(name: str, size: str) -> None:
    hand, ours = (
        training.peak(training.made(name, which, size, batch=2, setting=training.Setting()))
        for which in ("hand", "ours")
    )
    assert 0 < ours <= hand


@pytest.mark.parametrize("name", [name for name in RUN if name != "vgg_d"])  # it is VGG-E with fewer convolutions
def test_the_values_are_the_specs(name: str) -> None:
    made = pair(name, SMALL.get(name))
    with torch.inference_mode():
        found = made.network(torch.from_numpy(made.example)).numpy()
    assert numpy.ptp(made.expected) > 1e-3
    assert differences(made.expected, found)[1] <= 1e-5


class Seen(TorchDispatchMode):
    """The operations that are run, with the shapes of what they take; what takes no time, as a view, is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[tuple[Any, ...]] = Counter()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if not func.is_view and func is not torch.ops.aten.detach.default:
            self.seen[func, *(tuple(each.shape) for each in args if isinstance(each, torch.Tensor))] += 1
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("name", ["vgg_d", "resnet50", "googlenet", "unet"])
def test_a_training_step_computes_what_the_one_by_hand_does(name: str) -> None:
    """At the paper's size, on PyTorch's meta device: the same operations as often, so that only Python can differ."""
    graph, _ = rewrite(archspec.load(MODELS[name].spec).graph, Changes(True, True, False), "zeros", 0)
    with torch.device("meta"):
        nets = module(graph), MODELS[name].build(training=True)
    ours, hand = (operations(net.train(), torch.empty(2, *graph.input.shape, device="meta")) for net in nets)
    assert sum(ours.values()) > 50
    assert ours == hand


def operations(network: nn.Module, x: torch.Tensor) -> Counter[tuple[Any, ...]]:
    """Those of a forward and a backward pass."""
    with Seen() as seen:
        values = network(x)
        values = values if isinstance(values, tuple) else (values,)
        sum((value.sum() for value in values), torch.zeros((), device="meta")).backward()
    return seen.seen
