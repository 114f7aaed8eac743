"""What is wrong with a figure of maps, a U or slabs, compared with the graph that it shows."""

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

import figure_page
from figure_svg import Area, Drawing, Shape, Stroke, Text
from figure_truth import NOUNS, Truth, unsaid
from figure_wiring import TOUCH

from archspec.op import Shape as Size

NEAR = 12.0
"""How far a number may be from its map."""
STEEP = 1.5
"""How much smaller a map is, at least, that has to lie lower."""
ARROWS = {"maxpool": "pool", "avgpool": "pool", "upconv": "up", "unpool": "unpool", "upsample": "upsample"}
"""The classes of arrows, by op; convolutions are `conv`, and `point` where their kernel is 1x1."""


def maps(drawing: Drawing, truth: Truth) -> list[tuple[Shape, Size]]:
    """The boxes that stand for values, and their sizes; the input is the first box."""
    boxes = [shape for shape in drawing.shapes if "box" in shape.kinds]
    shapes = [truth.graph.shapes[box.layers[-1]] if box.layers else truth.graph.input.shape for box in boxes]
    return list(zip(boxes, shapes, strict=True))


def side(shape: Size) -> int:
    return shape[1] if len(shape) == 3 else 1


def levels(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R19: smaller maps lie lower, values go to the right, and what is handed across is level."""
    found = maps(drawing, truth)
    for (one, large), (other, small) in [*combinations(found, 2), *combinations(found[::-1], 2)]:
        if side(large) >= side(small) * STEEP and one.area.middle[1] >= other.area.middle[1] - 1:
            yield f"R19 {other.layers[:1]} of {side(small)} is not below {one.layers[:1]} of {side(large)}"
    for line in drawing.lines("copy", "skip", "switches", "pool", "up", "unpool", "upsample"):
        if any(abs(x - u) > 0.1 and abs(y - v) > 0.1 for (x, y), (u, v) in pairwise(line.points)):
            yield f"R19 a {'/'.join(line.kinds)} is slanted"
        if line.kinds & {"copy", "skip", "switches"} and abs(line.points[0][1] - line.points[-1][1]) > 0.1:
            yield f"R19 a {'/'.join(line.kinds)} is not level"


def numbers(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R13, R14: channels over each map, its size below where it changes, and no number that is not so."""
    left = {kind: drawing.words(kind) for kind in ("channels", "size")}
    for box, shape in maps(drawing, truth):
        given = [truth.graph.shapes[path] for path in box.layers[:1] for path in truth.nodes[path].inputs[:1]]
        words = {str(shape[0]), *([f"{shape[0]} ×{box.repeat}"] if box.repeat > 1 else [])}
        top = Area(box.area.left - NEAR, box.area.top - NEAR / 2, box.area.right + NEAR, box.area.top)
        low = Area(box.area.left - 2 * NEAR, box.area.bottom, box.area.right + 2 * NEAR, box.area.bottom + NEAR)
        copied = any("concat" in truth.nodes[path].op.kind for path in box.layers)
        part = abutting(box, drawing) and not copied
        if not part and not taken(left["channels"], top, words):
            yield f"R13 {sorted(words)} is not over {box.layers[:1]}"
        size = f"{side(shape)}²" if len(shape) < 3 or shape[1] == shape[2] else f"{shape[1]}×{shape[2]}"
        changed = not given or side(given[0]) != side(shape)
        if not copied and changed and not taken(left["size"], low, {size}):
            yield f"R14 {size} is not below {box.layers[:1]}"
    for kind, texts in left.items():
        for text in texts:
            yield f"R14 the {kind} {text.words!r} are those of no map"


def taken(texts: list[Text], room: Area, words: set[str]) -> bool:
    """Whether there are such words in a place; they are used up."""
    near = [text for text in texts if text.words in words and room.meets(text.area)]
    found = min(near, key=lambda text: abs(text.area.middle[0] - room.middle[0]), default=None)
    if found:
        texts.remove(found)
    return found is not None


def abutting(box: Shape, drawing: Drawing) -> bool:
    """Whether another map stands right beside this one: both are one value."""
    others = (shape for shape in drawing.shapes if "box" in shape.kinds and shape is not box)
    return any(
        min(abs(box.area.left - other.area.right), abs(box.area.right - other.area.left)) < 0.1
        and abs(box.area.middle[1] - other.area.middle[1]) < 1
        for other in others
    )


def arrows(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R13, R15: each map has the arrow of its operation, whose window the legend or words beside it say."""
    legend = {
        kind: text.words for item, text in figure_page.keyed(drawing) if isinstance(item, Stroke) for kind in item.kinds
    }
    lines = figure_page.edges(drawing)
    for box, _ in maps(drawing, truth):
        border = figure_page.outline(box)
        here = [line for line in lines if figure_page.off(figure_page.tip(line, drawing), border) < TOUCH]
        for node in (truth.nodes[path] for path in box.layers):
            if unsaid(node.op) or node.op.kind not in (*NOUNS, *ARROWS):
                continue
            point = node.op.kind in ("conv", "dwconv") and getattr(node.op, "kernel", None) == (1, 1)
            kind = "point" if point else ARROWS.get(node.op.kind, "conv")
            meant = [line for line in here if kind in line.kinds]
            if not meant:
                yield f"R15 no arrow of {kind} leads to {node.path}"
                continue
            window = getattr(node.op, "kernel", None)
            said = [legend.get(kind, ""), *(text.words for text in drawing.words("op") if beside(text, meant[0]))]
            if window and not any(f"{window[0]}×{window[1]}" in words for words in said):
                yield f"R13 {window[0]}×{window[1]} of {node.path} is said nowhere: {said}"


def beside(text: Text, line: Stroke) -> bool:
    return text.area.meets(line.area.grown(8))


def slabs(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R20: heights grow with sizes and thickness with channels, within limits; vectors are not too long."""
    fronts = [(box.area, shape) for box, shape in maps(drawing, truth)]
    spatial = [(area, shape) for area, shape in fronts if len(shape) == 3]
    for (one, large), (other, small) in [*combinations(fronts, 2), *combinations(fronts[::-1], 2)]:
        if side(large) > side(small) and high(one) < high(other) - 0.01:
            yield f"R20 {large} is lower than {small}"
    for (one, thick), (other, thin) in [*combinations(spatial, 2), *combinations(spatial[::-1], 2)]:
        if thick[0] > thin[0] and wide(one) < wide(other) - 0.01:
            yield f"R20 {thick} is thinner than {thin}"
    heights, widths = [high(area) for area, _ in fronts], [wide(area) for area, _ in spatial]
    for sizes in (heights, widths):
        if max(sizes) > 12 * min(sizes) + 0.1:
            yield f"R20 the largest is {max(sizes) / min(sizes):.1f} times the smallest"
    for area, shape in fronts:
        if len(shape) == 1 and wide(area) > high(fronts[0][0]):
            yield f"R20 a vector of {shape[0]} is longer than the input is high"


def high(area: Area) -> float:
    return area.bottom - area.top


def wide(area: Area) -> float:
    return area.right - area.left


def listed(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R13: the channels below the slabs are those of the maps, from left to right."""
    expected = [shape[0] for box, shape in maps(drawing, truth) for _ in range(box.repeat)]
    texts = sorted(drawing.words("channels"), key=lambda text: text.area.left)
    found: list[int] = []
    for part in (part for text in texts for part in text.words.split(", ")):
        number, _, times = part.partition(" ×")
        found += [int(number)] * int(times or 1) if re.fullmatch(r"\d+( ×\d+)?", part) else [-1]
    if found != expected:
        yield f"R13 the channels are {expected}, the figure has {found}"
