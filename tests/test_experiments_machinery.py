"""What experiments do to networks: deletions, swaps, single paths, gradients. Expectations are worked out by hand."""

from itertools import chain, combinations
from math import prod
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

import archspec
from archspec.backends.torch.module import module
from archspec.experiments.deletion import error, remaining, units, with_weights
from archspec.experiments.ensembles import Length, below_mean, carriers
from archspec.experiments.gradients import norms, unnormalized
from archspec.experiments.gradual import gradual
from archspec.experiments.lesions import Lesion, graded
from archspec.experiments.shuffling import exchangeable, order_kept, reordered, swapped
from archspec.experiments.single_paths import Backward, magnitude
from archspec.experiments.subjects import subject
from archspec.graph import Graph
from archspec.graph.residual import modules
from archspec.op import Mismatch
from archspec.training.batch import Batch
from archspec.weights import open_weights

LINEAR = """
net linear
input 4x4x1

block unit:
    residual:
        conv1-1(bias=no)

unit x3
FC-3
"""


def loaded(tmp_path: Path, text: str) -> Graph:
    (tmp_path / "net.arch").write_text(text)
    return archspec.load(tmp_path / "net.arch").graph


def weighted(graph: Graph, seed: int = 0) -> nn.Module:
    return module(graph, open_weights("he", seed, graph))


def batch(graph: Graph, count: int = 8) -> Batch:
    generator = torch.Generator().manual_seed(1)
    images = torch.randn(count, *graph.input.shape, generator=generator)
    return Batch(images, torch.arange(count) % graph.shapes[graph.outputs[0]][0])


def test_the_units_of_a_plain_network() -> None:
    graph = subject("digits", "plain", 20).graph()
    found = list(units(graph))
    assert len(found) == 19
    assert found[:2] == [("conv1", "bn1", "relu1"), ("stage1.conv1", "stage1.bn1", "stage1.relu1")]
    stuck = []
    for unit in found:
        try:
            left = remaining(graph, unit)
        except Mismatch:
            stuck.append(unit[0])
        else:
            assert [node.path for node in graph.nodes if node.path not in left.by_path] == list(unit)
    assert stuck == ["conv1", "stage2.conv1", "stage3.conv1"]  # 1 to 8 channels, 8 to 16, 16 to 32


def test_a_module_whose_branch_gives_nothing_is_not_missed() -> None:
    graph = subject("digits", "residual", 20).graph()
    state = weighted(graph).state_dict()
    for name in ("stage2.1.bn2.weight", "stage2.1.bn2.bias"):
        state[name] = torch.zeros_like(state[name])
    images = batch(graph).images
    whole = with_weights(graph, state)
    without_it = with_weights(remaining(graph, ["stage2.1.add1"]), state)
    without_other = with_weights(remaining(graph, ["stage2.2.add1"]), state)
    assert torch.equal(whole(images), without_it(images))
    assert not torch.allclose(whole(images), without_other(images))
    assert without_it.get_parameter("conv1.weight").data_ptr() == state["conv1.weight"].data_ptr()


def test_errors_are_per_cent_of_all_images() -> None:
    batches = [Batch(torch.eye(4), torch.tensor([0, 1, 2, 0])), Batch(torch.eye(4)[:1], torch.tensor([0]))]
    assert error(nn.Identity(), batches) == 20


def test_modules_that_can_swap_places() -> None:
    graph = subject("digits", "residual", 20).graph()
    groups = exchangeable(graph)
    paths = [[nodes[0].path.rpartition(".")[0] for nodes in group] for group in groups]
    assert paths == [["stage1.0", "stage1.1", "stage1.2"], ["stage2.1", "stage2.2"], ["stage3.1", "stage3.2"]]
    state = weighted(graph).state_dict()
    moved = reordered(state, groups, [[2, 1, 0], [0, 1], [0, 1]])
    assert torch.equal(moved["stage1.0.conv2.weight"], state["stage1.2.conv2.weight"])
    assert torch.equal(moved["stage1.2.bn1.running_var"], state["stage1.0.bn1.running_var"])
    same = [name for name in state if moved[name] is state[name]]
    assert {name for name in state if name not in same} == {n for n in state if n.startswith(("stage1.0", "stage1.2"))}
    back = reordered(moved, groups, [[2, 1, 0], [0, 1], [0, 1]])
    assert all(torch.equal(back[name], tensor) for name, tensor in state.items())


def test_swaps_stay_within_their_group() -> None:
    groups = ["abcd", "ef"]
    for swaps in range(5):
        orders = swapped(groups, swaps, np.random.default_rng(swaps))
        assert [sorted(order) for order in orders] == [[0, 1, 2, 3], [0, 1]]
        assert (orders == [[0, 1, 2, 3], [0, 1]]) == (order_kept(orders) > 0.999)
    assert swapped(groups, 3, np.random.default_rng(7)) == swapped(groups, 3, np.random.default_rng(7))
    (moved,) = swapped(["ab"], 1, np.random.default_rng(0))
    assert moved == [1, 0]


def test_how_much_of_an_order_is_kept() -> None:
    """Kendall's rank correlation: pairs in order less pairs out of it, by all pairs."""
    assert order_kept([[0, 1, 2]]) == pytest.approx(1)
    assert order_kept([[2, 1, 0]]) == pytest.approx(-1)
    assert order_kept([[1, 0, 2]]) == pytest.approx(1 / 3)  # of three pairs one is out of order
    assert order_kept([[1, 0], [0, 1]]) == pytest.approx(2 / 3)  # one of six


