"""What stands below a figure: what its lines mean, what it does not show, and what the network costs."""

from collections.abc import Container, Sequence
from itertools import chain as joined

from archspec.figures.labels import word
from archspec.figures.measures import EDGE, Measures
from archspec.figures.metrics import width
from archspec.figures.scene import Line, Thing, Words
from archspec.figures.steps import Step, omitted
from archspec.graph import Graph
from archspec.graph.counts import count

MEANINGS = {
    "identity": "identity shortcut",
    "projection": "projection shortcut",
    "padding": "zero-padding shortcut",
    "skip": "skip connection",
    "crop": "copy and crop",
    "side": "in training",
}
"""What a line beside the spine means."""
NARROWEST = 150.0
"""Points that notes may take even where the figure is narrower."""
DASH = 20.0
"""Length of a line in the legend."""


def legend(kinds: Container[str], measures: Measures, y: float, room: float) -> tuple[list[Thing], float]:
    """The lines that are used with their meanings, in rows; gives the height that they end at too."""
    items: list[Thing] = []
    x, small = EDGE, measures.small
    first = True
    for kind in MEANINGS:
        if kind not in kinds:
            continue
        wide = DASH + 3 + width(MEANINGS[kind], small)
        if first or x + wide > room:
            x, y, first = EDGE, y + measures.lead, False
        items.append(Line(((x, y - small * 0.35), (x + DASH, y - small * 0.35)), kind))
        items.append(Words(x + DASH + 3, y, MEANINGS[kind], small, "legend", "start"))
        x += wide + 10
    return items, y


def notes(texts: Sequence[str], measures: Measures, y: float, room: float) -> tuple[list[Thing], float]:
    """Lines of words, broken where there is no room."""
    items: list[Thing] = []
    for text in joined.from_iterable(broken(text, measures.small, room - EDGE) for text in texts):
        y += measures.lead
        items.append(Words(EDGE, y, text, measures.small, "note", "start"))
    return items, y


def broken(text: str, size: float, room: float) -> list[str]:
    """Words in lines no longer than the room."""
    lines: list[str] = []
    for part in text.split(" "):
        if lines and width(f"{lines[-1]} {part}", size) <= room:
            lines[-1] += f" {part}"
        else:
            lines.append(part)
    return lines


def hidden(found: Sequence[Step], kinds: Container[str] = ()) -> list[str]:
    """A sentence about the layers that no box names, nor a line of one of the kinds."""
    ops = {node.op.kind: node.op for step in found for node in step.nodes}
    said = {"pad": "padding", "crop": "crop", "croplike": "crop"}
    quiet = dict.fromkeys(word(ops[kind]) for kind in omitted(found) if kind not in said or said[kind] not in kinds)
    return [f"Not shown: {', '.join(quiet)}."] if quiet else []


def unheaded(graph: Graph) -> list[str]:
    """A sentence about the heads and further outputs of a network, where a figure shows its first output alone."""
    names = [*(head.name for head in graph.heads), *graph.outputs[1:]]
    return [f"Not shown: {'heads' if len(names) > 1 else 'head'} {', '.join(names)}."] if names else []


def costs(graph: Graph) -> str:
    """What the network costs."""
    counts = count(graph)
    return f"{amount(counts.params.trainable)} parameters, {amount(counts.macs)} multiply-adds"


def amount(number: int) -> str:
    """`25.6M`."""
    for unit, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if number >= unit:
            return f"{number / unit:.1f}{letter}"
    return str(number)
