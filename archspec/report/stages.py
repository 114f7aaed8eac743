"""The layers of a summary by stages: what is below one label or in one block together, and what repeats once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from archspec.analysis.costs import Costs, Row, together
from archspec.graph.repeats import longest

DEEPEST = 8
"""Stages in stages that are told apart."""


@dataclass(frozen=True)
class Stage:
    """Layers whose paths begin alike, and what they cost together."""

    name: str
    parts: tuple["Part", ...]
    costs: Costs
    last: Row
    """Its last layer: what the stage gives is what that one gives."""
    layers: int


@dataclass(frozen=True)
class Part:
    """A layer or a stage, and how often it stands in a row with the parts that repeat together with it."""

    name: str
    """What its path says below the stage that it is in."""
    item: Row | Stage
    times: int = 1


def stages(rows: Sequence[Row], above: int = 0) -> tuple[Part, ...]:
    """The parts of some layers whose paths agree in so many of their names."""
    parts: list[Part] = []
    for _, group in groupby(rows, key=lambda row: parted(row)[above : above + 1]):
        inside = list(group)
        name = parted(inside[0])[above] if len(parted(inside[0])) > above else inside[0].node.path
        if len(inside) == 1 or above >= DEEPEST:
            parts += [Part(".".join(parted(row)[above:]), row) for row in inside]
        else:
            parts.append(Part(name, stage(name, inside, above + 1)))
    return folded(parts)


def parted(row: Row) -> list[str]:
    return row.node.path.split(".")


def stage(name: str, rows: Sequence[Row], above: int) -> Stage:
    """Some layers as a stage."""
    return Stage(name, stages(rows, above), together(row.costs for row in rows), rows[-1], len(rows))


def folded(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts, with those that stand there several times in a row once."""
    prints = [printed(part) for part in parts]
    found: list[Part] = []
    at = 0
    while at < len(parts):
        length, times = longest(prints, at) if opens(parts[at].item) else (1, 1)
        found += [Part(part.name, part.item, times) for part in parts[at : at + length]]
        at += length * times
    return tuple(found)


def opens(item: Row | Stage) -> bool:
    """Whether what repeats may begin here: with a convolution, and not with the ReLU of the one before."""
    return isinstance(item, Stage) or item.node.op.weight_layer


def printed(part: Part) -> object:
    """What parts have in common that are alike in all but their names and their places."""
    item = part.item
    if isinstance(item, Stage):
        return part.times, tuple(map(printed, item.parts))
    return part.times, item.node.op, item.node.shape, item.costs
