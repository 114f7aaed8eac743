"""Regions that are one layer over and over: one class for them all, told how often."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from archspec.backends.torch.source.block import Block, structure
from archspec.backends.torch.source.constructor import made
from archspec.backends.torch.source.functions import applied
from archspec.backends.torch.source.parameters import Parameter
from archspec.backends.torch.source.part import Part
from archspec.backends.torch.source.region import Region, told
from archspec.backends.torch.source.runs import counts_on, follows, numbered
from archspec.backends.torch.source.statements import DEEPEST, WRAPPERS
from archspec.backends.torch.source.text import BODY, STEP, Applied, Code, Written, indented, layout
from archspec.backends.torch.source.titles import Title


class Unit(NamedTuple):
    """What a region repeats: a layer with weights, and what is wrapped around it."""

    layer: Part
    around: tuple[Part, ...]
    times: int

    def form(self) -> tuple[object, ...]:
        """What the units of one class share: all but their widths."""
        call = self.layer.call
        rest = (call.name, call.arguments[2:], call.keywords)
        return numbered(self.layer.path), rest, tuple(part.call for part in self.around)


def unit(region: Region) -> Unit | None:
    """What a region repeats, if it is nothing else."""
    count = sum(part.owned for part in region.parts)
    size, rest = divmod(len(region.parts), count)
    units = [region.parts[start : start + size] for start in range(0, len(region.parts), size)]
    found = Unit(units[0][0], units[0][1:], count)
    if rest or size > DEEPEST or not is_chain(region) or numbered(found.layer.path)[1] != 1:
        return None
    if not all(part.call.name in WRAPPERS and not part.owned for part in found.around):
        return None
    return found if begins(found.layer) and all(goes_on(*pair) for pair in pairwise(units)) else None


def is_chain(region: Region) -> bool:
    """Whether each part takes what the one before gives, and nothing else."""
    given = ["in:0", *(part.output for part in region.parts)]
    linked = all(part.inputs == (value,) for part, value in zip(region.parts, given, strict=False))
    return linked and given[-1] == told(region.output, region.scope)


def begins(layer: Part) -> bool:
    """Whether a layer has widths that a loop can carry on."""
    return layer.owned and not layer.then and layer.call.name in ("Conv2d", "Linear")


def goes_on(before: Sequence[Part], after: Sequence[Part]) -> bool:
    """Whether a unit is the one before once more, with as many channels out."""
    (first, *around), (second, *again) = before, after
    if not begins(second) or not counts_on(first, second) or not follows(first.call, second.call):
        return False
    same = first.call.arguments[1] == second.call.arguments[1]
    return same and [part.call for part in around] == [part.call for part in again]


def forms(whole: Sequence[Region]) -> list[tuple[object, ...]]:
    """What makes regions one class: their structure, or what they repeat if some do so more often than others."""
    units = [unit(region) for region in whole]
    keys = [
        (region.site and region.site.block, found.form() if found else None)
        for region, found in zip(whole, units, strict=True)
    ]
    times: dict[tuple[object, ...], set[int]] = {}
    for key, found in zip(keys, units, strict=True):
        times.setdefault(key, set()).add(found.times if found else 1)
    return [key if len(times[key]) > 1 else structure(region) for key, region in zip(keys, whole, strict=True)]


def stage(title: Title, regions: Sequence[Region]) -> Block:
    """The class of regions that repeat one unit, each as often as it is told."""
    units = [found for region in regions if (found := unit(region))]
    inputs, outputs = zip(*(each.layer.call.arguments[:2] for each in units), strict=True)
    counts = tuple(each.times for each in units)
    parameters = [Parameter("inputs", inputs), Parameter("outputs", outputs), Parameter("count", counts)]
    return Block(
        *title, (), ("in:0",), ("out",), (), (), parameters, written=(constructor(units[0]), forward(units[0]))
    )


def constructor(unit: Unit) -> list[str]:
    call = unit.layer.call
    widened = call._replace(arguments=(Code("inputs"), Code("outputs"), *call.arguments[2:]))
    name = f'f"{numbered(unit.layer.path)[0]}{{i}}"'
    added = layout("", Applied("self.add_module", (name, made(widened, ()))), width=BODY - len(STEP))
    return ["for i in range(1, count + 1):", *indented([*added, "inputs = outputs"])]


def forward(unit: Unit) -> list[str]:
    value: Written = "layer(x)"
    for part in unit.around:
        value = applied(part.call, [value])
    body = layout("x = ", value, width=BODY - len(STEP))
    return ["for layer in self.children():", *indented(body), "return x"]
