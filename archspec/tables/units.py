"""Groups in brackets as the residual units that they are in He et al. 2016, Table 1, with their strides."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from archspec.diagnostics import Diagnostic, Problem
from archspec.tables.configuration import Chain, Configuration, Layer

CONVOLUTION = re.compile(r"conv(?P<kernel>[0-9]+)-(?P<channels>[0-9]+)")


class Unit(NamedTuple):
    """A residual unit: the block of residual.arch that it is, and its first parameter."""

    block: str
    channels: int


def unit(group: Layer) -> Unit | None:
    """The residual unit that a group in brackets is, if it is one of the two."""
    found = [CONVOLUTION.fullmatch(str(layer)) for layer in group.body]
    match [(int(f["kernel"]), int(f["channels"])) for f in found if f]:
        case [(3, first), (3, second)] if first == second and len(found) == 2:
            return Unit("basic", first)
        case [(1, first), (3, second), (1, last)] if first == second and last == 4 * first and len(found) == 3:
            return Unit("bottleneck", first)
    return None


def with_units(table: Configuration) -> tuple[str, ...]:
    """Put blocks for the groups of a table. Gives the names of those it uses; raises Problem E121 for other groups.

    The first unit of a stage has stride 2 where the output's size halves and nothing else in the stage does it; in a
    table without sizes, where the channels double (He et al. 2016, section 3.3).
    """
    strides = [list(column_strides(table, column)) for column in range(table.width)]
    used: set[str] = set()
    for number, stage in enumerate(table.stages):
        cells = [tuple(units(table, chain, strides[column][number], used)) for column, chain in enumerate(stage.cells)]
        table.stages[number] = replace(stage, cells=tuple(cells))
    return tuple(sorted(used))


def units(table: Configuration, chain: Chain, stride: int, used: set[str]) -> Iterator[Layer]:
    """A cell with blocks for its groups."""
    for layer in chain:
        if not layer.body:
            yield layer
            continue
        found = unit(layer)
        if found is None:
            help = "residual units are two 3×3 convolutions, or 1×1, 3×3 and 1×1 with four times the channels"
            message = "these layers in brackets are no residual unit"
            raise Problem(Diagnostic("E121", message, f"`{layer}`", table.source, layer.place, help=help))
        used.add(found.block)
        yield from repeated(f"{found.block}-{found.channels}", stride, layer)
        stride = 1


def repeated(word: str, stride: int, group: Layer) -> Iterator[Layer]:
    """A unit as often as its group stands there, the stride on the first alone."""
    times = group.times or "1"
    if stride > 1:
        yield Layer(f"{word}/{stride}", group.place)
        times = str(int(times) - 1) if times.isdigit() else f"{{{times[1:-1]}-1}}"
    if times != "0":
        yield Layer(word, group.place, "" if times == "1" else times)


def column_strides(table: Configuration, column: int) -> Iterator[int]:
    """The stride of the first unit of each row of a network; a row without a size has that of the row above."""
    sized = any(stage.size for stage in table.stages)
    size = int(re.split("[x ]", table.inputs[column % len(table.inputs)].text)[0])
    stated, channels = size, 0
    for stage in table.stages:
        chain = stage.cells[column]
        here = [found.channels for layer in chain if layer.body and (found := unit(layer))]
        size //= written_stride(chain)
        stated = int(stage.size.text.split("x")[0]) if stage.size else min(stated, size)
        halved = size == 2 * stated if sized else bool(channels) and here[:1] == [2 * channels]
        yield 2 if here and halved else 1
        size = stated if stage.size else size
        channels = here[-1] if here else channels


def written_stride(chain: Chain) -> int:
    """What the strides that are written in a cell come to."""
    total = 1
    for layer in chain:
        found = re.search(r"/([0-9]{1,4})", layer.text)
        total *= max(int(found[1]), 1) if found else 2 if layer.text == "maxpool" else 1
    return total
