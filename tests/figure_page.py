"""What is wrong with a figure as a page: sizes, words, lines and boxes that get in each other's way."""

import math
import re
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise
from xml.etree.ElementTree import Element

import figure_colors
from figure_svg import Area, Drawing, Point, Shape, Stroke, Text

from archspec.figures.metrics import FAMILY
from archspec.figures.palette import FILLS, MONO, THEMES

PAGES = {"column": (252.0, 648.0), "text": (516.0, 648.0), "slide": (960.0, 540.0)}
THIN = 0.7
"""The width of the lines of a figure that is not enlarged."""
SMALLEST = 6.0
WHITE = "background:#FFFFFF"
"""The one style that a figure may have: on a dark page it stays on white."""
MARGIN = 1.0
HOUSEKEEPING = ("head", "sign", "key", "bracket", "frame")
STEP = 0.5
"""How densely lines are looked at, in points."""


def edges(drawing: Drawing) -> list[Stroke]:
    """Lines that carry values: all that are named, but for heads, brackets, frames and the legend's."""
    keys = {id(key) for key, _ in keyed(drawing) if isinstance(key, Stroke)}
    return [
        stroke
        for stroke in drawing.strokes
        if stroke.kinds and not stroke.kinds & set(HOUSEKEEPING) and not stroke.filled and id(stroke) not in keys
    ]


def keyed(drawing: Drawing) -> list[tuple[Stroke | Shape, Text]]:
    """The samples in a legend, each with its words: what ends just before them, on their line."""
    lines = (stroke for stroke in drawing.strokes if "head" not in stroke.kinds)
    items: list[Stroke | Shape] = [*lines, *drawing.shapes]
    return [(item, text) for text in drawing.words("legend") for item in items if before(item.area, text.area)]


def before(sample: Area, words: Area) -> bool:
    """Whether something stands right before words, on their line."""
    level = words.top - 1 < sample.middle[1] < words.bottom + 1
    return level and 0 < words.left - sample.right < 8


def page(drawing: Drawing, width: str) -> Iterator[str]:
    """R1 to R4, R25: the file itself."""
    root, area = drawing.root, drawing.page
    yield from drawing.faults
    yield from (f"R2 {text.words!r} is {text.size} pt" for text in drawing.texts if text.size < SMALLEST)
    if [root.get("width"), root.get("height")] != [f"{side:g}pt" for side in (area.right, area.bottom)]:
        yield f"R1 the page is {root.get('width')} x {root.get('height')}, its viewBox {area}"
    if area.right > PAGES[width][0] or area.bottom > PAGES[width][1]:
        yield f"R1 {area.right} x {area.bottom} pt is too large for a {width}"
    if root.get("font-family") != FAMILY:
        yield f"R4 the font is {root.get('font-family')}"
    yield from (fault for element in root.iter() for fault in inline(element, element is root))
    for name in ("title", "desc"):
        if not root.findtext(f"{{*}}{name}"):
            yield f"R25 there is no <{name}>"


def inline(element: Element, root: bool) -> Iterator[str]:
    """R25, R27: a thing says itself how it looks, and its lines are wide enough."""
    tag = element.tag.rpartition("}")[2]
    if {"onclick", "href", "opacity"} & set(element.attrib):
        yield f"R25 <{tag}> has {sorted(element.attrib)}"
    if "style" in element.attrib and not (root and element.get("style") == WHITE):
        yield f"R25 <{tag}> has a style: {element.get('style')}"
    if tag in ("rect", "circle", "polygon", "path", "text") and not {"fill", "stroke"} & set(element.attrib):
        yield f"R25 <{tag}> says no colour of its own"
    if "stroke" in element.attrib and float(element.get("stroke-width", "0")) < 0.5:
        yield f"R27 a line of <{tag}> is {element.get('stroke-width')} pt wide"


def tight(drawing: Drawing) -> Iterator[str]:
    """R5, R27: everything on the page, and no more page than that."""
    inked = extent(item.area for item in (*drawing.texts, *drawing.shapes, *drawing.strokes))
    for slack in (inked.left, inked.top, drawing.page.right - inked.right, drawing.page.bottom - inked.bottom):
        if slack > 3:
            yield f"R27 there is {slack:.1f} pt of empty page at a side"
        if slack < -0.01:
            yield f"R5 {-slack:.1f} pt of the figure are off the page"


def extent(areas: Iterable[Area]) -> Area:
    """The rectangle around areas."""
    lefts, tops, rights, bottoms = zip(*areas, strict=True)
    return Area(min(lefts), min(tops), max(rights), max(bottoms))


