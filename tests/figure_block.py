"""What is wrong with a figure of one block's inside, compared with the part of the graph that it shows."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise

from figure_chain import KINDS
from figure_page import edges, tip
from figure_svg import Drawing, Shape, Text
from figure_truth import Truth, side, unsaid
from figure_wiring import TOUCH, source, target, touched, wiring

from archspec.graph import Graph, Input, Node
from archspec.graph.counts import count

LOWEST = 1.3 * 72
"""The height of an inception module, at most (R21)."""
ASIDE = 12.0
"""How far from its arrow a word may begin."""


def part(graph: Graph, name: str) -> Graph:
    """The first use of a block, or what a label names, as a network of its own."""
    own = [node for node in graph.nodes if node.path == name or node.path.startswith(f"{name}.")]
    sites = [site for node in graph.nodes for site in node.origin.expansion if site.block == name]
    if sites:
        own = [node for node in graph.nodes if sites[0] in node.origin.expansion]
    paths = {node.path for node in own}
    (given,) = {path for node in own for path in node.inputs} - paths
    nodes = [replace(node, inputs=tuple("input" if path == given else path for path in node.inputs)) for node in own]
    image = Input(shape=graph.shapes[given])
    return Graph(name=graph.name, sha256=graph.sha256, input=image, nodes=tuple(nodes), outputs=(own[-1].path,))


def given(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R14: one box for what the block takes, with its size; no other sizes."""
    shape = truth.graph.input.shape
    wanted = f"previous layer, {side(shape)}×{shape[0]}" if len(shape) == 3 else f"previous layer, {shape[0]}"
    boxes = [box for box in drawing.shapes if "box" in box.kinds and not box.layers]
    words = [text.words for box in boxes for text in drawing.words("label") if box.area.has(text.area.middle)]
    if words != [wanted]:
        yield f"R14 the block takes {wanted!r}, the figure says {words}"
    yield from (f"R14 {text.words!r} stands where no size is asked for" for text in drawing.words("size"))


