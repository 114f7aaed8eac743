"""Classes of the generated file: one for all regions that have the same layers and the same wiring."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from archspec.backends.torch.source.parameters import Naming, Parameter
from archspec.backends.torch.source.part import Part
from archspec.backends.torch.source.region import Region, told
from archspec.backends.torch.source.slots import Slot, form, refill, slots
from archspec.backends.torch.source.titles import Title
from archspec.op import Shape


class Block(NamedTuple):
    """A class of the generated file."""

    name: str
    about: str
    parts: tuple[Part, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    heads: tuple[str, ...] = ()
    """What it gives besides while it is trained."""
    weights: tuple[float, ...] = ()
    """What the losses of the heads are multiplied by."""
    parameters: Sequence[Parameter] = ()
    kept: Mapping[str, str] = {}
    """Parameters that `forward` needs, by the attributes that keep them."""
    written: tuple[list[str], list[str]] | None = None
    """The bodies of the constructor and of `forward`, where they are not told by the parts."""


def structure(region: Region) -> tuple[object, ...]:
    """What regions share that one class can stand for."""
    layers = tuple((*part[:1], form(part.call), *part[2:]) for part in region.parts)
    return region.site and region.site.block, len(region.inputs), layers, told(region.output, region.scope)


def block(
    title: Title,
    regions: Sequence[Region],
    shapes: Mapping[str, Shape],
    fields: Mapping[str, tuple[str, ...]],
) -> Block:
    """The class of regions that have one structure; `fields` names the arguments of classes."""
    naming = Naming(regions, shapes)
    numbers = [list(region_slots(region, fields)) for region in regions]
    vectors = zip(*([slot.value for slot in each] for each in numbers), strict=True)
    values = iter([naming.value(slot, vector) for slot, vector in zip(numbers[0], vectors, strict=True)])
    first = regions[0]
    parts = tuple(part._replace(call=refill(part.call, values)) for part in first.parts)
    inputs = tuple(f"in:{index}" for index in range(len(first.inputs)))
    return Block(*title, parts, inputs, (told(first.output, first.scope),), (), (), naming.parameters(), naming.kept)


def region_slots(region: Region, fields: Mapping[str, tuple[str, ...]]) -> Iterator[Slot]:
    """The numbers of all its layers."""
    for part in region.parts:
        yield from slots(part.call, part.path.rpartition(".")[2], fields)
