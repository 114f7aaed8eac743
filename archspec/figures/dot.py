"""A scene in Graphviz's language, every box and line at its place: `dot -Knop2` or `neato -n2` draws it as it is.

Boxes and joints are nodes, those of one line with it as their label; other words are nodes of their own. Lines are
edges between them, so that the figure can still be edited; the sides of slabs are the graph's background.
"""

from collections.abc import Sequence
from typing import NamedTuple

import graphviz

from archspec.figures.metrics import FAMILY, width
from archspec.figures.palette import THEMES
from archspec.figures.rows import NEAR, Rows, nearest
from archspec.figures.scene import Box, Face, Joint, Line, Point, Scene, Words
from archspec.figures.strokes import DASHES, HEAD, THIN, before, curve, dashes, number, sign

LEAD = 1.2
"""From one line of a label to the next, as a part of its size, as Graphviz sets it."""
TIP = HEAD * 0.55
"""Length of an arrow's head without its outline, which Graphviz adds."""
LEAST = 0.36
"""Half the size of the smallest node; those in the corners of the page make it as large as it is."""
LOOSE = 0.5
"""How far from where Graphviz would set it the label of a box may stand, in points."""


class Setting(NamedTuple):
    """How a Graphviz sets words; it depends on its version and on the fonts that it finds."""

    spread: float = 1.0
    """How much wider than planned they are."""
    base: float = 0.36
    """From the middle of a line down to its baseline, as a part of the words' size."""


PLANNED = Setting()
Attributes = dict[str, str]
UNSEEN = {"shape": "point", "style": "invis"}


def write(scene: Scene, setting: Setting = PLANNED) -> str:
    """The figure as a file's text; where words are set wider than planned, all are made smaller by that."""
    return Writer(scene, setting).text()