def words(drawing: Drawing) -> Iterator[str]:
    """R5: words that are in the way of others, or over boxes that they are not of."""
    for text in drawing.texts:
        if not text.words.strip():
            yield "R3 a line of words is empty"
        own = owner(text, drawing)
        if own and not own.area.holds(text.area.grown(MARGIN - 1e-6)):
            yield f"R5 {text.words!r} does not fit its box"
        for shape in drawing.shapes:
            if shape is not own and shape.area.meets(text.area) and not (own and shape.area.holds(own.area)):
                yield f"R5 {text.words!r} lies over a box"
    for one, other in combinations(drawing.texts, 2):
        if one.area.grown(-0.1).meets(other.area):
            yield f"R5 {one.words!r} lies over {other.words!r}"


def room(area: Area) -> float:
    """How large an area is."""
    return (area.right - area.left) * (area.bottom - area.top)


def owner(text: Text, drawing: Drawing) -> Shape | None:
    """The smallest shape that words stand in."""
    around = (shape for shape in drawing.shapes if shape.area.has(text.area.middle))
    return min(around, key=lambda shape: room(shape.area), default=None)


def lines(drawing: Drawing, crossings: int = 0) -> Iterator[str]:
    """R6: lines through boxes or words, or across each other, and boxes that lie over boxes."""
    for stroke in drawing.strokes:
        inside = [shape for shape in drawing.shapes if shape.area.holds(stroke.area) and "joint" in shape.kinds]
        if inside or stroke.filled:
            continue
        points = list(along(stroke))
        name = "/".join(sorted(stroke.kinds)) or "line"
        for shape in drawing.shapes:
            if "frame" not in shape.kinds and any(within(shape, point) for point in points):
                yield f"R6 a {name} goes through {shape.layers[:1] or 'a box'}"
        for text in drawing.texts:
            if any(text.area.grown(-0.1).has(point) for point in points):
                yield f"R6 a {name} goes through {text.words!r}"
    drawn = edges(drawing)
    crossed = sum(crossing(one, other) for one, other in combinations(drawn, 2))
    if crossed > crossings:
        yield f"R6 lines cross {crossed} times"
    for one, other in combinations((shape for shape in drawing.shapes if shape.kinds & {"box", "joint"}), 2):
        if one.area.grown(-0.1).meets(other.area):
            yield f"R6 {one.layers[:1]} lies over {other.layers[:1]}"


def along(stroke: Stroke) -> Iterator[Point]:
    """Points of a line, half a point apart or less."""
    yield stroke.points[-1]
    for (x, y), (u, v) in pairwise(stroke.points):
        pieces = int(max(abs(u - x), abs(v - y)) / STEP) + 1
        yield from ((x + (u - x) * at / pieces, y + (v - y) * at / pieces) for at in range(pieces))


def within(shape: Shape, point: Point) -> bool:
    """Whether a point lies inside, at least a quarter of a point from the border."""
    if not shape.area.grown(-0.25).has(point):
        return False
    inside = False
    for (x, y), (u, v) in pairwise((*shape.corners, shape.corners[0])):
        if (y > point[1]) != (v > point[1]) and point[0] < x + (point[1] - y) / (v - y) * (u - x):
            inside = not inside
    return inside and all(apart(point, a, b) > 0.25 for a, b in pairwise((*shape.corners, shape.corners[0])))


def tip(line: Stroke, drawing: Drawing) -> Point:
    """Where a line ends, or the head that goes on from there."""
    at = line.points[-1]
    return next((head.points[0] for head in drawing.lines("head") if head.area.grown(0.2).has(at)), at)


def outline(shape: Shape) -> Stroke:
    """The border of a shape, as a line."""
    return Stroke(frozenset(), (*shape.corners, shape.corners[0]), "", "", False)


def apart(point: Point, start: Point, end: Point) -> float:
    """The distance of a point from a straight piece of line."""
    (x, y), (u, v) = start, end
    long = (u - x) ** 2 + (v - y) ** 2
    at = 0.0 if long == 0 else min(max(((point[0] - x) * (u - x) + (point[1] - y) * (v - y)) / long, 0), 1)
    return float(((x + at * (u - x) - point[0]) ** 2 + (y + at * (v - y) - point[1]) ** 2) ** 0.5)


def off(point: Point, stroke: Stroke) -> float:
    """The distance of a point from a line."""
    return min(apart(point, start, end) for start, end in pairwise(stroke.points))


