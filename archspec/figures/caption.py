"""What stands below a figure in a paper, and what it shows for those who cannot see it."""

from collections.abc import Sequence

from archspec.figures.folding import together
from archspec.figures.labels import label, whole
from archspec.figures.notes import MEANINGS
from archspec.figures.scene import Line, Scene, Words
from archspec.figures.strokes import DASHES
from archspec.figures.tex import latex
from archspec.figures.tree import Chain, Item, Knotted, Repeat, Split
from archspec.graph import Graph
from archspec.graph.counts import count

LONGEST = 2000
"""Characters of a text that is read out."""


def caption(scene: Scene) -> str:
    """A caption for LaTeX: what it is, what its signs mean, what is left out and what it costs."""
    kinds = {item.kind for item in scene.items if isinstance(item, Line)}
    signs = [
        f"{'dashed' if kind in DASHES else 'solid'} lines, {MEANINGS[kind]}s"
        for kind in ("identity", "projection", "padding")
        if kind in kinds
    ]
    if any(isinstance(item, Words) and item.kind == "count" for item in scene.items):
        signs.append("×n, n times in a row")
    if any(isinstance(item, Words) and item.kind in ("label", "name") and item.bold for item in scene.items):
        signs.append("bold, not in the network at its left")
    hidden = [item.text for item in scene.items if isinstance(item, Words) and item.text.startswith("Not shown: ")]
    text = [scene.bill]
    if signs:
        said = "; ".join(signs)
        text.append(f"{said[0].upper()}{said[1:]}.")
    words = latex(" ".join([*text, *dict.fromkeys(hidden)]))
    return rf"\caption{{{words}}}".replace(r"$\times$n, n ", r"$\times n$, $n$ ")


def about(graphs: Sequence[Graph]) -> str:
    """What a figure shows, in words."""
    text = " ".join(f"{name(graph)}: {layers(graph)} {costs(graph)}." for graph in graphs)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rsplit('; ', 1)[0]}; and so on."


def bill(graphs: Sequence[Graph]) -> str:
    """What networks cost, one after the other."""
    return " ".join(f"{name(graph)}: {costs(graph)}." for graph in graphs)


def name(graph: Graph) -> str:
    """What the network is called, with its column where it is one of several."""
    if not graph.title:
        return graph.full_name
    return f"{graph.title}, configuration {graph.column}" if graph.column else graph.title


def costs(graph: Graph) -> str:
    """What the network costs, to the last parameter."""
    counts = count(graph)
    return f"{counts.params.trainable:,} parameters, {counts.macs:,} multiply-adds"


def layers(graph: Graph) -> str:
    """The layers, one after the other."""
    shape = graph.shapes[graph.outputs[0]]
    ends = f"from {whole(graph.input.shape)} to {whole(shape)}"
    try:
        return f"{len(graph.nodes)} layers {ends}: {chained(together(graph))}."
    except Knotted:
        return f"{len(graph.nodes)} layers {ends}."


def chained(chain: Chain) -> str:
    """The items of a chain in words."""
    return "; ".join(map(told, chain)) or "the same"


def told(item: Item) -> str:
    """One item in words."""
    match item:
        case Repeat(body, times):
            return f"{times} times ({chained(body)})"
        case Split(branches, join):
            return f"[{' | '.join(map(chained, branches))}], {label(join)}"
    return label(item)
