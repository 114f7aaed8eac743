"""The loop, beside one written by hand in plain PyTorch: the same data in the same order come to the same weights."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy
import pytest
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from short import NORMALIZED, last, net, recipe, trained
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.nn import functional as F

from archspec.training import train
from archspec.training.order import shuffled
from archspec.training.run import Trained

BATCH, STEPS = 256, 8
"""Five whole batches of the 1,437 training images are an epoch."""


def digits() -> tuple[Tensor, Tensor]:
    """The training images of scikit-learn's digits with mean 0 and deviation 1, and their classes."""
    shades, labels = load_digits(return_X_y=True)
    chosen = numpy.random.RandomState(0).permutation(1797)[:1437]
    images = numpy.rint(shades[chosen] * 255 / 16).reshape(-1, 1, 8, 8)
    return torch.from_numpy((images - images.mean()) / images.std()).float(), torch.from_numpy(labels[chosen])


def by_hand() -> nn.Sequential:
    """The network of NORMALIZED."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.Conv2d(8, 16, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, 10),
    )


def values(network: nn.Module) -> list[Tensor]:
    """Weights and statistics, in the order of layers."""
    return [value for name, value in network.state_dict().items() if not name.endswith("num_batches_tracked")]


Optimizers = Callable[[nn.Sequential], torch.optim.Optimizer]


def sgd(**options: Any) -> Optimizers:
    return lambda network: torch.optim.SGD(network.parameters(), lr=0.1, **{"momentum": 0.9, **options})


def in_groups(network: nn.Sequential) -> torch.optim.Optimizer:
    """Decay for weights of convolutions and of the last layer alone, and twice the rate for its bias."""
    weights = [network[0].weight, network[3].weight, network[8].weight]
    norms = [parameter for layer in (network[1], network[4]) for parameter in layer.parameters()]
    groups = [
        {"params": weights, "weight_decay": 0.01},
        {"params": norms, "weight_decay": 0},
        {"params": [network[8].bias], "weight_decay": 0, "lr": 0.2},
    ]
    return torch.optim.SGD(groups, lr=0.1, momentum=0.9)  # type: ignore[arg-type]


@dataclass
class Case:
    """A recipe, and what it comes to by hand."""

    keys: dict[str, Any]
    optimizer: Optimizers = field(default_factory=sgd)
    loss: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy
    rates: list[float] = field(default_factory=lambda: [1.0] * STEPS)
    """What the optimizer's rates are multiplied by at each step."""
    clip: float | None = None


CASES = {
    "momentum": Case({}),
    "no momentum": Case({"optimizer": {"rate": 0.1, "momentum": 0.0}}, sgd(momentum=0)),
    "nesterov": Case({"optimizer": {"rate": 0.1, "nesterov": True}}, sgd(nesterov=True)),
    "decay": Case({"optimizer": {"rate": 0.1, "weight_decay": 0.01}}, sgd(weight_decay=0.01)),
    "groups": Case(
        {
            "optimizer": {
                "rate": 0.1, "weight_decay": 0.01, "decay_norm": False, "decay_bias": False, "bias_rate": 2.0
            }
        },
        in_groups,
    ),
    "adamw": Case(
        {"optimizer": {"kind": "adamw", "rate": 0.01, "momentum": 0.8, "weight_decay": 0.1}},
        lambda network: torch.optim.AdamW(network.parameters(), lr=0.01, betas=(0.8, 0.999), weight_decay=0.1),
    ),
    "clip": Case({"optimizer": {"rate": 0.1, "clip": 0.05}}, clip=0.05),
    "smoothing": Case(
        {"loss": {"label_smoothing": 0.1}}, loss=lambda x, labels: F.cross_entropy(x, labels, label_smoothing=0.1)
    ),
    "sum": Case(
        {"loss": {"reduction": "sum"}, "optimizer": {"rate": 0.0004}},
        lambda network: torch.optim.SGD(network.parameters(), lr=0.0004, momentum=0.9),
        lambda x, labels: F.cross_entropy(x, labels, reduction="sum"),
    ),
    "schedule": Case(
        {"schedule": {"kind": "step", "at": (6,), "factor": 0.2, "warmup": 4}},
        rates=[0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 0.2, 0.2],
    ),
}  # fmt: skip


def order() -> Iterator[NDArray[numpy.int64]]:
    """The images of each step: five of the first epoch, three of the second."""
    for step in range(STEPS):
        epoch, part = divmod(step, 5)
        yield shuffled(0, epoch, 1437)[part * BATCH : (part + 1) * BATCH]


