"""What papers leave out of their tables, as visible lines of the language."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from archspec.tables.configuration import Configuration, Layer, Said, Stage
from archspec.tables.labels import NONE, kinds
from archspec.tables.units import with_units

CONVENTIONS = {
    "vgg": "ReLU after every convolution; ReLU and dropout after the fully connected layers but the last",
    "resnet": "brackets are residual units; convolutions without bias, before batch normalization and ReLU",
    "none": "layers are what the table says, and nothing else",
}
VGG = ("default conv -> relu", "default FC   -> relu dropout(0.5), except last")
RESNET = ("default conv bias=no", "default residual shortcut=B")
DEFAULT = re.compile(r"default\s+(\w+)")
RESNET_INPUT = "224x224 RGB"
"""He et al. 2016 say it in their text, not in Table 1."""
NORMALIZED = (Layer("bn"), Layer("relu"))


def apply(table: Configuration, convention: str) -> None:
    """Add the lines of a convention to a table; what its own notes say wins.

    Raises Problem E121 for what it cannot be applied to.
    """
    there = {kind for stage in table.stages for kind in kinds(stage)}
    if convention == "vgg":
        table.conventions = (*unsaid(table, VGG, there), *table.conventions)
    if not residual(table.conventions, convention):
        return
    if not table.inputs and convention == "resnet":
        table.inputs = (Said(RESNET_INPUT),)
    blocks = with_units(table)
    use = (f'use {", ".join(blocks)} from "residual.arch"',) if blocks else ()
    table.stages = list(normalized(table.stages, every=not residual(table.conventions)))
    there |= {"residual"} if blocks else set()
    added = unsaid(table, RESNET, there) if convention == "resnet" else ()
    table.conventions = (*use, *added, *table.conventions)


def residual(notes: Sequence[str], convention: str = "none") -> bool:
    """Whether groups in brackets are residual units: the convention says so, or notes that speak of such sums."""
    return convention == "resnet" or any(line.startswith("default residual ") for line in notes)


def unsaid(table: Configuration, lines: Sequence[str], there: Collection[str]) -> Iterator[str]:
    """The lines for the kinds of layer that are there and that the table's own notes say nothing of."""
    said = {default.group(1).lower() for line in table.conventions if (default := DEFAULT.match(line))}
    return (line for line in lines if line.split()[1].lower() in there and line.split()[1].lower() not in said)


def normalized(stages: Sequence[Stage], every: bool) -> Iterator[Stage]:
    """The rows with batch normalization and ReLU behind convolutions outside of units, if none is written there.

    A convolution alone in the cell for all networks has them in a row of their own, and so keeps its name. Where not
    `every` one is meant, it is those in the words of papers.
    """
    for stage, after in zip_longest(stages, stages[1:]):
        behind = [chain[0] for chain in after.cells if chain] if after else []
        if after and behind and all(layer.text == "bn" for layer in behind):
            yield stage
        elif stage.full and len(stage.cells[0]) == 1 and is_convolution(stage.cells[0][0], every):
            yield stage
            yield replace(stage, cells=tuple(NORMALIZED for _ in stage.cells), label=NONE, size=None)
        else:
            yield replace(stage, cells=tuple(tuple(behind_each(chain, every)) for chain in stage.cells))


def behind_each(chain: Sequence[Layer], every: bool) -> Iterator[Layer]:
    """A cell with batch normalization and ReLU behind its convolutions."""
    for layer, after in zip_longest(chain, chain[1:]):
        yield layer
        if is_convolution(layer, every) and not (after and after.text == "bn"):
            yield from NORMALIZED


def is_convolution(layer: Layer, every: bool) -> bool:
    """Whether a layer is a convolution that the convention speaks of."""
    return layer.text.startswith("conv") and (every or layer.phrased)
