"""The labels of rows: those of the table, and where it has none those that papers use."""

import re
from collections.abc import Iterator
from dataclasses import replace

from archspec.language.syntax import Word
from archspec.language.words import split
from archspec.source import LOOKALIKES, Span
from archspec.tables.configuration import Configuration, Layer, Said, Stage
from archspec.tables.naming import POOLINGS, row_names

NONE = Said("-")


def with_labels(table: Configuration) -> None:
    """Part rows for all networks that end in a classifier, and give every row its label, or `-` for none.

    In a table with a column of labels a row without one has none, unless it is written in the words of papers.
    """
    table.stages = [part for stage in table.stages for part in parted(stage)]
    for number in range(1, len(table.stages)):
        table.stages[number - 1 : number + 1] = handed_down(*table.stages[number - 1 : number + 1])
    names = row_names([kinds(stage) for stage in table.stages])
    own = {word(stage.label.text) for stage in table.stages if stage.label}
    for number, (stage, name) in enumerate(zip(table.stages, names, strict=True)):
        named = name and name not in own and (not table.labelled or phrased(stage))
        label = stage.label or (Said(name) if name and named else NONE)
        table.stages[number] = replace(stage, label=label._replace(text=word(label.text)))


def handed_down(above: Stage, below: Stage) -> tuple[Stage, Stage]:
    """Two rows; where one label stands for both, the second bears it and the size: they are the group's at its end.

    That is so where the label's cell reaches down, and where a pooling begins a stage of units (He et al. 2016).
    """
    pooled = POOLINGS.issuperset(kinds(above)) and any(layer.body for chain in below.cells for layer in chain)
    if not above.label or below.label or below.size or not (below.continues or pooled):
        return above, below
    return replace(above, label=None, size=None), replace(below, label=above.label, size=above.size)


def parted(stage: Stage) -> Iterator[Stage]:
    """A row for all networks that has a classifier behind something else, layer by layer; any other as it is."""
    layers = stage.cells[0]
    shared = all(chain == layers for chain in stage.cells)
    flat = [kind(layer) == "fc" for layer in layers]
    if stage.label or not shared or len(layers) < 2 or not any(flat):
        yield stage
        return
    first = flat.index(True)
    for number, layer in enumerate(layers):
        size = stage.size if number == max(first - 1, 0) else None
        yield replace(stage, cells=tuple((layer,) for _ in stage.cells), size=size)


def word(text: str) -> str:
    """A label as the language writes it: a word, or a dash for none."""
    plain = re.sub(r"[^A-Za-z0-9_]+", "_", text.translate(LOOKALIKES).strip())
    if plain == "_":
        return "-"
    return plain if plain[:1].isalpha() or plain[:1] == "_" else f"_{plain}"


def phrased(stage: Stage) -> bool:
    """Whether a row is written in the words of papers."""
    return any(layer.phrased for chain in stage.cells for layer in chain)


def kinds(stage: Stage) -> set[str]:
    """The kinds of op in a row; groups in brackets count as convolutions, blocks as nothing."""
    return {kind(layer) for chain in stage.cells for layer in chain} - {""}


def kind(layer: Layer) -> str:
    """The kind of a layer."""
    if layer.body:
        return "conv"
    text = layer.text.partition("(")[0]
    spelled = split(Word(text, Span(0, len(text))), ())
    return spelled.op.own_kind() if spelled and spelled.op else ""
