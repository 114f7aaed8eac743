"""What is wrong with a row of slabs and its words, compared with the graph (Krizhevsky et al. 2012, Figure 2)."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from figure_chain import noted
from figure_page import tip
from figure_svg import Area, Drawing, Point, Shape, Stroke, Text, around
from figure_truth import NOUNS, UNSAID, Truth, unsaid

from archspec.graph import Node

APART = 5.0
"""How far from the ends of its arrow a word may begin or end."""


def said(node: Node) -> list[str]:
    """What papers write of a layer beside slabs, line by line."""
    op: Any = node.op
    window = None if getattr(op, "global_", False) else getattr(op, "kernel", None)
    stride = getattr(op, "stride", (1, 1))
    if not op.weight_layer:
        name = {**NOUNS, **UNSAID}.get(op.kind, op.kind)
        step = f", /{stride[0]}" if stride[0] > 1 and op.kind != "unpool" else ""
        return [name, *([f"{window[0]}×{window[1]}{step}"] if window else [])]
    lines = [f"{window[0]}×{window[1]} {NOUNS[op.kind]}" if window else NOUNS.get(op.kind, op.kind)]
    if stride != (1, 1):
        lines.append(f"stride {stride[0]}" if stride[0] == stride[1] else f"stride {stride[0]}×{stride[1]}")
    return [*lines, *([f"{op.groups} groups"] if getattr(op, "groups", 1) > 1 else [])]


def named(nodes: Sequence[Node]) -> tuple[list[str], set[str]]:
    """The words for what has to be said of some layers, and the paths of those that a note has to name."""
    loud = [node for node in nodes if not unsaid(node.op) or node.op.kind == "lrn"]
    loud = loud or list(nodes[:1])
    return [words for node in loud for words in said(node)], {node.path for node in nodes if node not in loud}


def operations(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R13: below each group of slabs its operation, above each arrow what it does besides, and no other words."""
    left = drawing.words("op")
    quiet: set[str] = set()
    rows = groups(drawing)
    for group in rows:
        wanted = [named([truth.nodes[path] for path in box.layers]) for box in group if box.layers]
        quiet.update(*(paths for _, paths in wanted))
        image = "image" if len(truth.graph.input.shape) == 3 else "input"
        words = {tuple(each) for each, _ in wanted} or {(image,)}
        near = below(group, drawing)
        if {tuple(text.words for text in near)} != words:
            yield f"R13 {group[0].layers[:1]} is {sorted(words)}, the figure says {[text.words for text in near]}"
        left = [text for text in left if text not in near]
    for one, other in pairwise(rows):
        line = between(one, other, drawing)
        if line is None:
            yield f"R7 no arrow leads to {other[0].layers[:1]}"
            continue
        above, paths = named([truth.nodes[path] for path in line.layers])
        quiet |= paths
        texts = [text for text in left if beside(text, line, drawing)]
        texts.sort(key=lambda text: text.area.top)
        if [text.words for text in texts] != above:
            yield f"R13 {above} leads to {other[0].layers[:1]}, the figure says {[text.words for text in texts]}"
        left = [text for text in left if text not in texts]
    yield from (f"R13 {text.words!r} is said of nothing" for text in left)
    yield from noted({unsaid(truth.nodes[path].op) for path in quiet} - {"", "identity"}, drawing)


def ordered(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R7: slabs and arrows stand from left to right as the layers follow each other."""
    things: list[Shape | Stroke] = sorted(drawing.shown, key=lambda item: item.area.middle[0])
    for one, other in pairwise([path for item in things for path in item.layers]):
        if truth.order[one] > truth.order[other]:
            yield f"R7 {other} stands behind {one}"


def solid(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R20: a slab has a top, the last of those side by side has a side too, all of one colour."""
    faces = [shape for shape in drawing.shapes if "face" in shape.kinds]
    wanted = 0
    for group in groups(drawing):
        for box in group:
            area = box.area
            upper = [(area.left, area.top), (area.right, area.top)]
            edges = [upper, [upper[1], (area.right, area.bottom)]] if box is group[-1] else [upper]
            wanted += len(edges)
            for edge in edges:
                if not any(face.fill == box.fill and all(corner(each, face) for each in edge) for face in faces):
                    yield f"R20 the slab {box.layers[:1]} has no face at {edge}"
    if len(faces) != wanted:
        yield f"R20 there are {len(faces)} faces of slabs, and {wanted} edges for them"


def corner(point: Point, face: Shape) -> bool:
    """Whether a face has a corner at a point."""
    return any(abs(point[0] - x) + abs(point[1] - y) < 0.05 for x, y in face.corners)


def groups(drawing: Drawing) -> list[list[Shape]]:
    """The slabs from left to right, those that stand side by side together."""
    found: list[list[Shape]] = []
    for box in sorted((box for box in drawing.shapes if "box" in box.kinds), key=lambda box: box.area.left):
        if found and abs(box.area.left - found[-1][-1].area.right) < 0.1:
            found[-1].append(box)
        else:
            found.append([box])
    return found


def below(group: Sequence[Shape], drawing: Drawing) -> list[Text]:
    """The words below slabs: the one below a bracket under them, and those right below, from the top down."""
    area = around(tuple(corner for box in group for corner in box.corners))
    foot = max((text.area.bottom for text in drawing.words("channels")), default=area.bottom)
    words = sorted((text for text in drawing.words("op") if text.area.top > foot), key=lambda text: text.area.top)
    own = [text for text in words if abs(text.area.middle[0] - area.middle[0]) < 1]
    for bracket in drawing.lines("bracket"):
        if bracket.area.left - 1 < area.left and area.right < bracket.area.right + 1:
            shared = [text for text in words if abs(text.area.middle[0] - bracket.area.middle[0]) < 1][:1]
            own = [*shared, *(text for text in own if text not in shared)]
    return own


def between(one: Sequence[Shape], other: Sequence[Shape], drawing: Drawing) -> Stroke | None:
    """The arrow from slabs to the next ones."""
    room = Area(one[-1].area.right - 0.1, other[0].area.top, other[0].area.left + 0.1, other[0].area.bottom)
    heads = [head for head in drawing.lines("head") if abs(head.points[0][0] - other[0].area.left) < 0.1]
    lines = [line for line in drawing.lines("flow") if room.holds(line.area)]
    return (
        lines[0] if len(lines) == 1 and any(head.area.grown(0.2).has(lines[0].points[-1]) for head in heads) else None
    )


def beside(text: Text, line: Stroke, drawing: Drawing) -> bool:
    """Whether words stand above an arrow, from its start on or up to its end."""
    starts, ends = text.area.left - line.area.left, tip(line, drawing)[0] - text.area.right
    return text.area.bottom < line.area.top and (0 < starts < APART or 0 < ends < APART)
