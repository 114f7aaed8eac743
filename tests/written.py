"""Written Python files: loading one, and comparing it with the module of the same graph."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import torch
from onnx_running import Noise, sample
from torch import nn

from archspec.backends.torch import build
from archspec.backends.torch.module import module
from archspec.graph import Graph


def load(path: Path) -> type[nn.Module]:
    """The network's class, the last one of a file."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return [value for value in vars(found).values() if getattr(value, "__module__", "") == path.stem][-1]


def same(graph: Graph, path: Path) -> None:
    """Write a graph, load the file, and compare it with the module: state, what trains, and outputs.

    In double precision: a network drawn at random multiplies what rounding leaves, often enough.
    """
    build(graph, path, "torch", Noise(), {})
    net, live = load(path)().double().eval(), module(graph, Noise()).double().eval()
    state = live.state_dict()
    assert {k: v.shape for k, v in net.state_dict().items()} == {k: v.shape for k, v in state.items()}
    assert trained(net) == trained(live)
    net.load_state_dict(state)
    x = torch.from_numpy(sample(graph.input.shape, 2)).double()
    for value, wanted in zip(outputs(net, x), outputs(live, x), strict=True):
        assert value.shape == wanted.shape
        assert wanted.isfinite().all()
        assert (value - wanted).abs().max() <= 1e-12 * wanted.abs().max()


def trained(net: nn.Module) -> set[str]:
    return {name for name, parameter in net.named_parameters() if parameter.requires_grad}


def outputs(net: nn.Module, x: torch.Tensor) -> Sequence[torch.Tensor]:
    with torch.no_grad():
        given = net(x)
    return given if isinstance(given, tuple) else (given,)