def train_by_hand(network: nn.Sequential, case: Case) -> None:
    """Eight steps."""
    images, labels = digits()
    optimizer = case.optimizer(network)
    rates = [group["lr"] for group in optimizer.param_groups]
    norms = []
    for indices, factor in zip(order(), case.rates, strict=True):
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = factor * rate
        chosen = torch.from_numpy(indices)
        optimizer.zero_grad()
        case.loss(network(images[chosen]), labels[chosen]).backward()
        if case.clip:
            norms.append(nn.utils.clip_grad_norm_(network.parameters(), case.clip).item())
        optimizer.step()
    assert not case.clip or max(norms) > 2 * case.clip  # else there would be nothing to see


@pytest.mark.parametrize("name", CASES)
def test_a_run_is_what_a_loop_by_hand_comes_to(name: str, tmp_path: Path) -> None:
    case, ours, theirs = CASES[name], net(NORMALIZED), by_hand()
    with torch.no_grad():
        for value, begun in zip(values(theirs), values(ours.to_torch()), strict=True):
            value.copy_(begun)
    keys = {"data": {"scale": "deviation"}, **case.keys}
    train(ours, tmp_path / "run", recipe=recipe(**keys))
    train_by_hand(theirs, case)
    for (key, found), value in zip(last(tmp_path / "run").items(), values(theirs), strict=True):
        numpy.testing.assert_allclose(found, value.numpy(), rtol=0, atol=1e-6, err_msg=key)


def test_a_batch_in_four_parts_is_the_batch(tmp_path: Path) -> None:
    whole = trained(tmp_path / "whole", loss={"label_smoothing": 0.1})
    parts = trained(tmp_path / "parts", loss={"label_smoothing": 0.1}, accumulate=4)
    for name, value in whole.items():
        numpy.testing.assert_allclose(parts[name], value, rtol=0, atol=1e-6, err_msg=name)


HEADED = """stage1: conv3-4 relu
conv3-8/2 relu
avgpool(global)
FC-10
softmax

head aux from stage1 (weight=0.3):
  avgpool(global)
  FC-10
  softmax
"""


def test_heads_are_trained_by_their_weights(tmp_path: Path) -> None:
    """After a step at rate 0.1 the weights are less by a tenth of the output's gradient and 0.3 of the head's."""
    network = net(HEADED).to_torch(logits=True).train()
    images, labels = digits()
    chosen = torch.from_numpy(next(order()))
    output, head = network(images[chosen])
    names, weights = zip(*network.named_parameters(), strict=True)
    parts = [
        torch.autograd.grad(F.cross_entropy(value, labels[chosen]), weights, retain_graph=True, allow_unused=True)
        for value in (output, head)
    ]
    keys = {"steps": 1, "optimizer": {"rate": 0.1, "momentum": 0.0}, "data": {"scale": "deviation"}}
    train(net(HEADED), tmp_path / "run", recipe=recipe(**keys))
    left = last(tmp_path / "run")
    for name, weight, main, aux in zip(names, weights, *parts, strict=True):
        nothing = torch.zeros_like(weight)
        expected = weight - 0.1 * ((nothing if main is None else main) + 0.3 * (nothing if aux is None else aux))
        numpy.testing.assert_allclose(left[name], expected.detach(), rtol=0, atol=1e-6, err_msg=name)
    assert any(main is None for main in parts[0])
    assert any(aux is None for aux in parts[1])


# Chance