class Writer:
    """Writes one scene; y grows upward here."""

    def __init__(self, scene: Scene, setting: Setting) -> None:
        self.scene = scene
        self.spread = max(setting.spread, 1.0)
        self.base = setting.base / self.spread
        self.colors = THEMES[scene.theme]
        self.nodes: Rows[tuple[str, Box | Joint]] = Rows()
        self.words: Rows[Words] = Rows()
        self.held: set[Words] = set()
        """Words that are labels of their boxes."""
        self.named: set[str] = set()
        self.count = 0
        pen = number(THIN * scene.zoom)
        ink = {"color": self.colors["ink"], "penwidth": pen, "fontname": FAMILY, "fontcolor": self.colors["ink"]}
        node = {"shape": "box", "style": "filled", "fixedsize": "true", "margin": "0", **ink}
        edge = {"color": ink["color"], "penwidth": pen, "arrowsize": number(TIP * scene.zoom / 10)}
        self.dot = graphviz.Digraph(graph_attr=self.whole(), node_attr=node, edge_attr=edge)

    def text(self) -> str:
        """The whole file."""
        right, bottom = self.scene.width - LEAST, self.scene.height - LEAST
        self.place("top left", (LEAST, LEAST), (0, 0), UNSEEN)
        self.place("bottom right", (right, bottom), (0, 0), UNSEEN)
        words = [item for item in self.scene.items if isinstance(item, Words)]
        for each in words:
            self.words.add(each.y, each.y, each)
        for item in self.scene.items:
            if isinstance(item, Box | Joint):
                self.node(item)
        for each in words:
            if each not in self.held:
                self.alone(each)
        for item in self.scene.items:
            if isinstance(item, Line):
                self.edge(item)
        source: str = self.dot.source
        return source

    def whole(self) -> Attributes:
        """What holds for the whole figure: its size, and the slabs, which no node can be."""
        corner = f"{number(self.scene.width)},{number(self.scene.height)}"
        shapes = " ".join(self.face(item) for item in self.scene.items if isinstance(item, Face))
        pen = f"setlinewidth({number(THIN * self.scene.zoom)})"
        return {
            "layout": "nop2",
            "bb": f"0,0,{corner}",
            "pad": "0",
            "margin": "0",
            "notranslate": "true",
            "outputorder": "nodesfirst",
            "_background": f"S {len(pen)} -{pen} c 7 -{self.colors['ink']} {shapes}".strip(),
        }

    def face(self, face: Face) -> str:
        """The side of a slab, in Graphviz's language for drawings."""
        points = " ".join(f"{number(x)} {number(self.scene.height - y)}" for x, y in face.points)
        return f"C 7 -{self.colors[face.fill]} P {len(face.points)} {points}"

    def node(self, item: Box | Joint) -> None:
        """Add a box or a circle, with what stands in it."""
        self.count += 1
        name = item.layers[0] if item.layers else "image"
        if name in self.named:
            name = f"{name} {self.count}"
        self.named.add(name)
        if isinstance(item, Box):
            return self.box(name, item)
        side = item.radius * 2
        self.nodes.add(item.y - side, item.y + side, (name, item))
        shape = {"shape": "circle", "fillcolor": self.colors["plain"], "label": ""}
        self.place(name, (item.x, item.y), (side, side), shape)
        pos = ";".join(map(self.spline, sign(item)))
        self.dot.edge(name, name, pos=pos, arrowhead="none")

    def box(self, name: str, box: Box) -> None:
        """Add a box, with its words where Graphviz would set them."""
        self.nodes.add(box.y - NEAR, box.bottom + NEAR, (name, box))
        held = [words for words in self.words.between(box.y, box.bottom) if within(words, box)]
        shape = {"fillcolor": self.colors[box.fill], "label": ""}
        if len(held) == 1 and self.central(held[0], box):
            self.held.update(held)
            shape |= {"label": graphviz.nohtml(plain(held[0].text)), "fontsize": number(held[0].size / self.spread)}
        self.place(name, (box.middle, box.y + box.height / 2), (box.width, box.height), shape)

    def central(self, words: Words, box: Box) -> bool:
        """Whether words stand where Graphviz sets a box's label; of several lines each font has its own distance."""
        middle = box.y + box.height / 2 + words.size * self.base
        aside = words.anchor != "middle" or words.bold
        near = max(abs(words.x - box.middle), abs(words.y - middle)) < LOOSE * self.scene.zoom
        return near and not aside

    def alone(self, words: Words) -> None:
        """Add words that stand alone."""
        self.count += 1
        wide = width(words.text, words.size)
        middle = words.x + {"start": wide / 2, "middle": 0, "end": -wide / 2}[words.anchor]
        end = {"start": "\\l", "middle": "", "end": "\\r"}[words.anchor]
        shape = {
            "shape": "plaintext",
            "style": "solid",
            "label": graphviz.nohtml(plain(words.text) + end),
            "fontsize": number(words.size / self.spread),
        }
        if words.bold:
            shape["fontname"] = f"{FAMILY} bold"
        place = (middle, words.y - words.size * self.base)
        self.place(f"{words.kind} {self.count}", place, (wide, words.size * LEAD), shape)

    def place(self, name: str, middle: Point, size: tuple[float, float], more: Attributes) -> None:
        """Add a node."""
        sides = {"width": f"{size[0] / 72:.5f}", "height": f"{size[1] / 72:.5f}"}
        self.dot.node(name, pos=self.at(middle), **sides, **more)

    def edge(self, line: Line) -> None:
        """Add a line: an edge, with nodes that are not seen where it ends in none."""
        ends = []
        for point in (line.points[0], line.points[-1]):
            name = nearest(point, self.nodes.between(point[1], point[1]))
            if name is None or line.kind == "bracket":
                self.count += 1
                name = f"end {self.count}"
                self.place(name, point, (0, 0), UNSEEN)
            ends.append(name)
        shape = {"pos": self.path(line), "class": line.kind}
        if not line.arrow:
            shape["arrowhead"] = "none"
        if line.ink != "ink":
            shape["color"] = self.colors[line.ink]
        self.dot.edge(*ends, **shape)

    def path(self, line: Line) -> str:
        """A line's way: one spline, or one for each dash, and its tip with the last."""
        back = TIP * self.scene.zoom
        points = [*line.points[:-1], before(line, back)] if line.arrow else list(line.points)
        pieces: list[Sequence[Point]] = [points]
        if line.kind in DASHES:
            on, off = DASHES[line.kind]
            pieces = list(dashes(points, on * self.scene.zoom, off * self.scene.zoom))
            if line.arrow and pieces[-1][-1] != points[-1]:
                pieces.append((before(line, back * 1.1), points[-1]))
        *first, last = map(self.spline, pieces)
        return ";".join([*first, f"e,{self.at(line.points[-1])} {last}" if line.arrow else last])

    def spline(self, points: Sequence[Point]) -> str:
        """A line through points as a chain of Bézier curves."""
        return " ".join(map(self.at, curve(points)))

    def at(self, point: Point) -> str:
        """A place, from the lower left corner."""
        return f"{number(point[0])},{number(self.scene.height - point[1])}"


def within(words: Words, box: Box) -> bool:
    """Whether words stand in a box."""
    return box.x <= words.x <= box.right and box.y <= words.y <= box.bottom


def plain(text: str) -> str:
    """Words for a label in which `\\N` and `&lt;` stand for themselves."""
    shown = "".join(character if character.isprintable() else " " for character in text)
    return shown.replace("&", "&amp;").replace("\\", "\\\\")
