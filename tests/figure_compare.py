"""What is wrong with networks side by side: each in itself, and how they are aligned (R22)."""

import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

import figcheck
from figure_chain import TOUCH, folds, inside, labels, shortcuts, spine
from figure_svg import Area, Drawing, Shape, Stroke, Text, read
from figure_truth import Truth, side
from figure_wiring import wiring

from archspec.graph import Graph
from archspec.graph.counts import count

Thing = TypeVar("Thing", Shape, Stroke, Text)


def faults(svg: str, graphs: Sequence[Graph], width: str = "text") -> list[str]:
    """Everything that is wrong with a figure of several networks, the first at the left."""
    drawing = read(svg)
    found = list(figcheck.paged(drawing, width))
    if len(drawing.words("title")) != len(graphs):
        return [*found, f"R22 there are {len(drawing.words('title'))} titles"]
    shown = list(zip(columns(drawing), map(Truth, graphs), strict=True))
    for column, truth in shown:
        strange = {path for item in column.shown for path in item.layers} - truth.nodes.keys()
        if strange:
            return [*found, f"R7 {sorted(strange)} are no layers of {truth.graph.full_name}"]
        for check in (figcheck.layers, labels, folds, shortcuts, wiring, titled):
            found += check(column, truth)
    return [*found, *aligned(drawing, shown)]


def columns(drawing: Drawing) -> list[Drawing]:
    """The drawing cut up: what is from the boxes of one network on, up to those of the next, and what all share."""
    titles = sorted(drawing.words("title"), key=lambda text: text.area.left)
    boxes = [shape for shape in drawing.shapes if "box" in shape.kinds]
    middles = [text.area.middle[0] for text in titles]
    lefts = [min(box.area.left for box in boxes if abs(box.area.middle[0] - x) < 1) - 1 for x in middles]
    bounds = [*zip(lefts, [*lefts[1:], drawing.page.right], strict=True)]
    foot = max(box.area.bottom for box in boxes)
    return [
        drawing._replace(
            shapes=among(drawing.shapes, *bound, foot),
            strokes=among(drawing.strokes, *bound, foot),
            texts=among(drawing.texts, *bound, foot),
        )
        for bound in bounds
    ]


def among(things: Sequence[Thing], left: float, right: float, foot: float) -> tuple[Thing, ...]:
    """The things in a column, with those below all columns."""
    return tuple(each for each in things if left <= each.area.middle[0] < right or each.area.top > foot)


def titled(column: Drawing, truth: Truth) -> Iterator[str]:
    """R22, R23: a network has its name on top, and what it costs."""
    words = [text.words for kind in ("title", "note") for text in column.words(kind)]
    if truth.graph.full_name not in words:
        yield f"R22 {truth.graph.full_name} is not named"
    costs = [float(found[1]) * 1e9 for text in words if (found := re.fullmatch(r"([\d.]+)G multiply-adds", text))]
    if not any(abs(cost - count(truth.graph).macs) <= 0.0501e9 for cost in costs):
        yield f"R23 {truth.graph.full_name} has {count(truth.graph).macs} multiply-adds, the figure has {costs}"


def aligned(drawing: Drawing, shown: Sequence[tuple[Drawing, Truth]]) -> Iterator[str]:
    """R22: where a size is first reached is at one height in all networks, with the size at the left."""
    printed = drawing.words("size")
    used: set[str] = set()
    for column, truth in shown:
        here = side(truth.graph.input.shape)
        for box in spine(column, truth):
            given = side(truth.graph.shapes[box.layers[-1]])
            if given != here:
                row = Area(0, box.area.top - TOUCH, drawing.page.right, box.area.bottom + TOUCH)
                used |= {text.words for text in inside(printed, row) if text.words == given}
                if not any(text.words == given for text in inside(printed, row)):
                    yield f"R22 {given} is not at the height of {box.layers[0]} of {truth.graph.full_name}"
            here = given
    for text in printed:
        if text.words not in used:
            yield f"R22 {text.words} is reached nowhere"
        if sum(other.words == text.words for other in printed) > 1:
            yield f"R22 {text.words} stands there twice"
