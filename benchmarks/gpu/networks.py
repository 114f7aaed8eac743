"""The shipped networks, in an order in which every family comes early, and at sizes that fit."""

from collections.abc import Iterator
from itertools import chain, count, zip_longest

from archspec.analysis.memory import Setting, kept
from archspec.checks.checkup import sound
from archspec.diagnostics import Problem
from archspec.files import folder
from archspec.graph import Graph
from archspec.graph.counts import count as counted
from archspec.network import check, load

SIDE, STEP = 32, 4
"""The smallest square that is tried, and how much larger the next is. U-Net takes every fourth of them."""


def shipped() -> list[str]:
    """Every network of every spec: the first column of each, then the second of each, and so on."""
    files = [list(columns(path.name)) for path in sorted(folder("specs").iterdir(), key=str) if path.suffix == ".arch"]
    return [name for name in chain.from_iterable(zip_longest(*files)) if name]


def columns(file: str) -> Iterator[str]:
    """The networks of a spec, as `load` takes them."""
    for network in sound(check(file)):
        if network.graph:
            name = file.removesuffix(".arch")
            yield f"{name}:{network.column}" if network.column else name


def fitting(name: str, batch: int, memory: float) -> Graph:
    """A network at its own size; at the smallest that it takes, where training needs more than `memory` bytes."""
    graph = load(name).graph
    return graph if training_bytes(graph, batch) <= memory else smallest(name)


def smallest(name: str) -> Graph:
    """A network at the smallest of the squares that are tried."""
    for side in count(SIDE, STEP):
        try:
            return load(name, input=f"{side}x{side}").graph
        except Problem:
            continue
    raise AssertionError


def training_bytes(graph: Graph, batch: int, precision: str = "fp32") -> int:
    """What a training step needs by the counts of `archspec summary`: weights, gradients, momentum, kept values."""
    return 3 * 4 * counted(graph).params.trainable + sum(kept(graph, Setting(batch, precision)).values())
