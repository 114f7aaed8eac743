"""The gate: what is wrong with a figure, measured on its SVG and compared with the graph that it shows.

Each fault begins with the requirement that it breaks: R1 to R27. Nothing here looks at how the figure was made.
"""

import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import figure_block
import figure_page
from figure_chain import folds, labels, shortcuts, sizes, straight
from figure_maps import arrows, channels, cuts, listed
from figure_shapes import across, edges, levels, volumes
from figure_shapes import sizes as below
from figure_svg import Drawing, Shape, Stroke, read, smaller
from figure_truth import Truth
from figure_volume import operations, ordered, solid
from figure_wiring import wiring

from archspec.graph import Graph
from archspec.graph.counts import count

MEANINGS = {
    "identity": "identity", "projection": "projection", "padding": "padding", "skip": "skip", "crop": "crop",
    "side": "training", "conv": "conv", "point": "conv 1×1", "pool": "pool", "up": "up-conv", "unpool": "unpool",
    "upsample": "upsample", "copy": "copy", "switches": "switches", "lrn": "LRN",
}  # fmt: skip
"""What a legend has to say, at least, of each kind of line."""
LARGEST = 0.15
"""The part of a page that a legend takes, at most."""
HEAVIEST = 60_000
"""Bytes of a folded figure."""

Check = Callable[[Drawing, Truth], Iterator[str]]


def faults(
    svg: str, graph: Graph, width: str = "column", style: str = "stack", crossings: int = 0, theme: str = "color"
) -> list[str]:
    """Everything that is wrong with a figure of a network."""
    drawing = read(svg)._replace(theme=theme)
    drawn = {path for item in drawing.shown for path in item.layers}
    truth = Truth(graph, heads=bool(drawn - Truth(graph).nodes.keys()))
    strange = [f"R7 {path} is no layer of the network" for path in sorted(drawn - truth.nodes.keys())]
    if strange:
        return strange
    paper = smaller(drawing, figure_page.thinnest(drawing) / figure_page.THIN) if width == "slide" else drawing
    of_file = figure_page.page(drawing, width)
    checks = (*EVERY, *STYLES[style])
    return [*of_file, *paged(paper, crossings), *(fault for check in checks for fault in check(paper, truth))]


def paged(drawing: Drawing, crossings: int = 0) -> Iterator[str]:
    """Everything that is wrong with what is on the page, whatever it shows."""
    yield from figure_page.tight(drawing)
    yield from figure_page.words(drawing)
    yield from figure_page.lines(drawing, crossings)
    yield from figure_page.heads(drawing)
    yield from figure_page.colors(drawing)


def layers(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R7: every layer once, or as often as the figure says."""
    drawn: dict[str, int] = {}
    for box in drawing.shown:
        for path in box.layers:
            if path in drawn:
                yield f"R7 {path} is drawn twice"
            drawn[path] = box.repeat
    yield from truth.missing(drawn)
    texts = [text.words for kind in ("name", "note") for text in drawing.words(kind)]
    for name in (*(head.name for head in truth.graph.heads), *truth.graph.outputs[1:]):
        if not any(re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.]*\w)", words) for words in texts):
            yield f"R7 {name}, which is given besides, is neither drawn nor named in a note"


def legend(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R15: the legend explains every style that means something, and no other."""
    samples = figure_page.keyed(drawing)
    explained = {style(item, drawing) for item, _ in samples} - {None}
    items = {id(item) for item, _ in samples}
    drawn = (*figure_page.edges(drawing), *drawing.boxes)
    used = {style(item, drawing) for item in drawn if id(item) not in items} - {None}
    headed = {
        style(line, drawing)
        for line in drawn
        if isinstance(line, Stroke) and figure_page.tip(line, drawing) != line.points[-1]
    }
    for line, text in samples:
        if isinstance(line, Stroke) and (style(line, drawing) in headed) != (
            figure_page.tip(line, drawing) != line.points[-1]
        ):
            yield f"R15 the sample of {text.words!r} is not as the lines are"
    for each in sorted(map(str, used - explained)):
        yield f"R15 {each} is not in the legend"
    for each in sorted(map(str, explained - used)):
        yield f"R15 {each} is in the legend, and nowhere else"
    for item, text in samples:
        meaning = MEANINGS.get(style(item, drawing) or "", "")
        if meaning not in text.words:
            yield f"R15 {text.words!r} is said of a {style(item, drawing)}, which is {meaning!r}"
    taken = figure_page.extent(area for pair in samples for area in (each.area for each in pair)) if samples else None
    if taken and (share := figure_page.room(taken) / figure_page.room(drawing.page)) > LARGEST:
        yield f"R15 the legend takes {share:.0%} of the page"
    for text in drawing.words("legend"):
        if not any(words is text for _, words in samples):
            yield f"R15 {text.words!r} in the legend has no sample"


def style(item: Shape | Stroke, drawing: Drawing) -> str | None:
    """What a legend has to explain: lines that are not just flow; fills that are neither white nor a stage's."""
    if isinstance(item, Stroke):
        return next(iter(item.kinds - {"flow", "head"}), None)
    fill = next((name for name, color in figure_page.fills(drawing).items() if color == item.fill), item.fill)
    return None if fill == "plain" or fill.startswith("stage") else fill


UNITS = {"": 1, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


def totals(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R23: parameters and multiply-adds in the note, right to the digits that are given."""
    counts = count(truth.graph)
    notes = " ".join(text.words for text in drawing.words("note"))
    for pattern, number in (("parameters", counts.params.trainable), ("multiply-adds", counts.macs)):
        found = re.search(rf"([\d.,]+) ?([kKMGT]?) {pattern}", notes)
        if found is None:
            yield f"R23 no note says how many {pattern}"
            continue
        digits = found[1].replace(",", "")
        step = UNITS[found[2]] * 10.0 ** -len(digits.partition(".")[2])
        if abs(float(digits) * UNITS[found[2]] - number) > step * 0.501:
            yield f"R23 {number} {pattern}, the note says {found[0]!r}"


def weight(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R24 in part: a figure is small unless it is of very many boxes."""
    size = len(ElementTree.tostring(drawing.root))
    if size > HEAVIEST and len(drawing.boxes) < 100:
        yield f"R24 the file has {size} bytes"


EVERY: tuple[Check, ...] = (layers, legend, weight)
"""What holds for figures of all styles."""
BOXES: tuple[Check, ...] = (labels, folds, shortcuts)
CHAIN: tuple[Check, ...] = (*BOXES, wiring)
STYLES: dict[str, tuple[Check, ...]] = {
    "stack": (*CHAIN, sizes, straight, totals),
    "dag": (labels, folds, wiring, totals),
    "u": (wiring, levels, across, below, channels, arrows, cuts, totals),
    "volume": (volumes, edges, listed, operations, ordered, solid, totals),
    "block": (*BOXES, straight, *figure_block.RULES),
}
"""What holds besides, by style."""
