"""A pen that goes down a page on a straight spine: boxes with words, circles, and the arrows between them."""

from collections.abc import Container, Sequence

from archspec.figures.measures import EDGE, HEAD, Measures
from archspec.figures.metrics import width
from archspec.figures.scene import Box, Joint, Line, Point, Thing, Words

FORK = 2.0
"""From the last thing on the spine to where a line leaves it."""


class Pen:
    """A column of things under construction, from the top down."""

    def __init__(self, measures: Measures, left: float, box: float, top: float = EDGE) -> None:
        self.measures, self.left, self.box, self.y = measures, left, box, top
        self.items: list[Thing] = []
        self.way: list[Point] = []
        """How the next arrow begins; nothing before the first box."""
        self.forks = 0
        """How many lines leave the spine below the last thing on it."""
        self.reach = self.right
        """How far to the right anything is beside what is being drawn."""
        self.far = self.right
        """How far to the right anything is."""

    @property
    def middle(self) -> float:
        return self.left + self.box / 2

    @property
    def right(self) -> float:
        return self.left + self.box

    def boxed(
        self, texts: Sequence[str], fill: str, layers: tuple[str, ...], times: int, kind: str = "label",
        bold: Container[int] = (),
    ) -> Box:  # fmt: skip
        """Draw a box with lines of words, some of them bold, and the arrow to it."""
        self.arrow(self.measures.gap)
        box = Box(self.left, self.y, self.box, self.measures.box(len(texts)), fill, layers, times)
        self.items.append(box)
        for index, text in enumerate(texts):
            said = "label" if index else kind
            y = self.line(box, index)
            self.items.append(Words(box.middle, y, text, self.measures.font, said, bold=index in bold))
        self.rest(box.bottom)
        return box

    def joint(self, sign: str, layers: tuple[str, ...], times: int) -> Joint:
        """Draw a circle on the spine, and the line to it."""
        self.arrow(self.measures.into)
        radius = self.measures.radius
        joint = Joint(self.middle, self.y + radius, radius, sign, layers, times)
        self.items.append(joint)
        self.rest(joint.y + radius)
        return joint

    def arrow(self, gap: float) -> None:
        """Draw the arrow from the last thing on the spine to what comes next."""
        if self.way:
            start = self.way[-1][1]
            self.y = max(self.y, start + gap)
            self.items.append(Line((*self.way, (self.middle, self.y)), "flow", self.y - start >= HEAD))

    def rest(self, bottom: float) -> None:
        """Go on below what was drawn."""
        self.y, self.forks = bottom, 0
        self.way = [(self.middle, bottom)]
        self.far = max(self.far, self.reach)

    def fork(self, top: float = 0) -> Point:
        """Where the next line leaves the spine, no higher than told."""
        self.forks += 1
        y = max(self.below(), top)
        self.y = max(self.y, y + HEAD)
        return self.middle, y

    def below(self) -> float:
        """Where the spine is left by the last line that leaves it, or where it is free."""
        return (self.way[-1][1] if self.way else self.y) + FORK * self.forks

    def turn(self, margin: float, top: float) -> None:
        """Go on at the top of another column, further to the right by a margin for sizes."""
        lane = self.measures.lane
        low, across = self.y + self.measures.gap, self.far + lane * 0.6
        start = self.way[-1]
        self.left = across + lane * 0.6 + margin
        self.y, self.reach, self.far = top, self.right, self.right
        self.way = [start, (start[0], low), (across, low), (across, top), (self.middle, top), (self.middle, top + 3)]

    def line(self, box: Box, index: int) -> float:
        """The baseline of a line of words in a box."""
        return box.y + self.measures.baseline + index * self.measures.lead

    def words(self, x: float, y: float, texts: Sequence[str], kind: str) -> None:
        """Write lines of words to the right of a point, centred on its height."""
        small, lead = self.measures.small, self.measures.lead
        for index, text in enumerate(texts):
            down = (index - (len(texts) - 1) / 2) * lead + small * 0.35
            self.items.append(Words(x, y + down, text, small, kind, "start"))
            self.reach = max(self.reach, x + width(text, small))
