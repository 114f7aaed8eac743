"""Any graph: a box for each step, in rows, with lines that go round boxes. It may be taller and wider than a page."""

from archspec.diagnostics import problem
from archspec.figures.column import image
from archspec.figures.labels import label, size
from archspec.figures.levels import fill
from archspec.figures.look import Look, Page
from archspec.figures.measures import ALL, EDGE, HEAD, Measures
from archspec.figures.metrics import width
from archspec.figures.notes import NARROWEST, costs, hidden, notes
from archspec.figures.places import Places
from archspec.figures.routes import SPACE, nets, packed
from archspec.figures.scene import Box, Line, Point, Scene, Thing, Words
from archspec.graph import Graph

MOST = 1000
"""Boxes of one figure."""
NEAR = 8.0
"""From one column to the next."""


def lay(graph: Graph, look: Look) -> Scene:
    """The figure of any network. Raises Problem E607 where it has too many boxes."""
    places = Places(graph)
    if len(places.before) > MOST:
        message = f"{graph.full_name} has {len(places.before)} boxes, and no more than {MOST} are drawn one by one"
        raise problem("E607", message, help="use `--style stack`, which draws what repeats once")
    scenes = (Dag(graph, places, measures).scene() for measures in ALL)
    scene = next(scenes)
    while not fits(scene, look.page):
        smaller = next(scenes, None)
        if smaller is None:
            break
        scene = smaller
    return scene


def fits(scene: Scene, page: Page) -> bool:
    """Whether a figure is no larger than a page."""
    return scene.width <= page.width and scene.height <= page.height


class Dag:
    """A figure under construction."""

    def __init__(self, graph: Graph, places: Places, measures: Measures) -> None:
        self.graph, self.places, self.measures = graph, places, measures
        self.texts = [image(graph), *(label(step) for step in places.steps)]
        self.wide = max(width(text, measures.font) for text in self.texts) + 2 * max(measures.pad, 4)
        sizes = [size(places.steps[box - 1].shape) for box in places.spine if box]
        self.x = [EDGE + max((width(text, measures.small) for text in sizes), default=0) + 6 + self.wide / 2]
        right = self.x[0] + self.wide / 2
        for column in places.columns:
            half = (self.wide if any(span.boxes for span in column) else 2) / 2
            self.x.append(right + NEAR + half)
            right = self.x[-1] + half
        self.right = right
        self.nets = packed(nets(places, self.x, self.wide))
        self.y = self.heights()

    def heights(self) -> list[float]:
        """The top of each row: as far below the one before as the lines between them need."""
        found = [EDGE]
        for row in range(max(self.places.row)):
            levels = 1 + max((net.level for net in self.nets if net.row == row), default=-1)
            room = SPACE * (levels + 1) + HEAD if levels else 0
            found.append(found[-1] + self.measures.box(1) + max(self.measures.gap, room))
        return found

    def scene(self) -> Scene:
        """The whole page."""
        items: list[Thing] = [*self.lines()]
        shown = size(self.graph.input.shape)
        on = set(self.places.spine)
        for box, text in enumerate(self.texts):
            items += self.box(box, text)
            if box and box in on and (changed := size(self.places.steps[box - 1].shape)) != shown:
                y = self.y[self.places.row[box]] + self.measures.baseline
                items.append(Words(self.x[0] - self.wide / 2 - 5, y, changed, self.measures.small, "size", "end"))
                shown = changed
        room = max(self.right + EDGE, NARROWEST)
        bottom = self.y[-1] + self.measures.box(1) + 4
        said, y = notes([*hidden(self.places.steps), costs(self.graph) + "."], self.measures, bottom, room)
        title = self.graph.title or self.graph.full_name
        right = max(self.right, *(each.x + width(each.text, each.size) for each in said if isinstance(each, Words)))
        return Scene(right + EDGE, y + EDGE, title, costs(self.graph), (*items, *said))

    def box(self, box: int, text: str) -> list[Thing]:
        """The box of a step, or of the input."""
        x, y = self.x[self.places.column[box]], self.y[self.places.row[box]]
        layers: tuple[str, ...] = ()
        color = "plain"
        if box:
            step = self.places.steps[box - 1]
            layers = tuple(node.path for node in step.nodes)
            color = fill(self.graph.input.shape, step.shape) if step.main.op.weight_layer else "plain"
        words = Words(x, y + self.measures.baseline, text, self.measures.font, "label")
        return [Box(x - self.wide / 2, y, self.wide, self.measures.box(1), color, layers), words]

    def lines(self) -> list[Line]:
        """The arrows between boxes."""
        places, found = self.places, []
        for source, targets in enumerate(places.after):
            start: Point = (self.x[places.column[source]], self.y[places.row[source]] + self.measures.box(1))
            for target in targets:
                way = self.way(source, target) or [start]
                if source not in places.next and way[0][0] == start[0] and start not in way:
                    way.insert(0, start)
                found.append(Line((*way, (way[-1][0], self.y[places.row[target]])), "flow"))
        return found

    def way(self, source: int, target: int) -> list[Point]:
        """The bends of an arrow."""
        bends: list[Point] = []
        for net in self.nets:
            if (source, target) in net.edges:
                y = self.y[net.row] + self.measures.box(1) + SPACE * (net.level + 1)
                bends += [(x, y) for x in net.edges[source, target]]
        return bends
