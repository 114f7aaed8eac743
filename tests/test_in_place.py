"""Layers that write over their inputs: only where nobody can tell, and with the numbers of those that do not."""

import copy
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch
from everything import chain, everything, op
from head_nets import headed
from onnx_running import Noise, sample
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from zoo import marked, small

from archspec.backends.torch.layers import Add
from archspec.backends.torch.module import module
from archspec.graph import Graph
from archspec.graph.builder import Builder


class PlainReLU(nn.ReLU):
    """One of another kind, which does the same."""


class PlainAdd(Add):
    """One of another kind, which does the same."""


def apart(net: nn.Module) -> nn.Module:
    """A network whose layers write over nothing."""
    for group in net.modules():
        for name, layer in group.named_children():
            if type(layer) in (nn.ReLU, Add):
                setattr(group, name, PlainReLU() if type(layer) is nn.ReLU else PlainAdd())
    return net


class Seen(TorchDispatchMode):
    """The operations that were run."""

    def __init__(self) -> None:
        super().__init__()
        self.names: Counter[str] = Counter()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        self.names[func.overloadpacket.__name__] += 1
        return func(*args, **(kwargs or {}))


def counted(net: nn.Module, x: Tensor) -> tuple[int, int, int, int]:
    """The ReLUs and sums of a pass: in place, and not."""
    with Seen() as seen, torch.no_grad():
        net.eval()(x)
    return seen.names["relu_"], seen.names["add_"], seen.names["relu"], seen.names["add"]


def given(graph: Graph, batch: int = 2) -> Tensor:
    return torch.from_numpy(sample(graph.input.shape, batch))


def stepped(net: nn.Module, x: Tensor) -> dict[str, Tensor]:
    """What a network gives in training, its gradients, and the gradient of its input."""
    torch.manual_seed(0)  # dropout
    x = x.clone().requires_grad_()
    values = net.train()(x)
    values = values if isinstance(values, tuple) else (values,)
    sum((value.square().mean() for value in values), torch.zeros(())).backward()
    found = {name: parameter.grad for name, parameter in net.named_parameters() if parameter.grad is not None}
    return {**found, "x": x.grad, **{f"output {at}": value for at, value in enumerate(values)}}  # type: ignore[dict-item]


def compared(graph: Graph, change: Callable[[Any], object] = lambda net: None) -> None:
    """Outputs and gradients are those of the network whose layers write over nothing, both changed so."""
    nets = module(graph, Noise()), apart(module(graph, Noise()))
    for net in nets:
        change(net)
    found, wanted = (stepped(net, given(graph)) for net in nets)
    assert found.keys() == wanted.keys() >= {"x", "output 0"}
    assert all(same(value, wanted[name]) for name, value in found.items())


def same(one: Tensor, other: Tensor) -> bool:
    """Whether two values are the same bit by bit: a plain network of 1,202 layers gives what is no number."""
    return torch.equal(one.view(torch.int32), other.view(torch.int32))


SLOW = r"(?!(cifar_(resnet|resnet_b|preact|plain):20|resnet_options:18B)$).*"


@pytest.mark.parametrize("name", marked(SLOW))
def test_the_numbers_are_those_of_layers_that_write_over_nothing(name: str) -> None:
    compared(small(name))


@pytest.mark.parametrize(
    ("name", "in_place"),
    [
        ("resnet:18", (17, 8, 0, 0)),
        ("vgg:A", (10, 0, 0, 0)),
        ("unet:paper", (18, 0, 0, 0)),
        ("cifar_preact:20", (19, 9, 0, 0)),
    ],
)
def test_it_is_in_place_where_people_write_it_so(name: str, in_place: tuple[int, ...]) -> None:
    graph = small(name)
    x = torch.empty(2, *graph.input.shape, device="meta")
    assert counted(module(graph), x) == in_place
    assert sum(counted(apart(module(graph)), x)[:2]) == 0


@pytest.mark.parametrize("graph", [headed(0.5), everything()], ids=lambda graph: graph.name)
def test_heads_and_every_op(graph: Graph) -> None:
    compared(graph)


def net(*layers: tuple[str, str, Sequence[str]], results: Sequence[str]) -> Graph:
    """A network of convolutions and other layers, each with its name, its kind and what it takes."""
    builder = Builder((4, 6, 6))
    for name, kind, inputs in layers:
        builder.add(name, op(kind, **({"kernel": 1, "channels": 4} if kind == "conv" else {})), inputs)
    return builder.graph("net", list(results))


