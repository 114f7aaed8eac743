"""A figure as things on a page: boxes, circles, lines and words, in points, from the top left corner.

Words are never turned: Graphviz, which draws PDF and PNG, cannot.
"""

from typing import NamedTuple

Point = tuple[float, float]


class Box(NamedTuple):
    """A rectangle that stands for layers."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    """The name of a colour in the palette."""
    layers: tuple[str, ...] = ()
    """The paths of the layers that it shows, of the first where it stands for several."""
    repeat: int = 1
    """How many times the network has them."""

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


class Joint(NamedTuple):
    """A circle with a sign, + or ×: where values are added or multiplied."""

    x: float
    y: float
    radius: float
    sign: str
    layers: tuple[str, ...] = ()
    repeat: int = 1


class Face(NamedTuple):
    """A polygon: one side of a slab in perspective."""

    points: tuple[Point, ...]
    fill: str
    layers: tuple[str, ...] = ()
    repeat: int = 1


class Line(NamedTuple):
    """A line through points."""

    points: tuple[Point, ...]
    kind: str
    """What it says: `flow`, `identity`, `projection`, `skip`, `bracket`."""
    arrow: bool = True
    ink: str = "ink"
    """The name of its colour in the palette."""
    layers: tuple[str, ...] = ()
    """The paths of the layers on it."""
    repeat: int = 1


class Words(NamedTuple):
    """One line of text; x and y are of its baseline."""

    x: float
    y: float
    text: str
    size: float
    kind: str
    """What it says: `label`, `size`, `count`, `shortcut`, `legend`, `note`."""
    anchor: str = "middle"
    bold: bool = False


Thing = Box | Joint | Face | Line | Words


class Scene(NamedTuple):
    """A whole figure."""

    width: float
    height: float
    title: str
    about: str
    """What the figure shows, for those who cannot see it."""
    items: tuple[Thing, ...]
    theme: str = "color"
    """The name of the colours that it is drawn in."""
    zoom: float = 1.0
    """How much thicker its lines are than on a page."""
    bill: str = ""
    """What is drawn and what it costs, to the last parameter."""


def enlarged(scene: Scene, zoom: float) -> Scene:
    """The scene with all in it made larger."""
    if zoom == 1:
        return scene
    items = tuple(grown(item, zoom) for item in scene.items)
    return scene._replace(width=scene.width * zoom, height=scene.height * zoom, items=items, zoom=scene.zoom * zoom)


def grown(item: Thing, zoom: float) -> Thing:
    """One thing, larger."""
    match item:
        case Line() | Face():
            return item._replace(points=tuple((x * zoom, y * zoom) for x, y in item.points))
        case Box():
            x, y, width, height = (each * zoom for each in (item.x, item.y, item.width, item.height))
            return item._replace(x=x, y=y, width=width, height=height)
        case Joint():
            return item._replace(x=item.x * zoom, y=item.y * zoom, radius=item.radius * zoom)
        case Words():
            return item._replace(x=item.x * zoom, y=item.y * zoom, size=item.size * zoom)


def moved(item: Thing, x: float, y: float) -> Thing:
    """One thing, elsewhere."""
    if isinstance(item, Line | Face):
        return item._replace(points=tuple((u + x, v + y) for u, v in item.points))
    return item._replace(x=item.x + x, y=item.y + y)
