"""What each layer costs and sees, all in one row."""

from collections.abc import Iterable
from math import prod
from typing import NamedTuple

from archspec.analysis.conventions import CONVENTIONS
from archspec.analysis.memory import Setting, kept
from archspec.analysis.receptive import Field, receptive_fields
from archspec.graph import Graph, Node
from archspec.graph.alignment import Alignment
from archspec.graph.counts import node_macs, node_params
from archspec.op.grid import Grid


class Asked(NamedTuple):
    """What costs are asked for."""

    setting: Setting = Setting()
    convention: str = next(iter(CONVENTIONS))


class Costs(NamedTuple):
    """What some layers cost; bytes are of the whole batch, counts of one example."""

    params: int
    counted: int
    """Under the convention that is asked for."""
    memory: int
    """Bytes of the outputs."""
    kept: int
    """Bytes that training keeps for the backward pass."""
    flops: int
    """Two for each multiply-add of the whole batch."""
    moved: int
    """Bytes of inputs, weights and outputs, each read or written once by each layer."""

    @property
    def intensity(self) -> float | None:
        """FLOPs for each byte moved (Williams et al. 2009); None for layers that multiply nothing."""
        return self.flops / self.moved if self.flops else None


class Row(NamedTuple):
    """One layer."""

    node: Node
    costs: Costs
    field: tuple[Field | None, Field | None]
    """The receptive field, height and width."""
    grid: Grid | None
    """Where its positions lie on the input."""


def rows(graph: Graph, asked: Asked) -> list[Row]:
    """Every layer, in the order of the graph."""
    fields, lying, memory = receptive_fields(graph), Alignment(graph), kept(graph, asked.setting)
    found: list[Row] = []
    known: dict[object, Costs] = {}
    for node in graph.nodes:
        key = (id(node.op), *graph.takes(node))  # the layers of a repeat are one op
        if key not in known:
            known[key] = costs(graph, node, asked)
        each = known[key]._replace(kept=memory.get(node.path, 0))
        found.append(Row(node, each, fields[node.path], lying[node.path]))
    return found


def costs(graph: Graph, node: Node, asked: Asked) -> Costs:
    """What one layer costs, without what training keeps."""
    setting, taken = asked.setting, graph.takes(node)
    memory, weights = setting.bytes(node.shape), node.op.weights(*taken).values()
    read = sum(map(setting.bytes, taken[: len(taken) - node.op.sizing]))
    return Costs(
        sum(node_params(graph, node)),
        CONVENTIONS[asked.convention].of(graph, node),
        memory,
        0,
        2 * setting.batch * node_macs(graph, node),
        read + memory + setting.width * sum(prod(weight.shape) for weight in weights),
    )


def together(some: Iterable[Costs]) -> Costs:
    """What layers cost together."""
    return Costs(*map(sum, zip(Costs(0, 0, 0, 0, 0, 0), *some, strict=True)))
