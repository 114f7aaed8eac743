"""Memory of values: as PyTorch keeps them for the backward pass, and holds them in inference."""

import gc
import weakref
from math import prod
from typing import Any

import pytest
import torch
from everything import alone, chain, everything, op
from torch.utils._python_dispatch import TorchDispatchMode
from zoo import marked, small

from archspec import ops
from archspec.analysis.memory import Setting, kept, peak
from archspec.backends.torch.module import Network, module
from archspec.graph import Graph
from archspec.ops.dropout import Dropout

SLOW = r".*(1202|1001|164|110|152|101)|deconvnet.*|fcn.*|unet.*"
"""Networks of thousands of layers, or of hundreds of megabytes."""


def made(graph: Graph) -> Network:
    """The network with weights of whatever values."""
    network = module(graph).to_empty(device="cpu")
    for tensor in (*network.parameters(), *network.buffers()):
        torch.nn.init.zeros_(tensor) if tensor.is_floating_point() else tensor.zero_()
    return network


def storage(tensor: torch.Tensor) -> tuple[int, int]:
    return tensor.untyped_storage().data_ptr(), tensor.untyped_storage().nbytes()


def saved_by_torch(graph: Graph, batch: int, trained: bool = False) -> int:
    """Bytes that a forward pass saves for the backward pass, each memory once, weights and running statistics apart.

    `trained` is whether the input needs a gradient.
    """
    network = made(graph).train()
    own = {storage(tensor) for tensor in (*network.parameters(), *network.buffers())}
    found: set[tuple[int, int]] = set()

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        found.add(storage(tensor))
        return tensor

    x = torch.rand(batch, *graph.input.shape, requires_grad=trained)
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        results = network(x)
    assert results is not None
    return sum(size for _, size in found - own)


def masks(graph: Graph) -> int:
    """How many values the dropouts of a network are given: on a CPU, PyTorch's masks are floats, elsewhere bytes."""
    return sum(prod(node.shape) for node in graph.nodes if isinstance(node.op, Dropout))


@pytest.mark.parametrize("name", marked(SLOW))
def test_training_keeps_what_pytorch_saves(name: str) -> None:
    graph = small(name)
    assert sum(kept(graph, Setting(2)).values()) + 2 * 3 * masks(graph) == saved_by_torch(graph, 2)


@pytest.mark.parametrize("kind", ops.kinds())
def test_every_op_keeps_what_pytorch_saves(kind: str) -> None:
    graph = alone(ops.load(kind))
    assert sum(kept(graph, Setting(3)).values()) + 3 * 3 * masks(graph) == saved_by_torch(graph, 3, trained=True)


class Living(TorchDispatchMode):
    """Follows the tensors that are alive."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[weakref.ref[torch.Tensor]] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        for each in made if isinstance(made, tuple | list) else (made,):
            if isinstance(each, torch.Tensor):
                self.all.append(weakref.ref(each))
        return made

    def bytes(self) -> int:
        tensors = (reference() for reference in self.all)
        return sum(size for _, size in {storage(tensor) for tensor in tensors if tensor is not None})


def peak_in_torch(graph: Graph, batch: int) -> int:
    """The most bytes that are alive behind any layer, its input still there."""
    network, living, most = made(graph).eval(), Living(), 0
    x = torch.rand(batch, *graph.input.shape)

    def measure(*_: Any) -> None:
        nonlocal most
        if living.bytes() + storage(x)[1] > most:
            gc.collect()  # PyTorch's first call of a function leaves cycles, and in them values that nothing needs
            most = max(most, living.bytes() + storage(x)[1])

    for layer in network.modules():
        if not list(layer.children()):
            layer.register_forward_hook(measure)
    with torch.no_grad(), living:
        network(x)
    return most


@pytest.mark.parametrize("name", marked(SLOW))
def test_inference_holds_what_pytorch_holds(name: str) -> None:
    graph = small(name)
    assert peak(graph, Setting(2)).bytes == peak_in_torch(graph, 2)


def test_a_chain_by_hand() -> None:
    graph = chain(
        (1, 8, 8), op("conv", kernel=3, channels=4), op("relu"), op("maxpool"), op("dropout"), op("fc", features=10)
    )
    half = kept(graph, Setting(2, "bf16"))
    assert half == {
        "input": 2 * 2 * 64, "relu2": 2 * 2 * 256, "maxpool3": 2 * 8 * 64, "dropout4": 2 * (2 + 1) * 64,
    }  # fmt: skip
    found = peak(graph, Setting(1, "fp64"))
    assert (found.bytes, found.path) == (8 * (64 + 256 + 256), "relu2")


def test_a_network_of_every_op_has_a_peak() -> None:
    assert peak(everything(), Setting()).bytes > 4 * 4 * 17 * 16
