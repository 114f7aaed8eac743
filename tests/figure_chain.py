"""What is wrong with a figure of boxes on a spine, compared with the graph that it shows."""

import re
from bisect import bisect
from collections.abc import Iterator
from itertools import pairwise

import figure_page
from figure_svg import Area, Drawing, Shape, Stroke, Text
from figure_truth import Truth, side, unsaid

from archspec.graph import Node

NEAR = 12.0
"""How far a count may be from its bracket."""
TOUCH = 1.0
ASIDE = 100.0
"""How far a size may be from its box."""


def labels(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R12, R13: a line of words for each layer that is not left to the note, and none but those."""
    told = {path for line in drawing.strokes for path in line.layers}
    for box in drawing.boxes:
        nodes = [truth.nodes[path] for path in box.layers if path in truth.nodes]
        if "joint" in box.kinds:
            yield from sign(drawing, box, [node.op.kind for node in nodes])
            told |= {node.path for node in nodes if unsaid(node.op)}
            continue
        lines, called = (
            sorted(
                (text for text in drawing.words(kind) if box.area.has(text.area.middle)), key=lambda text: text.area.top
            )
            for kind in ("label", "name")
        )
        if called and not lines:
            yield from module(called[0], box, truth)
            continue
        yield from (fault for name in called for fault in head(name, truth, box))
        left, faults = lettered(nodes, lines, truth)
        told |= left
        yield from faults
    yield from noted({unsaid(truth.nodes[path].op) for path in told & truth.nodes.keys()} - {"", "identity"}, drawing)


def lettered(nodes: list[Node], lines: list[Text], truth: Truth) -> tuple[set[str], list[str]]:
    """The layers of a box that its words leave out, and what is wrong with the words."""
    loud = [node for node in nodes if not unsaid(node.op)]
    named = [node for node in nodes if node in loud or (len(lines) > len(loud) and names(lines, unsaid(node.op)))]
    left = {node.path for node in nodes if node not in named}
    if len(named) != len(lines):
        return left, [f"R13 a box says {[line.words for line in lines]} of {[node.path for node in named]}"]
    faults: list[str] = []
    for line, node in zip(lines, named, strict=True):
        label = truth.label(node) or unsaid(node.op)
        summed = node.op.kind == "concat" and line.words == f"concat, {sum(shape[0] for shape in truth.takes(node))}"
        if label and line.words != label and not summed:
            faults.append(f"R13 {node.path} is {label!r}, the figure says {line.words!r}")
        elif not label and re.search("_", line.words):
            faults.append(f"R13 {line.words!r} is no paper's name for {node.path}")
    return left, faults


def noted(words: set[str], drawing: Drawing) -> Iterator[str]:
    """R7: what no words in a box name is named in a note."""
    notes = " ".join(text.words for kind in ("note", "legend", "shortcut", "quiet") for text in drawing.words(kind))
    for word in sorted(words):
        if word.lower() not in notes.lower():
            yield f"R7 {word} is neither drawn nor named in a note"


def inside(texts: list[Text], area: Area) -> list[Text]:
    """The words in a box, from the top down."""
    return sorted((text for text in texts if area.has(text.area.middle)), key=lambda text: text.area.top)


def names(lines: list[Text], word: str) -> bool:
    return any(line.words.startswith(word) for line in lines)


def sign(drawing: Drawing, joint: Shape, kinds: list[str]) -> Iterator[str]:
    """R12: a circle with an upright cross adds, one with a slanted cross multiplies, and nothing else is a circle."""
    strokes = [stroke for stroke in drawing.strokes if joint.area.holds(stroke.area)]
    slants = sorted(min(across(stroke.area), down(stroke.area)) < 0.01 for stroke in strokes)
    meant = {(True, True): "add", (False, False): "mul"}.get(tuple(slants))
    if meant not in kinds:
        yield f"R12 the sign at {joint.layers[0]} is not that of {kinds[0]}"


def across(area: Area) -> float:
    return area.right - area.left


def down(area: Area) -> float:
    return area.bottom - area.top


def head(line: Text, truth: Truth, box: Shape) -> Iterator[str]:
    """A name above the labels in a box is that of a head that ends there, with its weight, or of an output."""
    said = {f"{head.name}, weight {head.weight:g}" for head in truth.graph.heads if head.value in box.layers}
    said |= {f"output {path}" for path in truth.graph.outputs[1:] if path in box.layers}
    if line.words not in said:
        yield f"R13 the name {line.words!r} stands over {box.layers[0]}"


def module(line: Text, box: Shape, truth: Truth) -> Iterator[str]:
    """R21: a whole module in one box is called as the innermost block that it is the inside of, with its channels."""
    loud = [path for path in box.layers if not unsaid(truth.nodes[path].op)]
    join = truth.nodes[loud[-1]]
    called, _, channels = line.words.rpartition(", ")
    scopes = zip(*(path.split(".")[:-1] for path in loud), strict=False)
    shared = [names[0] for names in scopes if len(set(names)) == 1]
    names = {f"{len(join.inputs)} branches", *shared[-1:]}
    if bare(called) not in map(bare, names):
        yield f"R13 a box with {len(box.layers)} layers of {'.'.join(shared)} says {line.words!r}"
    if channels != str(join.shape[0]):
        yield f"R21 {join.path} gives {join.shape[0]} channels, the figure says {line.words!r}"


def bare(name: str) -> str:
    """A name without what is written between its parts."""
    return re.sub(r"[\W_]", "", name).lower()


def folds(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R9: a count beside each bracket, and what the brackets say is how often things are there."""
    counted: list[tuple[Stroke, int]] = []
    counts = drawing.words("count")
    for bracket in drawing.lines("bracket"):
        beside = [text for text in counts if text.area.meets(bracket.area.grown(NEAR))]
        near = sorted(beside, key=lambda text: figure_page.off(text.area.middle, bracket))[:1]
        for text in near:
            if re.fullmatch(r"×[1-9]\d*", text.words) is None:
                yield f"R9 {text.words!r} is no count"
            else:
                counted.append((bracket, int(text.words[1:])))
        if not near:
            yield "R9 a bracket has no count"
    if len(counts) != len(drawing.lines("bracket")):
        yield f"R9 there are {len(drawing.lines('bracket'))} brackets and {len(counts)} counts"
    columns = axes(spine(drawing, truth))
    for box in drawing.shown:
        times = 1
        for bracket, each in counted:
            times *= each if spans(bracket.area, box.area, columns) else 1
        if times != box.repeat:
            yield f"R9 {box.layers[0]} is there {box.repeat} times, its brackets say {times}"


def spans(bracket: Area, box: Area, columns: list[float]) -> bool:
    """Whether a bracket, which stands beside a column or below a row, takes in a box."""
    if down(bracket) < across(bracket):
        return bracket.left - TOUCH < box.left and box.right < bracket.right + TOUCH
    same = bisect(columns, bracket.left) == bisect(columns, box.middle[0])
    return same and bracket.top - TOUCH < box.top and box.bottom < bracket.bottom + TOUCH


KINDS: dict[str, set[str]] = {
    "solid": {"identity"},
    "dashed": {"projection", "padding"},
    "skip": {"skip", "crop"},
    "columns": set(),
}
"""The classes of lines that may go around a sum."""


def shortcuts(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R10, R11: a line around each sum, dashed where it is a projection, from before the body to the sum."""
    dashes = {kind: kind in KINDS["dashed"] for kinds in KINDS.values() for kind in kinds}
    for line in drawing.lines(*dashes):
        if line.dashed != any(dashes.get(kind) for kind in line.kinds):
            yield f"R10 {'/'.join(line.kinds)} is {'dashed' if line.dashed else 'solid'}"
    around = [line for line in figure_page.edges(drawing) if line.kinds & dashes.keys()]
    ends: set[int] = set()
    for box in drawing.boxes:
        for path in set(box.layers) & truth.sums.keys() if "joint" in box.kinds else ():
            here = [line for line in around if figure_page.off(line.points[-1], figure_page.outline(box)) < 5]
            ends |= {id(line) for line in here}
            wanted = KINDS[truth.sums[path]]
            if len(here) != bool(wanted) or not all(line.kinds & wanted for line in here):
                drawn = [sorted(line.kinds) for line in here]
                yield f"R10 the way around {path} is {truth.sums[path]}, the figure has {drawn}"
    loose = [line for line in around if id(line) not in ends and not line.kinds & KINDS["skip"]]
    if loose:
        yield f"R10 {len(loose)} shortcuts end at no sum"
    for line in around:
        yield from beside(drawing, truth, line)
        for other in around:
            if line is not other and distance(line.points[0], other.points[-1]) < 3:
                yield f"R11 a shortcut starts where another ends, at {line.points[0]}"


def beside(drawing: Drawing, truth: Truth, line: Stroke) -> Iterator[str]:
    """R10, R12: the layers on a shortcut are written beside it, and what is only cut is copied and cropped."""
    cut = all(unsaid(truth.nodes[path].op) for path in line.layers)
    cut = cut and any(truth.nodes[path].op.kind in ("crop", "croplike") for path in line.layers)
    if line.kinds & {"skip", "crop"} and cut != ("crop" in line.kinds):
        yield f"R12 the {'/'.join(line.kinds)} with {line.layers} is {'cut' if cut else 'not cut'}"
    labels = [
        truth.label(truth.nodes[path]) for path in line.layers if path in truth.nodes and "padding" not in line.kinds
    ]
    near = [text for text in drawing.words("shortcut") if text.area.meets(line.area.grown(6))]
    for label in filter(None, labels):
        if not any(label in text.words for text in near):
            yield f"R10 {label!r} is not written beside its shortcut"


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)


def sizes(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R14: the size of a map where it changes, left of the box that changes it, and nowhere else."""
    printed = drawing.words("size")
    here = side(truth.graph.input.shape)
    shape = truth.graph.input.shape
    whole = f"image, {here}×{shape[0]}" if len(shape) == 3 else f"input, {shape[0]}"
    if not any(text.words == whole for text in drawing.words("label")):
        yield f"R14 {whole!r} is nowhere"
    for box in spine(drawing, truth):
        given = side(truth.graph.shapes[box.layers[-1]])
        if given != here:
            near = Area(box.area.left - ASIDE, box.area.top - TOUCH, box.area.left, box.area.bottom + TOUCH)
            found = next((text for text in printed if text.words == given and near.has(text.area.middle)), None)
            if found:
                printed.remove(found)
            else:
                yield f"R14 {given} is not beside {box.layers[0]}"
        here = given
    for text in printed:
        yield f"R14 {text.words!r} stands where no size changes"


def spine(drawing: Drawing, truth: Truth) -> list[Shape]:
    """The boxes of the columns in which the layers are that no path goes around, from the first to the last."""
    straight = {box.area.middle[0] for box in drawing.boxes if truth.passed.issuperset(box.layers[-1:])}
    here = [box for box in drawing.boxes if any(abs(box.area.middle[0] - x) < 0.1 for x in straight)]
    ways = axes(here)
    return sorted(here, key=lambda box: (bisect(ways, box.area.middle[0]), box.area.top))


def axes(boxes: list[Shape]) -> list[float]:
    """The middles of columns of boxes, from the left."""
    middles = sorted(box.area.middle[0] for box in boxes)
    return [x - 0.2 for at, x in enumerate(middles) if at == 0 or x - middles[at - 1] > 1]


def straight(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R18: what no path goes around stands in one line, or in columns from left to right."""
    boxes = [box for box in drawing.boxes if box.layers[-1] in truth.passed]
    for one, other in pairwise(sorted(boxes, key=lambda box: truth.order[box.layers[-1]])):
        (x, y), (u, v) = one.area.middle, other.area.middle
        if not (abs(x - u) <= 0.1 and y < v) and not u > x + 20:
            yield f"R18 {other.layers[0]} is not right below {one.layers[0]}"
