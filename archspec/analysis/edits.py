"""What became of the layers of corresponding stages, in a network's own terms: layers, and shortcuts of residuals."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from archspec.analysis.matching import Finder, Part
from archspec.graph import Graph, Node
from archspec.graph.residual import Module, modules

QUIET = ("bn", "dropout", "lrn", "prelu", "scale", "identity")
"""Layers that follow others, besides activations."""
Unit = tuple[Node, ...]
"""A layer, and what follows it."""


class Edit(NamedTuple):
    """One layer that is gone, new, or another now; a sum whose shortcut is."""

    old: Unit
    """Nothing where the layer is new."""
    new: Unit
    """Nothing where it is gone."""


class Side:
    """One network of a comparison."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.modules: Mapping[str, Module] = modules(graph)
        self.shortcuts: dict[str, str] = {}
        """The layers on shortcuts, with the sums that these lead to."""
        for module in self.modules.values():
            self.shortcuts |= {node.path: module.path for node in self.around(module)}

    def around(self, module: Module) -> list[Node]:
        """The layers on a module's shortcut, in order."""
        found, path = [], module.shortcut
        while path != module.fork:
            found.append(self.graph.by_path[path])
            path = found[-1].inputs[0]
        return found[::-1]

    def units(self, nodes: Sequence[Node], sums: Collection[str]) -> list[Unit]:
        """Layers, each with those that follow it; those on the shortcuts of some sums go with the sums."""
        found: list[list[Node]] = []
        for node in nodes:
            if self.shortcuts.get(node.path) in sums:
                continue
            if found and quiet(node) and node.inputs[0] == found[-1][-1].path:
                found[-1].append(node)
            else:
                found.append([node])
        return [tuple(unit) for unit in found]


def quiet(node: Node) -> bool:
    """Whether a layer goes without saying where another one is named that it follows."""
    return node.op.activation or node.op.kind in QUIET


def edits(part: Part, old: Side, new: Side) -> list[Edit]:
    """The edits that turn the layers of one network's stages into those of the other's."""
    found: list[Edit] = []
    sums = [
        Edit((before,), (after,)) for before, after in part.pairs if kind(old, before.path) != kind(new, after.path)
    ]
    said = {edit.old[0].path for edit in sums}, {edit.new[0].path for edit in sums}
    for before, after in gaps(part):
        found += between(
            old.units(before, said[0] | {node.path for node in before}),
            new.units(after, said[1] | {node.path for node in after}),
        )
    return found + sums


def kind(side: Side, path: str) -> str | None:
    """The kind of shortcut that a sum has."""
    return side.modules[path].kind if path in side.modules else None


def gaps(part: Part) -> Iterator[tuple[list[Node], list[Node]]]:
    """The layers of both networks between those that are the same, wherever there are any."""
    old, new = ([node for stage in side for node in stage.nodes] for side in (part.old, part.new))
    stops = {before.path for before, _ in part.pairs}, {after.path for _, after in part.pairs}
    for before, after in zip(runs(old, stops[0]), runs(new, stops[1]), strict=True):
        if before or after:
            yield before, after


def runs(nodes: Sequence[Node], stops: Collection[str]) -> list[list[Node]]:
    """The layers before the first of some stops, between them, and behind the last."""
    found: list[list[Node]] = [[]]
    for node in nodes:
        if node.path in stops:
            found.append([])
        else:
            found[-1].append(node)
    return found


def between(old: Sequence[Unit], new: Sequence[Unit]) -> Iterator[Edit]:
    """The edits between two layers that are the same: layers of one kind, in order, became each other."""
    pairs = Finder().common([unit[0].op.kind for unit in old], [unit[0].op.kind for unit in new])
    start, begin = 0, 0
    for one, other in (*pairs, (len(old), len(new))):
        yield from (Edit(unit, ()) for unit in old[start:one])
        yield from (Edit((), unit) for unit in new[begin:other])
        if one < len(old):
            yield Edit(old[one], new[other])
        start, begin = one + 1, other + 1