TWICE = {
    "the input": net(("r", "relu", ["input"]), results=["r"]),
    "a result": net(("c", "conv", ["input"]), ("r", "relu", ["c"]), results=["r", "c"]),
    "taken before": net(
        ("c", "conv", ["input"]), ("d", "dropout", ["c"]), ("r", "relu", ["c"]), ("m", "mul", ["d", "r"]), results=["m"]
    ),
    "taken later": net(("c", "conv", ["input"]), ("r", "relu", ["c"]), ("m", "mul", ["c", "r"]), results=["m"]),
    "added to itself": net(("c", "conv", ["input"]), ("a", "add", ["c", "c"]), results=["a"]),
    "kept for the gradient": net(
        ("c", "conv", ["input"]), ("s", "sigmoid", ["c"]), ("r", "relu", ["s"]), results=["r"]
    ),
    "no tensor of its own": net(
        ("c", "conv", ["input"]),
        ("i", "identity", ["c"]),
        ("r", "relu", ["i"]),
        ("m", "mul", ["c", "r"]),
        results=["m"],
    ),
    "a sum of one": net(("c", "conv", ["input"]), ("a", "add", ["c"]), ("r", "relu", ["a"]), results=["r", "c"]),
}


@pytest.mark.parametrize("graph", TWICE.values(), ids=TWICE)
def test_what_is_needed_otherwise_is_not_written_over(graph: Graph) -> None:
    x = given(graph)
    kept = x.clone()
    assert sum(counted(module(graph, Noise()), x)[:2]) == 0
    assert torch.equal(x, kept)
    compared(graph)


def test_a_part_of_a_value_is_not_written_over() -> None:
    """PyTorch crops behind a transposed convolution that pads one end by more."""
    graph = chain((4, 6, 6), op("upconv", kernel=3, channels=4, stride=2, pad=(0, 1, 0, 1)), op("relu"))
    assert sum(counted(module(graph, Noise()), given(graph))[:2]) == 0
    compared(graph)


def residual() -> Graph:
    """A residual module: a convolution and its ReLU, another, the sum with the first's value, and a ReLU."""
    return net(
        ("c1", "conv", ["input"]),
        ("r1", "relu", ["c1"]),
        ("c2", "conv", ["r1"]),
        ("a", "add", ["c2", "r1"]),
        ("r2", "relu", ["a"]),
        results=["r2"],
    )


def test_a_residual_module() -> None:
    assert counted(module(residual(), Noise()), given(residual())) == (2, 1, 0, 0)


class Squash(nn.Conv2d):
    """A convolution whose value autograd keeps."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).sigmoid()


@pytest.mark.parametrize("put", [nn.Identity(), nn.Sigmoid(), Squash(4, 4, 1), nn.Sequential()], ids=repr)
def test_a_value_of_a_layer_put_in_anothers_place_is_not_written_over(put: nn.Module) -> None:
    """Nothing is the lesion: then the sum's first value is the shortcut's too."""
    compared(residual(), lambda net: setattr(net, "c2", copy.deepcopy(put)))


def test_a_shortcut_of_another_shape_or_type() -> None:
    class Mean(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.double().mean((2, 3), keepdim=True)

    net = module(residual(), Noise())
    net.c2 = nn.Conv2d(4, 4, 6)  # a map of one place, and the shortcut has 36
    assert net(given(residual())).shape == (2, 4, 6, 6)
    net = module(residual(), Noise())
    net.r1 = Mean()
    net.c2 = nn.Conv2d(4, 4, 1).double()
    assert net(given(residual())).dtype == torch.float64


def watching(layer: nn.Module, keep: list[Tensor]) -> None:
    layer.register_forward_hook(lambda layer, inputs, value: keep.append(value))


def watching_inputs(layer: nn.Module, keep: list[Tensor]) -> None:
    layer.register_forward_pre_hook(lambda layer, inputs: keep.append(inputs[0]))


@pytest.mark.parametrize(("path", "watch"), [("c1", watching), ("r1", watching_inputs)])
def test_a_hook_may_keep_what_it_sees(path: str, watch: Callable[[nn.Module, list[Tensor]], None]) -> None:
    net, keep = module(residual(), Noise()), list[Tensor]()
    watch(net.get_submodule(path), keep)
    x = given(residual())
    net(x)
    assert keep[0].min() < 0
    assert torch.equal(keep[0], module(residual(), Noise()).c1(x))


def test_a_hook_of_every_module_may_keep_what_it_sees() -> None:
    keep: list[Tensor] = []
    handle = nn.modules.module.register_module_forward_hook(lambda layer, inputs, value: keep.append(value))
    try:
        module(residual(), Noise())(given(residual()))
    finally:
        handle.remove()
    assert keep[0].min() < 0, "the first convolution's"


@pytest.mark.parametrize("path", ["c1", "r1", "a"])
def test_gradients_can_be_hooked(path: str) -> None:
    """PyTorch refuses to write over a value on its way to or from such a hook."""
    net, seen = module(residual(), Noise()), list[Tensor]()
    net.get_submodule(path).register_full_backward_hook(lambda layer, inputs, outputs: seen.append(outputs[0]))
    net(given(residual()).requires_grad_()).sum().backward()
    assert seen[0].shape == (2, 4, 6, 6)


def test_a_forward_of_its_own_is_run() -> None:
    net = module(residual(), Noise())
    net.r2.forward = lambda x: x * 0
    assert not net(given(residual())).any()