def subsets(count: int) -> list[tuple[int, ...]]:
    return list(chain.from_iterable(combinations(range(count), length) for length in range(count + 1)))


def test_a_path_s_gradient_is_the_product_of_its_branches(tmp_path: Path) -> None:
    """Each module is x + w x: a path's gradient is that of the shortcuts, times the w of the branches it takes."""
    graph = loaded(tmp_path, LINEAR)
    network, (images, labels, _) = weighted(graph), batch(graph)
    factors = (0.5, -3.0, 0.25)
    with torch.no_grad():
        for path, factor in zip(modules(graph), factors, strict=True):
            network.get_parameter(f"{path.rpartition('.')[0]}.conv1.weight").fill_(factor)
    backward = Backward(network, graph, images, labels)
    shortcuts = backward.through(())
    for chosen in subsets(3):
        expected = prod(factors[each] for each in chosen) * shortcuts
        assert torch.allclose(backward.through(chosen), expected, rtol=1e-5)
    assert torch.allclose(backward.whole(), 1.5 * -2.0 * 1.25 * shortcuts, rtol=1e-5)


def test_the_gradients_of_all_paths_add_up_to_the_whole() -> None:
    graph = subject("digits", "residual", 20).graph()
    images, labels, _ = batch(graph, 2)
    backward = Backward(weighted(graph).eval(), graph, images, labels)
    inputs = images.clone().requires_grad_()
    loss = functional.cross_entropy(weighted(graph).eval()(inputs), labels, reduction="sum")
    (direct,) = torch.autograd.grad(loss, inputs)
    assert torch.allclose(backward.whole(), direct, rtol=1e-4, atol=1e-6)
    total = torch.stack([backward.through(chosen) for chosen in subsets(9)]).sum(0)
    assert torch.allclose(total, direct, rtol=1e-3, atol=1e-4)


def test_a_gradient_s_magnitude_is_a_mean_of_norms() -> None:
    assert magnitude(torch.tensor([[[[3.0, 4.0]]], [[[0.0, 1.0]]]])) == 3  # of 5 and 1


def by_hand(state: dict[str, Tensor], images: Tensor, labels: Tensor) -> list[float]:
    """The norms of the gradients of plain-20's convolutions, the network written out."""
    weights = [x.clone().requires_grad_() for name, x in state.items() if "conv" in name]
    x = images
    for number, weight in enumerate(weights):
        x = functional.conv2d(x, weight, stride=2 if number in (7, 13) else 1, padding=1)
        mean, variance = x.mean((0, 2, 3), keepdim=True), x.var((0, 2, 3), correction=0, keepdim=True)
        x = functional.relu((x - mean) / (variance + 1e-5).sqrt())
    x = x.mean((2, 3)) @ state["fc.weight"].T + state["fc.bias"]
    functional.cross_entropy(x, labels).backward()
    return [float(weight.grad.norm()) for weight in weights if weight.grad is not None]


def test_gradients_are_those_of_the_network_written_out() -> None:
    graph = subject("digits", "plain", 20).graph()
    given = batch(graph, 32)
    expected = by_hand(weighted(graph, 3).state_dict(), given.images, given.labels)
    assert norms(graph, 3, given) == pytest.approx(expected, rel=1e-3)
    assert len(expected) == 19


def test_networks_without_batch_normalization() -> None:
    for kind in ("plain", "residual"):
        graph = subject("digits", kind, 20).graph()  # type: ignore[arg-type]
        left = unnormalized(graph)
        assert [node.path for node in left.nodes] == [node.path for node in graph.nodes if node.op.kind != "bn"]


def test_growing_little_by_little() -> None:
    even = gradual([0, 1, 2, 3, 4])
    assert (even.correlation, even.largest) == pytest.approx((1, 0.25))
    assert even.holds
    assert gradual([0, 0.1, 0.2, 3.9, 4]).largest == pytest.approx(3.7 / 4)
    assert not gradual([0, 0.1, 0.2, 3.9, 4]).holds
    assert not gradual([4, 3, 2, 1, 0]).holds
    assert not gradual([1, 1, 1]).holds


def test_lesions_in_groups_from_the_least_changed_on() -> None:
    several = [Lesion("several", "n", 0, str(many), draw, 1.0, 1.0) for many in (10, 9) for draw in range(3)]
    assert [[each.what for each in group] for group in graded(several)] == [["9"] * 3, ["10"] * 3]
    orders = [Lesion("shuffled", "n", 0, "1", 0, kept, 1.0) for kept in (0.71, 0.99, 0.98, 0.97, 0.73, 0.72, 0.4)]
    assert [[each.kept for each in group] for group in graded(orders)] == [[0.99, 0.98, 0.97], [0.71, 0.73, 0.72]]


def test_which_lengths_carry_the_gradient() -> None:
    shares = (10.0, 70.0, 18.0, 1.5, 0.5)
    lengths = [Length(0, each, paths, 1.0, shares[each]) for each, paths in enumerate((1, 4, 6, 4, 1))]
    assert below_mean(lengths) == 80  # the mean length is 2
    assert carriers(lengths) == (0, 2)  # 2 % go off the upper end, the 10 % of the lower one are too many
