"""A figure as things on a page: boxes, circles, lines and words, in points, from the top left corner."""

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
    """A circle with a sign: where values are added."""

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
    turn: float = 0.0
    """Degrees that it is turned by, against the clock."""


Thing = Box | Joint | Face | Line | Words


class Scene(NamedTuple):
    """A whole figure."""

    width: float
    height: float
    title: str
    about: str
    """What the figure shows, for those who cannot see it."""
    items: tuple["Thing", ...]
