"""What is wrong with a figure of maps, a U or slabs, compared with the graph that it shows."""

import re
from collections.abc import Iterator

import figure_page
from figure_svg import Area, Drawing, Shape, Stroke, Text
from figure_truth import NOUNS, Truth, unsaid
from figure_wiring import TOUCH

from archspec.op import Shape as Size

NEAR = 12.0
"""How far a number may be from its map."""
CROPS = ("crop", "croplike")
ARROWS = {"maxpool": "pool", "avgpool": "pool", "upconv": "up", "unpool": "unpool", "upsample": "upsample"}
"""The classes of arrows, by op; convolutions are `conv`, and `point` where their kernel is 1x1."""


def maps(drawing: Drawing, truth: Truth) -> list[tuple[Shape, Size]]:
    """The boxes that stand for values, and their sizes; the input is the first box."""
    boxes = [shape for shape in drawing.shapes if "box" in shape.kinds]
    shapes = [truth.graph.shapes[box.layers[-1]] if box.layers else truth.graph.input.shape for box in boxes]
    return list(zip(boxes, shapes, strict=True))


def channels(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R13: channels over each map of a U, and no number that is not of one."""
    left = drawing.words("channels")
    for box, shape in maps(drawing, truth):
        copied = any(truth.nodes[path].op.kind == "concat" for path in box.layers)
        if abutting(box, drawing) and not copied:
            continue
        words = {str(shape[0]), *([f"{shape[0]} ×{box.repeat}"] if box.repeat > 1 else [])}
        room = Area(box.area.left - NEAR, box.area.top - NEAR / 2, box.area.right + NEAR, box.area.top)
        near = [text for text in left if text.words in words and room.meets(text.area)]
        if near:
            left.remove(min(near, key=lambda text: abs(text.area.middle[0] - box.area.middle[0])))
        else:
            yield f"R13 {sorted(words)} is not over {box.layers[:1]}"
    for text in left:
        yield f"R13 the channels {text.words!r} are those of no map"


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


def cuts(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R12: what is cut to size is said to be, by the legend or beside its map, and nothing else is."""
    legend = {kind: text.words for item, text in figure_page.keyed(drawing) for kind in item.kinds}
    cut = [box for box in drawing.boxes if any(truth.nodes[path].op.kind in CROPS for path in box.layers)]
    said = [text for text in drawing.words("op") if text.words == "crop"]
    copied = [box for box in cut if not any(truth.nodes[path].op.weight_layer for path in box.layers)]
    if ("crop" in legend.get("copy", "")) != bool(copied):
        yield f"R12 {len(copied)} copies are cropped, the legend says {legend.get('copy')!r}"
    for box in cut:
        near = [text for text in said if text.area.meets(box.area.grown(NEAR))]
        said = [text for text in said if text not in near[:1]]
        if box not in copied and not near and not inner(box, truth):
            yield f"R12 no crop is said at {box.layers[0]}"
    yield from (f"R12 a crop is said at {text.area.middle}, where nothing is cut" for text in said)


def inner(box: Shape, truth: Truth) -> bool:
    """Whether what a box cuts is on the way up itself, which a note tells."""
    return not any(len(truth.sources(truth.nodes[path])) > 1 for path in box.layers) and truth.passed.issuperset(
        path for path in box.layers if truth.nodes[path].op.kind in CROPS
    )


def beside(text: Text, line: Stroke) -> bool:
    return text.area.meets(line.area.grown(8))


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
