"""A network by hand with the weights of its spec: all of them random, and scaled so that values stay near 1.

Weights that training starts from are not measured with: exporters leave out tensors that are equal, and the batch
normalizations that do nothing.
"""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.models import MODELS, Model

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray
    from torch import nn

    from archspec.graph import Graph
    from archspec.verify.noise import Noise


ARCH = str(Path(__file__).with_name("models") / "unpooling.arch")
UNPOOLING = Model("DeconvNet's unpooling", ARCH, "unpooling:Unpooling", (64, 224, 224), (64, 224, 224), 0)
RUN = {**MODELS, "unpooling": UNPOOLING}
"""What is run: the networks, and a part of one."""


class Pair(NamedTuple):
    """The same network twice."""

    graph: "Graph"
    noise: "Noise"
    """Its weights."""
    network: "nn.Module"
    """It by hand, with these weights."""
    example: "NDArray[float32]"
    """An input."""
    expected: "NDArray[float32]"
    """What the graph's own module makes of it."""


def pair(name: str, size: str | None = None, batch: int = 1) -> Pair:
    """A network of `RUN` and its spec, at another size where one is given.

    Raises ValueError where their tensors do not correspond, one after another.
    """
    import torch

    import archspec
    from archspec.rewrite import Changes, rewrite
    from archspec.verify.in_torch import run
    from archspec.verify.noise import Noise, sample

    model = RUN[name]
    graph, _ = rewrite(archspec.load(model.spec, input=size).graph, Changes(heads=False), "zeros", 0)
    ran = run(graph, Noise(0), sample(graph, batch, 0))
    noise = Noise(0, ran.gains)
    with torch.device("meta"):
        network = model.build().eval()
    load(network, graph, noise)
    return Pair(graph, noise, network, sample(graph, batch, 0), ran.values[graph.outputs[0]])


def load(network: "nn.Module", graph: "Graph", noise: "Noise") -> None:
    """Give a network by hand the weights of a graph, in order."""
    from archspec.backends.torch.module import module

    tensors, names = module(graph, noise).state_dict(), list(network.state_dict())
    if [last(key) for key in tensors] != [last(key) for key in names]:
        raise ValueError("the tensors do not correspond")
    network.load_state_dict(dict(zip(names, tensors.values(), strict=True)), assign=True)


def last(key: str) -> str:
    """What a tensor is: `weight`, `running_mean`."""
    return key.rpartition(".")[2]
