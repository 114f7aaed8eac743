"""Whether a figure's lines join what the graph joins: followed from box to box, through forks."""

from collections.abc import Iterator

from figure_page import edges, off, outline, tip
from figure_svg import Drawing, Point, Shape, Stroke
from figure_truth import Truth

TOUCH = 1.2


def wiring(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R6, R7: each line leads from a box to one that takes its value, and each value that is taken has a line."""
    boxes = [shape for shape in drawing.shapes if shape.kinds & {"box", "joint"}]
    lines = edges(drawing)
    group = groups(boxes)
    things = [*boxes, *(line for line in lines if line.layers)]
    group += range(len(boxes), len(things))
    holder = {path: group[at] for at, thing in enumerate(things) for path in thing.layers}
    holder[truth.graph.input.name] = next((at for at, box in enumerate(boxes) if not box.layers), -1)
    drawn: set[tuple[int, int]] = set()
    for line in lines:
        start, end = source(line, boxes, lines), target(line, boxes, lines, drawing)
        if "switches" in line.kinds:
            start = switched(line, boxes, lines, drawing)
        if start is None or end is None:
            yield f"R6 a {'/'.join(line.kinds)} from {line.points[0]} to {line.points[-1]} has a loose end"
        elif line.layers:
            drawn |= {(group[start], holder[line.layers[0]]), (holder[line.layers[0]], group[end])}
        else:
            drawn.add((group[start], group[end]))
    wanted = {
        (holder[path], holder[node.path])
        for node in truth.nodes.values()
        for path in truth.sources(node)
        if path in holder and node.path in holder and holder[path] != holder[node.path]
    }
    for start, end in sorted(wanted - drawn):
        yield f"R7 no line leads from {name(things[start])} to {name(things[end])}"
    taken = {(truth.prints.get(path, path), node.path) for node in truth.nodes.values() for path in node.inputs}
    for start, end in sorted(drawn - wanted):
        given = [truth.prints[path] for path, at in holder.items() if at == start and path in truth.prints]
        if not any((each, path) in taken for each in given for path, at in holder.items() if at == end):
            yield f"R6 a line leads from {name(things[start])} to {name(things[end])}"


def name(box: Shape | Stroke) -> str:
    return box.layers[0] if box.layers else "the input"


def touched(point: Point, boxes: list[Shape], reach: float) -> int | None:
    """The box at whose border a point lies."""
    found = [(off(point, outline(box)), at) for at, box in enumerate(boxes)]
    near = min(found, default=(reach + 1, 0))
    return near[1] if near[0] <= reach else None


def source(line: Stroke, boxes: list[Shape], lines: list[Stroke]) -> int | None:
    """The box that a line comes from; where it starts on another line, the box that this one comes from."""
    seen: set[int] = set()
    while id(line) not in seen:
        seen.add(id(line))
        at = touched(line.points[0], boxes, TOUCH)
        if at is not None:
            return at
        under = [other for other in lines if id(other) not in seen and off(line.points[0], other) < TOUCH]
        if not under:
            return None
        line = min(under, key=lambda other: off(line.points[0], other))
    return None


def switched(line: Stroke, boxes: list[Shape], lines: list[Stroke], drawing: Drawing) -> int | None:
    """The pooling whose switches a line hands over: the box that the arrow leads to on which it starts."""
    under = [other for other in lines if other is not line and off(line.points[0], other) < TOUCH]
    return target(under[0], boxes, lines, drawing) if under else None


def target(line: Stroke, boxes: list[Shape], lines: list[Stroke], drawing: Drawing) -> int | None:
    """The box that a line leads to; where it ends on another line, the box that this one leads to."""
    seen: set[int] = set()
    while id(line) not in seen:
        seen.add(id(line))
        end = tip(line, drawing)
        at = touched(end, boxes, TOUCH)
        if at is not None:
            return at
        under = [other for other in lines if id(other) not in seen and off(end, other) < TOUCH]
        if not under:
            return None
        line = min(under, key=lambda other: off(end, other))
    return None


def groups(boxes: list[Shape]) -> list[int]:
    """For each box the first of those that it stands right beside: together they are one value."""
    first = list(range(len(boxes)))
    for at, box in enumerate(boxes):
        for before, other in enumerate(boxes[:at]):
            gap = max(box.area.left, other.area.left) - min(box.area.right, other.area.right)
            if abs(gap) < 0.1 and abs(box.area.middle[1] - other.area.middle[1]) < 1:
                first = [first[before] if each == first[at] else each for each in first]
    return first