def wired(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R6, R7 for the lines inside: but for one from the last box, which leaves the block."""
    boxes = [shape for shape in drawing.shapes if shape.kinds & {"box", "joint"}]
    lines = edges(drawing)
    out = truth.graph.outputs[0]
    leaving = [
        line
        for line in lines
        if target(line, boxes, lines, drawing) is None
        and (start := source(line, boxes, lines)) is not None
        and shows(boxes[start], out, truth)
    ]
    narrow = max(box.area.middle[0] for box in boxes) - min(box.area.middle[0] for box in boxes) < 0.1
    if len([line for line in leaving if tip(line, drawing) != line.points[-1]]) != narrow:
        yield f"R6 {len(leaving)} arrows leave the block"
    yield from wiring(drawing._replace(strokes=tuple(each for each in drawing.strokes if each not in leaving)), truth)


def told(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R23: the words for those who cannot see the figure have the costs of the block, not of the network."""
    counts = count(truth.graph)
    said = drawing.root.findtext("{*}desc") or ""
    for words in (f"{counts.params.trainable:,} parameters", f"{counts.macs:,} multiply-adds"):
        if not re.search(rf"(?<![\d,]){words}", said):
            yield f"R23 <desc> does not say {words!r}: {said!r}"


def summed(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R21: a concatenation says how many channels its branches have together."""
    for box in drawing.boxes:
        node = truth.nodes[box.layers[0]]
        if node.op.kind == "concat":
            words = [text.words for text in drawing.words("label") if box.area.has(text.area.middle)]
            if words != [wanted := f"concat, {sum(shape[0] for shape in truth.takes(node))}"]:
                yield f"R21 {node.path} is {wanted!r}, the figure says {words}"


def branches(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R21: what is joined stands from left to right in the order of the source, each branch in one column."""
    boxes = [shape for shape in drawing.shapes if shape.kinds & {"box", "joint"}]
    lines = edges(drawing)
    around = set.union(*KINDS.values())
    for at, join in enumerate(boxes):
        sources = truth.sources(truth.nodes[join.layers[0]]) if join.layers else ()
        into = [line for line in lines if touched(tip(line, drawing), boxes, TOUCH) == at]
        if len(sources) < 2 or any(line.kinds & around for line in into):
            continue
        into.sort(key=lambda line: line.points[0][0])
        found = [boxes[index] for line in into if (index := source(line, boxes, lines)) is not None]
        if len(found) != len(sources) or not all(map(shows, found, sources, [truth] * len(found))):
            yield f"R21 {join.layers[0]} joins {sources}, the figure has {[box.layers for box in found]}"
            continue
        for line, path in zip(into, sources, strict=True):
            for box in straight(path, sources, truth, boxes):
                if abs(box.area.middle[0] - line.points[0][0]) > 0.1:
                    yield f"R21 {box.layers[0]} is not in the column of {path}"


def shows(box: Shape, path: str, truth: Truth) -> bool:
    """Whether a box stands for a value, or for an equal one where it is drawn once for several."""
    if path == truth.graph.input.name:
        return not box.layers
    return truth.prints[path] in {truth.prints[each] for each in box.layers}


def straight(path: str, sources: tuple[str, ...], truth: Truth, boxes: list[Shape]) -> list[Shape]:
    """The boxes of a branch in which it does not part again."""
    shared = -1
    for each in sources:
        shared &= truth.before[each]
    own = [each for each in truth.nodes if (truth.before[path] & ~shared) >> truth.order[each] & 1]
    parted = {each for pair in combinations(own, 2) if not follows(*pair, truth) for each in pair}
    return [box for box in boxes if set(box.layers) & (set(own) - parted)]


def follows(one: str, other: str, truth: Truth) -> bool:
    """Whether a later value is made from an earlier one."""
    return bool(truth.before[other] >> truth.order[one] & 1)


def low(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R21: a module of branches of two layers each is no higher than a few lines of a column."""
    joins = [node for node in truth.nodes.values() if len(truth.sources(node)) > 1]
    if [node.op.kind for node in joins] != ["concat"] or joins[0].path != truth.graph.outputs[0]:
        return
    loud = [sum(not unsaid(truth.nodes[path].op) for path in way) for way in ways(joins[0], truth)]
    if max(loud) <= 2 and drawing.page.bottom > LOWEST:
        yield f"R21 the module is {drawing.page.bottom / 72:.2f} in high"


def ways(join: Node, truth: Truth) -> list[list[str]]:
    """The layers of each branch of a module."""
    return [[each for each in truth.nodes if truth.before[path] >> truth.order[each] & 1] for path in join.inputs]


def quiet(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R7: what stands beside the arrows is what is between the boxes, on its side of where a shortcut leaves."""
    words = drawing.words("quiet")
    if not words:
        return
    boxes = sorted((shape for shape in drawing.shapes if shape.kinds & {"box", "joint"}), key=lambda box: box.area.top)
    forks = [line.points[0][1] for line in drawing.lines(*set.union(*KINDS.values()))]
    used: list[Text] = []
    for box, after in pairwise([*boxes, None]):
        assert box
        bottom = after.area.top if after else drawing.page.bottom
        here = [text for text in words if box.area.bottom < text.area.middle[1] < bottom]
        here.sort(key=lambda text: text.area.top)
        used += [text for text in here if 0 < text.area.left - box.area.middle[0] < ASIDE]
        behind, ahead = hidden(box, truth)[1], hidden(after, truth)[0] if after else []
        fork = next((y for y in sorted(forks) if box.area.bottom < y < bottom), None)
        if fork is None:
            checks = [(here, behind + ahead)]
        else:
            above = [text for text in here if text.area.middle[1] < fork]
            checks = [(above, behind), ([text for text in here if text not in above], ahead)]
        for texts, wanted in checks:
            if ", ".join(text.words for text in texts) != ", ".join(wanted):
                yield f"R7 {wanted} follow {box.layers[-1:]}, the figure has {[text.words for text in texts]}"
    yield from (f"R7 {text.words!r} stands beside no arrow" for text in words if text not in used)


def hidden(box: Shape, truth: Truth) -> tuple[list[str], list[str]]:
    """What a box stands for besides the layer that it names: what is before it, and what behind."""
    names = [unsaid(truth.nodes[path].op) for path in box.layers]
    at = next((index for index, name in enumerate(names) if not name), 0)
    return names[:at], names[at + 1 :]


RULES = (given, wired, told, summed, branches, low, quiet)
"""What holds of a block's inside besides what holds of every chain."""
