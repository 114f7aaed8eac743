"""Any graph: a box for each step, in rows, with lines that go round boxes, in as many columns as the page asks for."""

from archspec.diagnostics import Problem, problem
from archspec.figures.boxes import Boxes
from archspec.figures.look import PAGES, Look
from archspec.figures.measures import ALL, EDGE, HEAD, Measures
from archspec.figures.metrics import width
from archspec.figures.notes import NARROWEST, costs, hidden, notes
from archspec.figures.places import Places
from archspec.figures.routes import SPACE, Net, nets, packed
from archspec.figures.scene import Line, Point, Scene, Words
from archspec.figures.stack import cuts
from archspec.figures.tree import Knotted, tree
from archspec.figures.wrap import Wrapped
from archspec.graph import Graph

MOST = 1000
"""Boxes of one figure."""
WORTH = 0.8
"""How tall a figure in columns may be, as a part of its height in one: what is not shared out is better smaller."""


def lay(graph: Graph, look: Look) -> Scene:
    """The figure of any network: the largest words that fit, in the fewest columns. Raises Problem E607."""
    places, page = Places(graph), look.page
    if len(places.before) <= MOST:
        for measures in ALL:
            drawn = Dag(graph, places, measures)
            low = page.height
            for count in range(1, int(page.width / drawn.boxes.wide) + 1):
                if drawn.tops[-1] / count <= low:
                    scene = drawn.scene(count)
                    if scene.width <= page.width and scene.height <= low:
                        return scene
                low = min(low, WORTH * drawn.tops[-1])
    raise refused(graph, len(places.before), look)


def refused(graph: Graph, boxes: int, look: Look) -> Problem:
    """What to say of a network that the page has no room for."""
    ways = ["`--width text`"] * (look.page != PAGES["text"])
    try:
        tree(graph)
        ways.append("`--style stack`, which draws what repeats once")
    except Knotted:
        ways.append("`--block` for a part of it")
    message = f"{graph.full_name} is too large to be drawn box by box on this page"
    return problem("E607", message, f"{boxes} boxes", f"use {', or '.join(ways)}")


class Dag:
    """A figure under construction."""

    def __init__(self, graph: Graph, places: Places, measures: Measures) -> None:
        self.graph, self.places, self.measures = graph, places, measures
        self.boxes = boxes = Boxes(graph, places, measures)
        self.nets = packed(nets(places, boxes))
        self.of: dict[tuple[int, int], list[Net]] = {}
        """The lines across that an edge has."""
        for net in self.nets:
            for edge in net.edges:
                self.of.setdefault(edge, []).append(net)
        boxes.stack(self.room())
        self.starts = [0, *(row + 1 for row in places.narrow())]
        """The rows that may begin a column of the page."""
        self.tops = [*(boxes.y[row] for row in self.starts), boxes.bottom(len(boxes.y) - 1)]

    def room(self) -> list[float]:
        """The room below each row: for the arrow, and for the lines across."""
        levels = [0] * (max(self.places.row) + 1)
        for net in self.nets:
            levels[net.row] = max(levels[net.row], net.level + 1)
        return [max(self.measures.gap, SPACE * (each + 1) + HEAD if each else 0) for each in levels]

    def scene(self, count: int) -> Scene:
        """The whole page, in so many columns."""
        wrapped = Wrapped(self.boxes, [0, *(self.starts[index] for index in cuts(self.tops, count))])
        for box in range(len(self.places.before)):
            wrapped.put(self.places.row[box], self.boxes.drawn(box))
        wrapped.put_all(self.lines())
        items, right, bottom = wrapped.page()
        room = max(right + EDGE, NARROWEST)
        said, y = notes([*hidden(self.places.steps), costs(self.graph) + "."], self.measures, bottom + 4, room)
        right = max(right, *(each.x + width(each.text, each.size) for each in said if isinstance(each, Words)))
        title = self.graph.title or self.graph.full_name
        return Scene(right + EDGE, y + EDGE, title, costs(self.graph), (*items, *said))

    def lines(self) -> list[tuple[int, Line]]:
        """The arrows between boxes, each with the row that it leaves."""
        places, boxes, found = self.places, self.boxes, []
        for source, targets in enumerate(places.after):
            start = (boxes.x[places.column[source]], boxes.low(source))
            for target in targets:
                way = self.way(source, target) or [start]
                if source not in places.next and way[0][0] == start[0] and start not in way:
                    way.insert(0, start)
                points = (*way, *boxes.entry(target, way[-1][0]))
                found.append((places.row[source], Line(points, "flow")))
        return found

    def way(self, source: int, target: int) -> list[Point]:
        """The bends of an arrow."""
        bends: list[Point] = []
        for net in self.of.get((source, target), ()):
            y = self.boxes.bottom(net.row) + SPACE * (net.level + 1)
            bends += [(x, y) for x in net.edges[source, target]]
        return bends
