"""A figure's SVG taken apart: what is drawn where, as a reader sees it. Knows only what our figures use."""

import math
import re
from typing import NamedTuple
from xml.etree import ElementTree

from archspec.figures.metrics import width

Point = tuple[float, float]
ASCENT, DESCENT = 0.72, 0.21
"""How far Helvetica's capitals and tails reach from the baseline, in parts of the font's size."""
BOLD = 1.08
"""How much wider Helvetica's bold letters are, at most, in words."""
CURVE = 24
"""Pieces that a curve is sampled in."""
ALLOWED = {"svg", "title", "desc", "g", "rect", "circle", "polygon", "path", "text"}


class Area(NamedTuple):
    """A rectangle on the page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> Point:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def grown(self, by: float) -> "Area":
        return Area(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def has(self, point: Point) -> bool:
        return self.left < point[0] < self.right and self.top < point[1] < self.bottom

    def holds(self, other: "Area") -> bool:
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def meets(self, other: "Area") -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        return across > 0 and min(self.bottom, other.bottom) - max(self.top, other.top) > 0


class Shape(NamedTuple):
    """A rectangle, a circle or a polygon."""

    kinds: frozenset[str]
    area: Area
    corners: tuple[Point, ...]
    fill: str
    layers: tuple[str, ...]
    repeat: int


class Text(NamedTuple):
    """One line of words, with the room that it takes."""

    kinds: frozenset[str]
    words: str
    size: float
    area: Area
    fill: str
    bold: bool = False


class Stroke(NamedTuple):
    """A line, curves as many short pieces. A path of several parts is several strokes."""

    kinds: frozenset[str]
    points: tuple[Point, ...]
    color: str
    dashes: str
    """The lengths of dashes and gaps; nothing where it is solid."""
    filled: bool
    layers: tuple[str, ...] = ()
    repeat: int = 1

    @property
    def dashed(self) -> bool:
        return bool(self.dashes)

    @property
    def area(self) -> Area:
        return around(self.points)


class Drawing(NamedTuple):
    """All that is on the page, and what cannot be understood."""

    root: ElementTree.Element
    page: Area
    shapes: tuple[Shape, ...]
    texts: tuple[Text, ...]
    strokes: tuple[Stroke, ...]
    faults: tuple[str, ...]
    theme: str = "color"
    """The name of the colours that it is to have."""

    def words(self, kind: str) -> list[Text]:
        return [text for text in self.texts if kind in text.kinds]

    def lines(self, *kinds: str) -> list[Stroke]:
        return [stroke for stroke in self.strokes if stroke.kinds & set(kinds)]

    @property
    def boxes(self) -> list[Shape]:
        """Shapes that stand for layers."""
        return [shape for shape in self.shapes if shape.layers]

    @property
    def shown(self) -> list[Shape | Stroke]:
        """All that stands for layers."""
        return [item for item in (*self.shapes, *self.strokes) if item.layers]


def smaller(drawing: Drawing, by: float) -> Drawing:
    """The drawing as it is on a page, where it was enlarged for a slide."""

    def area(each: Area) -> Area:
        return Area(*(side / by for side in each))

    def points(each: tuple[Point, ...]) -> tuple[Point, ...]:
        return tuple((x / by, y / by) for x, y in each)

    return drawing._replace(
        page=area(drawing.page),
        shapes=tuple(each._replace(area=area(each.area), corners=points(each.corners)) for each in drawing.shapes),
        texts=tuple(each._replace(area=area(each.area), size=each.size / by) for each in drawing.texts),
        strokes=tuple(each._replace(points=points(each.points)) for each in drawing.strokes),
    )


def around(points: tuple[Point, ...]) -> Area:
    return Area(*map(min, zip(*points, strict=True)), *map(max, zip(*points, strict=True)))


def read(svg: str) -> Drawing:
    """The drawing that a file holds."""
    root = ElementTree.fromstring(svg.encode())
    shapes: list[Shape] = []
    texts: list[Text] = []
    strokes: list[Stroke] = []
    faults: list[str] = []
    for element in root.iter():
        tag = element.tag.rpartition("}")[2]
        try:
            match tag:
                case "rect" | "circle" | "polygon":
                    shapes.append(shape(element, tag))
                case "text":
                    texts.append(text(element))
                case "path" if "face" in kinds(element):
                    shapes.append(shape(element, tag))
                case "path":
                    strokes += lines(element)
            if tag not in ALLOWED:
                faults.append(f"R25 <{tag}> is not for figures")
            elif tag != "text" and "transform" in element.attrib:
                faults.append(f"R25 <{tag}> is moved by a transform")
        except (KeyError, ValueError) as error:
            faults.append(f"R25 <{tag}> cannot be understood: {error}")
    x, y, wide, high = map(float, root.attrib["viewBox"].split())
    return Drawing(root, Area(x, y, x + wide, y + high), tuple(shapes), tuple(texts), tuple(strokes), tuple(faults))


def kinds(element: ElementTree.Element) -> frozenset[str]:
    return frozenset(element.get("class", "").split())


def numbers(element: ElementTree.Element, *names: str) -> list[float]:
    return [float(element.attrib[name]) for name in names]


def shape(element: ElementTree.Element, tag: str) -> Shape:
    if tag == "rect":
        x, y, wide, high = numbers(element, "x", "y", "width", "height")
        corners = ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))
    elif tag == "circle":
        x, y, r = numbers(element, "cx", "cy", "r")
        angles = [math.tau * step / 32 for step in range(32)]
        corners = tuple((x + r * math.cos(angle), y + r * math.sin(angle)) for angle in angles)
    elif tag == "path":
        ((*corners, _),) = (stroke.points for stroke in lines(element))
    else:
        values = [float(value) for value in re.split(r"[ ,]+", element.attrib["points"].strip())]
        corners = tuple(zip(values[::2], values[1::2], strict=True))
    return Shape(kinds(element), around(corners), tuple(corners), element.get("fill", ""), *shown(element))


def shown(element: ElementTree.Element) -> tuple[tuple[str, ...], int]:
    """The layers that a thing stands for, and how often the network has them."""
    return tuple(element.get("data-ir", "").split()), int(element.get("data-repeat", "1"))


def text(element: ElementTree.Element) -> Text:
    if len(element):
        raise ValueError("parts in a line of words")
    x, y, size = numbers(element, "x", "y", "font-size")
    words = element.text or ""
    bold = element.get("font-weight") == "bold"
    wide = width(words, size) * (BOLD if bold else 1)
    left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[element.get("text-anchor", "start")] * wide
    area = Area(left, y - ASCENT * size, left + wide, y + DESCENT * size)
    return Text(kinds(element), words, size, turned(area, element.get("transform", "")), element.get("fill", ""), bold)


def turned(area: Area, transform: str) -> Area:
    """The room that words take once they are turned about a point."""
    if not transform:
        return area
    found = re.fullmatch(r"rotate\(([-\d.]+)[ ,]([-\d.]+)[ ,]([-\d.]+)\)", transform)
    if found is None:
        raise ValueError(f"transform {transform}")
    degrees, x, y = map(float, found.groups())
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    corners = [(u - x, v - y) for u in (area.left, area.right) for v in (area.top, area.bottom)]
    return around(tuple((x + u * cosine - v * sine, y + u * sine + v * cosine) for u, v in corners))


def lines(element: ElementTree.Element) -> list[Stroke]:
    """The strokes of a path."""
    parts: list[list[Point]] = []
    for command, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", element.attrib["d"]):
        values = [float(value) for value in re.findall(r"-?\d*\.?\d+(?:e-?\d+)?", rest)]
        if command == "M":
            parts.append([])
        elif not parts:
            raise ValueError("a path that does not begin with M")
        parts[-1] += drawn(command, values, parts[-1])
    dashes = element.get("stroke-dasharray", "").replace("none", "")
    filled = element.get("fill") not in (None, "none")
    color = element.attrib["fill"] if filled else element.attrib["stroke"]
    return [Stroke(kinds(element), tuple(part), color, dashes, filled, *shown(element)) for part in parts]


def drawn(command: str, values: list[float], before: list[Point]) -> list[Point]:
    """The points that one command of a path adds."""
    match command:
        case "M" | "L":
            return list(zip(values[::2], values[1::2], strict=True))
        case "H":
            return [(value, before[-1][1]) for value in values]
        case "V":
            return [(before[-1][0], value) for value in values]
        case "C" if len(values) == 6:
            return [bend(before[-1], values, step / CURVE) for step in range(1, CURVE + 1)]
        case "Z":
            return [before[0]]
    raise ValueError(f"path command {command}")


def bend(start: Point, values: list[float], at: float) -> Point:
    """A point of a cubic curve."""
    shares = ((1 - at) ** 3, 3 * at * (1 - at) ** 2, 3 * at**2 * (1 - at), at**3)
    return (
        sum(share * value for share, value in zip(shares, (start[0], *values[::2]), strict=True)),
        sum(share * value for share, value in zip(shares, (start[1], *values[1::2]), strict=True)),
    )
