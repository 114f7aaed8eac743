"""From a flat list of parts to classes: regions of one structure become one class, innermost first."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from archspec.backends.torch.naming import scopes
from archspec.backends.torch.source.block import Block, block, structure
from archspec.backends.torch.source.functions import FUNCTIONS, SPECIAL
from archspec.backends.torch.source.identifiers import unused
from archspec.backends.torch.source.parameters import instance
from archspec.backends.torch.source.part import Part, parts
from archspec.backends.torch.source.region import Region, chain, heights, regions, sites
from archspec.backends.torch.source.slots import FIELDS
from archspec.backends.torch.source.stages import forms, stage
from archspec.backends.torch.source.titles import Title, titles
from archspec.graph import Graph
from archspec.graph.liveness import switches

LAYERS = frozenset({*FIELDS, *FUNCTIONS, *SPECIAL, "Identity", "Module", "Sequential"})
"""Names of PyTorch's classes, which the file's own ones leave alone."""


class Folded(NamedTuple):
    """A network as calls of classes."""

    parts: list[Part]
    outputs: tuple[str, ...]
    heads: tuple[str, ...]
    blocks: list[Block]
    """The classes, each after those that it needs."""


def fold(graph: Graph, own: str) -> Folded:
    """Fold a network's blocks and labels; `own` is the name of the network's class."""
    found, same = parts(graph)
    results = tuple(same.get(path, path) for path in graph.results)
    uses, blocks = sites(graph), dict[str, Block]()
    fields = dict(FIELDS)
    shapes = {**graph.shapes, **{switches(pool): graph.shapes[pool] for pool in graph.switches}}
    for level in heights(graph):
        made: dict[str, Part] = {}
        whole = list(regions(found, results, level, uses))
        for region in whole:
            if sequence := chain(region):
                made[region.scope] = sequence
        for (name, about), group in families([region for region in whole if region.scope not in made]):
            name = unused(name, {own, *LAYERS, *blocks})
            alike = len({structure(region) for region in group}) == 1
            new = block((name, about), group, shapes, fields) if alike else stage((name, about), group)
            blocks[name] = new
            fields[name] = tuple(parameter.name for parameter in new.parameters if not parameter.optional)
            for index, region in enumerate(group):
                call = instance(name, new.parameters, index)
                made[region.scope] = Part(region.scope, call, region.inputs, region.output, owned=True)
        found = list(replaced(found, made))
    main = len(graph.outputs)
    return Folded(found, results[:main], results[main:], list(blocks.values()))


def families(whole: Sequence[Region]) -> Iterator[tuple[Title, list[Region]]]:
    """Regions by structure, the most used first, with titles; labels make a class of what comes again."""
    found: dict[str | None, dict[tuple[object, ...], list[Region]]] = {}
    for region, form in zip(whole, forms(whole), strict=True):
        block = region.site.block if region.site else None
        found.setdefault(block, {}).setdefault(form, []).append(region)
    for block, groups in found.items():
        kept = sorted((group for group in groups.values() if block or repeats(group)), key=len, reverse=True)
        yield from zip(titles(kept), kept, strict=True) if kept else ()


def repeats(group: Sequence[Region]) -> bool:
    return len(group) > 1 and any(sum(part.owned for part in region.parts) > 1 for region in group)


def replaced(found: Sequence[Part], made: Mapping[str, Part]) -> Iterator[Part]:
    """The list with each region's parts as one."""
    placed: set[str] = set()
    for part in found:
        scope = next((scope for scope in scopes(part.path) if scope in made), None)
        if scope is None:
            yield part
        elif scope not in placed:
            placed.add(scope)
            yield made[scope]
