"""Parts of a network that are one thing to a reader: what a block, or a label, stands before."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from archspec.backends.torch.naming import scopes
from archspec.backends.torch.rules.call import Call
from archspec.backends.torch.source.part import Part, readers
from archspec.graph import Graph, Site

MOST_INPUTS = 3
"""Values that a class of its own takes at most."""


class Region(NamedTuple):
    """Neighbouring parts under one path, that give one value."""

    scope: str
    parts: tuple[Part, ...]
    """Paths and values are told from the scope on; what comes from outside is `in:0`, `in:1`."""
    inputs: tuple[str, ...]
    """The values from outside, as the network names them."""
    output: str
    site: Site | None
    """The use of a block that it is; None where only a label holds it together."""


def heights(graph: Graph) -> list[list[str]]:
    """All groups of layers, those without groups inside first."""
    height: dict[str, int] = {scope: 0 for node in graph.nodes for scope in scopes(node.path)}
    for scope in sorted(height, key=lambda scope: -scope.count(".")):
        outer = scope.rpartition(".")[0]
        if outer:
            height[outer] = max(height[outer], height[scope] + 1)
    levels: list[list[str]] = [[] for _ in range(max(height.values(), default=-1) + 1)]
    for scope, level in height.items():
        levels[level].append(scope)
    return levels


def sites(graph: Graph) -> Mapping[str, Site]:
    """The use of a block behind each scope, where there is only one."""
    found: dict[str, set[Site]] = {}
    for node in graph.nodes:
        for site in node.origin.expansion:
            if not site.network:
                found.setdefault(site.scope, set()).add(site)
    return {scope: uses.pop() for scope, uses in found.items() if len(uses) == 1}


def regions(
    parts: Sequence[Part], outputs: Sequence[str], level: Sequence[str], uses: Mapping[str, Site]
) -> Iterator[Region]:
    """Those of a level's scopes that are regions."""
    places: dict[str, list[int]] = {scope: [] for scope in level}
    for index, part in enumerate(parts):
        for scope in scopes(part.path):
            if scope in places:
                places[scope].append(index)
    taken = readers(parts, outputs)
    for scope, where in places.items():
        found = region(scope, parts, where, taken, uses.get(scope)) if where else None
        if found:
            yield found


def region(
    scope: str, parts: Sequence[Part], where: list[int], taken: Mapping[str, list[int]], site: Site | None
) -> Region | None:
    """The parts at these positions as a region, if they are one."""
    first, last = where[0], where[-1]
    inner = parts[first : last + 1]
    own = {value: None for part in inner for value in part.outputs}
    given = [value for value in own if taken.get(value, [0])[-1] > last]
    inputs = tuple(dict.fromkeys(value for part in inner for value in part.inputs if value not in own))
    if last - first + 1 > len(where) or len(given) != 1 or not 1 <= len(inputs) <= MOST_INPUTS:
        return None
    if not any(part.owned for part in inner):
        return None
    local = {value: f"in:{index}" for index, value in enumerate(inputs)}
    local |= {value: told(value, scope) for value in own}
    steps = tuple(
        part._replace(
            path=told(part.path, scope),
            inputs=tuple(local[value] for value in part.inputs),
            output=local[part.output],
            switches=local.get(part.switches or ""),
        )
        for part in inner
    )
    return Region(scope, steps, inputs, given[0], site)


def told(path: str, scope: str) -> str:
    """A path from the scope on."""
    return path.removeprefix(f"{scope}.")


def chain(region: Region) -> Part | None:
    """A region as `nn.Sequential`, where it is blocks numbered from 0 that follow one another."""
    value = "in:0"
    for index, part in enumerate(region.parts):
        plain = part.owned and not part.then and part.call.name != "Sequential"
        if not plain or part.path != str(index) or part.inputs != (value,):
            return None
        value = part.output
    if value != told(region.output, region.scope):
        return None
    calls = tuple(part.call for part in region.parts)
    return Part(region.scope, Call("Sequential", calls), region.inputs, region.output, owned=True)