def crossing(one: Stroke, other: Stroke) -> int:
    """How often a line goes from one side of another to its other side."""
    found: list[Point] = []
    if not one.area.grown(0.1).meets(other.area.grown(0.1)):
        return 0
    for a, b in pairwise(one.points):
        for c, d in pairwise(other.points):
            at = meeting(a, b, c, d)
            if at and all(abs(at[0] - x) + abs(at[1] - y) > 0.4 for x, y in found) and through(at, one, other):
                found.append(at)
    return len(found)


def through(at: Point, one: Stroke, other: Stroke) -> bool:
    """Whether lines that meet at a point leave it by turns, and so cross there: not where one ends or they part."""
    ways = [(angle, line) for line in (one, other) for angle in leaving(at, line)]
    if len(ways) != 4 or any(abs(math.remainder(a - b, math.tau)) < 0.05 for (a, _), (b, _) in combinations(ways, 2)):
        return False
    first, second, third, _ = (line for _, line in sorted(ways, key=lambda way: way[0]))
    return first is third and first is not second


def leaving(at: Point, line: Stroke) -> list[float]:
    """The angles at which a line leaves a point on it; one of its ends has one."""
    ends = [end for pair in pairwise(line.points) if apart(at, *pair) < 0.3 for end in pair]
    far = [(x - at[0], y - at[1]) for x, y in ends if abs(x - at[0]) + abs(y - at[1]) > 0.4]
    return [math.atan2(y, x) for x, y in far]


def meeting(a: Point, b: Point, c: Point, d: Point) -> Point | None:
    """Where two straight pieces meet; None where they are parallel or do not."""
    across = (b[0] - a[0]) * (d[1] - c[1]) - (b[1] - a[1]) * (d[0] - c[0])
    if abs(across) < 1e-9:
        return None
    first = ((c[0] - a[0]) * (d[1] - c[1]) - (c[1] - a[1]) * (d[0] - c[0])) / across
    second = ((c[0] - a[0]) * (b[1] - a[1]) - (c[1] - a[1]) * (b[0] - a[0])) / across
    if not (0 <= first <= 1 and 0 <= second <= 1):
        return None
    return a[0] + first * (b[0] - a[0]), a[1] + first * (b[1] - a[1])


def heads(drawing: Drawing) -> Iterator[str]:
    """R27, R6: heads long enough, and at something."""
    for head in drawing.lines("head"):
        front, *barbs = head.points[:3]
        base = ((barbs[0][0] + barbs[1][0]) / 2, (barbs[0][1] + barbs[1][1]) / 2)
        if ((front[0] - base[0]) ** 2 + (front[1] - base[1]) ** 2) ** 0.5 < 3.5:
            yield f"R27 the head at {front} is too short"


def thinnest(drawing: Drawing) -> float:
    """The width of the thinnest line."""
    return min(float(each.get("stroke-width", "0")) for each in drawing.root.iter() if "stroke" in each.attrib)


def fills(drawing: Drawing) -> dict[str, str]:
    """The fills that a figure of its theme may have, by name."""
    return {"color": FILLS, "mono": MONO}[drawing.theme]


def colors(drawing: Drawing) -> Iterator[str]:
    """R16: colours from the frozen table, each told from the others, and words on them easy to read."""
    table, mono = fills(drawing), drawing.theme == "mono"
    legend = {item.fill for item, _ in keyed(drawing) if isinstance(item, Shape)}
    used = sorted({shape.fill for shape in drawing.shapes})
    inks = {*THEMES[drawing.theme].values(), "none"}
    for fill in used:
        if fill not in table.values():
            yield f"R16 {fill} is not in the palette"
    for ink in sorted({each.get("stroke", "none") for each in drawing.root.iter()} - inks):
        yield f"R16 lines of {ink} are not in the palette"
    for text in drawing.texts:
        ground = owner(text, drawing)
        contrast = figure_colors.contrast(text.fill, ground.fill if ground else "#FFFFFF")
        if contrast < 7:
            yield f"R16 {text.words!r} has a contrast of {contrast:.1f}"
    plain = set() if table["plain"] in legend else {table["plain"]}  # white means something only if a legend says so
    known = [fill for fill in used if re.fullmatch("#[0-9A-F]{6}", fill) and fill not in plain]
    yield from figure_colors.faults(known, mono=mono)
    yield from figure_colors.alike(samples(drawing))


def samples(drawing: Drawing) -> list[tuple[str, str, str]]:
    """The lines in a legend: their words, their colours, and what else tells them apart."""
    found = []
    for item, text in keyed(drawing):
        if isinstance(item, Stroke):
            (_, y), (_, v) = item.points[0], item.points[-1]
            way = "level" if abs(y - v) < 0.1 else "down" if v > y else "up"
            found.append((text.words, item.color, f"{way} {item.dashes}"))
    return found
