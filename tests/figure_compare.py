"""What is wrong with networks side by side: each in itself, and how they are aligned (R22)."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, groupby, pairwise
from typing import TypeVar

import figcheck
import figure_page
from figure_chain import TOUCH, folds, inside, labels, shortcuts, spans, spine
from figure_svg import Area, Drawing, Shape, Stroke, Text, read
from figure_truth import Truth, side
from figure_wiring import wiring

from archspec.graph import Graph
from archspec.graph.counts import count

Thing = TypeVar("Thing", Shape, Stroke, Text)
UNITS = {"G": 1e9, "M": 1e6}
BESIDE = 8.0
"""How far from its box a size may be that stands at one network's own left."""


def faults(svg: str, graphs: Sequence[Graph], width: str = "text") -> list[str]:
    """Everything that is wrong with a figure of several networks, the first at the left."""
    drawing = read(svg)
    found = [*figure_page.page(drawing, width), *figcheck.paged(drawing)]
    if len(drawing.words("title")) != len(graphs):
        return [*found, f"R22 there are {len(drawing.words('title'))} titles"]
    shown = [(column, truth(column, graph)) for column, graph in zip(columns(drawing), graphs, strict=True)]
    for column, known in shown:
        strange = {path for item in column.shown for path in item.layers} - known.nodes.keys()
        if strange:
            return [*found, f"R7 {sorted(strange)} are no layers of {known.graph.full_name}"]
        for check in (figcheck.layers, labels, folds, shortcuts, wiring, titled):
            found += check(column, known)
    return [*found, *aligned(drawing, shown), *marked(drawing, shown)]


def truth(column: Drawing, graph: Graph) -> Truth:
    """What a network is to show: its heads too, where one is drawn."""
    main = Truth(graph)
    return Truth(graph, heads=any(path not in main.nodes for item in column.shown for path in item.layers))


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
    if f"{count(truth.graph).depth} layers" not in words:
        yield f"R22 {truth.graph.full_name} has {count(truth.graph).depth} layers, the figure says {words}"
    costs = [
        (float(found[1]) * UNITS[found[2]], 0.0501 * UNITS[found[2]])
        for text in words
        if (found := re.fullmatch(r"([\d.]+)([GM]) multiply-adds", text))
    ]
    if not any(abs(cost - count(truth.graph).macs) <= off for cost, off in costs):
        yield f"R23 {truth.graph.full_name} has {count(truth.graph).macs} multiply-adds, the figure has {costs}"


def aligned(drawing: Drawing, shown: Sequence[tuple[Drawing, Truth]]) -> Iterator[str]:
    """R22: where a size is first reached, it stands at the left of all, or of this network; equal ones at one height,
    larger ones above smaller ones."""
    printed = drawing.words("size")
    shared = len({text.words for text in printed}) == len(printed)
    first = min(shape.area.left for shape in drawing.boxes)
    used: set[Text] = set()
    for column, truth in shown:
        here = side(truth.graph.input.shape)
        for box in spine(column, truth):
            given = side(truth.graph.shapes[box.layers[-1]])
            if given != here:
                right = first if shared else box.area.left
                row = Area(0 if shared else right - 100, box.area.top - TOUCH, right, box.area.bottom + TOUCH)
                found = [
                    text for text in inside(printed, row) if text.words == given and text.area.right > right - BESIDE
                ]
                used.update(found)
                if not found:
                    yield f"R22 {given} is not at the height of {box.layers[0]} of {truth.graph.full_name}"
            here = given
    for text in printed:
        if text not in used:
            yield f"R22 {text.words} is reached nowhere"
    for one, other in combinations(printed, 2):
        (high, _), (low, _) = (map(int, text.words.split("×")) for text in (one, other))
        down = other.area.top - one.area.top
        if (high == low and abs(down) > TOUCH) or (high > low and down < -TOUCH) or (high < low and down > TOUCH):
            yield f"R22 {one.words} and {other.words} are not at the heights of their sizes"


Said = dict[str, list[tuple[str, bool]]]
"""The words in the boxes of a network, from the top down, and which are bold, by the size of the maps."""


def marked(drawing: Drawing, shown: Sequence[tuple[Drawing, Truth]]) -> Iterator[str]:
    """R22: what a network adds to the one at its left is bold, where they have enough in common; a note says so."""
    every = [said(column, truth) for column, truth in shown]
    for left, (right, (_, truth)) in zip([{}, *every], zip(every, shown, strict=True), strict=False):
        sizes = {**left, **right}
        before, after = ([[words for words, _ in each.get(given, [])] for given in sizes] for each in (left, right))
        plain = [[words for words, bold in right.get(given, []) if not bold] for given in sizes]
        kept = [*map(common, before, after)]
        if left and 2 * sum(kept) >= sum(map(len, before)):
            if [*map(common, before, plain)] != kept or [*map(len, plain)] != kept:
                yield f"R22 {truth.graph.full_name} adds {[*map(len, after)]} to {kept}, {[*map(len, plain)]} are plain"
        elif plain != after:
            yield f"R22 {truth.graph.full_name} has bold layers, with nothing at its left to compare it with"
    noted = any(text.words == "Bold: not in the network at its left." for text in drawing.words("note"))
    if noted != any(bold for each in every for words in each.values() for _, bold in words):
        yield f"R15 what bold means is {'' if noted else 'not '}said"


def said(column: Drawing, truth: Truth) -> Said:
    """What the boxes of a network say, as often as its brackets do."""
    words = [text for text in column.texts if text.kinds & {"label", "name"}]
    boxes = [box for box in spine(column, truth) if "box" in box.kinds]
    axes = sorted({box.area.middle[0] for box in boxes})
    held = {
        id(box): [id(each) for each in column.lines("bracket") if spans(each.area, box.area, axes)] for box in boxes
    }
    found: Said = {}
    for _, run in groupby(boxes, key=lambda box: held[id(box)] or [id(box)]):
        here = [*run]
        given = found.setdefault(side(truth.graph.shapes[here[0].layers[-1]]), [])
        given += [(text.words, text.bold) for box in here for text in inside(words, box.area)] * here[0].repeat
    return found


def common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words both have in the same order, at most."""
    row = [0] * (len(other) + 1)
    for each in one:
        above, row = row, [0]
        for at, (word, (left, right)) in enumerate(zip(other, pairwise(above), strict=True)):
            row.append(left + 1 if word == each else max(row[at], right))
    return row[-1]