def losses(folder: Path, layers: str, seed: int, **keys: Any) -> list[str]:
    """The losses of three epochs of one step each, over images that are all alike, at a rate that changes no weight.

    The order of the images changes nothing.
    """
    image = numpy.random.default_rng(0).integers(0, 256, (8, 8)).astype(numpy.uint8)
    images, labels = numpy.tile(image, (64, 1, 1)), numpy.full(64, 3)
    folder.mkdir()
    numpy.savez(folder / "alike.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    save_file({n: value.numpy() for n, value in net(layers).to_torch().state_dict().items()}, folder / "w.safetensors")
    still = recipe(epochs=3, batch=64, optimizer={"rate": 1e-30}, **keys)
    data, weights = str(folder / "alike.npz"), str(folder / "w.safetensors")
    found = train(net(layers), folder / "run", data, still, seed=seed, weights=weights)
    return [f"{row.train_loss:.5f}" for row in found.rows]


@pytest.mark.parametrize(
    ("layers", "keys"),
    [
        ("conv3-8 relu dropout(0.5)\navgpool(global)\nFC-10", {}),
        ("conv3-8 relu\nFC-10", {"data": {"flip": True, "center": "none"}}),
        ("conv3-8 relu\nFC-10", {"data": {"pad": 2, "center": "none"}}),
    ],
)
def test_what_is_random_follows_from_the_seed_and_the_step(layers: str, keys: dict[str, Any], tmp_path: Path) -> None:
    runs = (("a", 5), ("b", 5), ("c", 6))
    first, again, other = (losses(tmp_path / name, layers, seed, **keys) for name, seed in runs)
    assert first == again
    assert first != other
    assert len(set(first)) > 1  # as many images may be mirrored in two of the steps
    without = {"data": {"center": "none"}} if keys else {}
    assert len(set(losses(tmp_path / "d", layers.replace(" dropout(0.5)", ""), 5, **without))) == 1


# Maps

MAPPED = "conv3-8 relu\nconv3-8 relu\nconv1-2"
MAPS = {"batch": 16, "epochs": 8, "optimizer": {"rate": 0.1}}


def maps(path: Path, **changed: NDArray[Any]) -> str:
    """Gray images of discs on noise, and which pixels are in one; of which some arrays are others."""
    chance = numpy.random.default_rng(0)
    rows, columns = numpy.mgrid[:8, :8]
    y, x = chance.uniform(2, 6, (2, 80, 1, 1))
    labels = ((rows - y) ** 2 + (columns - x) ** 2 < 6).astype(numpy.uint8)
    images = (150 * labels + chance.integers(0, 100, labels.shape)).astype(numpy.uint8)
    arrays = {"x_train": images[:64], "y_train": labels[:64], "x_test": images[64:], "y_test": labels[64:]}
    numpy.savez(path, **{**arrays, **changed})
    return str(path)


def mean_iu(run: Trained, data: str) -> float:
    """Per cent: pixels of a class both there and found, by those that are either, over two classes."""
    arrays = numpy.load(data)
    images = (arrays["x_test"][:, None] - arrays["x_train"].mean()) / 255  # a recipe's `center` and `scale`, untold
    with torch.no_grad():
        found = run.module("last").eval()(torch.from_numpy(images).float()).argmax(1).numpy()
    sets = [(found == kind, arrays["y_test"] == kind) for kind in (0, 1)]
    return float(100 * numpy.mean([(ours & known).sum() / (ours | known).sum() for ours, known in sets]))


def test_a_map_of_classes_is_learned(tmp_path: Path) -> None:
    data = maps(tmp_path / "maps.npz")
    run = train(net(MAPPED), tmp_path / "run", data, recipe(**MAPS))
    first, final = run.rows[0], run.rows[-1]
    assert first.mean_iu
    assert final.mean_iu
    assert final.train_loss < first.train_loss / 2
    assert final.mean_iu > first.mean_iu
    assert final.mean_iu == pytest.approx(mean_iu(run, data))


def test_pixels_that_weigh_nothing_change_nothing(tmp_path: Path) -> None:
    """Whatever the labels of the left half are; and as if that were told to be ignored."""
    labels = numpy.load(maps(tmp_path / "maps.npz"))["y_train"]
    weights = numpy.ones(labels.shape, numpy.float32)
    weights[:, :, :4] = 0
    left = numpy.arange(8) < 4
    data = {
        "known": {"w_train": weights},
        "wrong": {"w_train": weights, "y_train": numpy.where(left, 1 - labels, labels)},
        "ignored": {"y_train": numpy.where(left, 255, labels)},
        "counted": {"y_train": numpy.where(left, 1 - labels, labels)},
    }
    runs = {}
    for name, changed in data.items():
        asked = maps(tmp_path / f"{name}.npz", **changed)
        train(net(MAPPED), tmp_path / name, asked, recipe(**{**MAPS, "epochs": 2}))
        runs[name] = last(tmp_path / name)
    for name, value in runs["known"].items():
        assert numpy.array_equal(runs["wrong"][name], value), name
        numpy.testing.assert_allclose(runs["ignored"][name], value, rtol=0, atol=1e-6, err_msg=name)
        assert not numpy.allclose(runs["counted"][name], value, rtol=0, atol=1e-3), name
