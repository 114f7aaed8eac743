"""The boxes of any graph: what each says, how large it is, and where a line enters it.

Sums are circles, as in all figures. What lays branches side by side is a bar below all of them where nothing else
is in between.
"""

from collections.abc import Sequence

from archspec.figures.column import image
from archspec.figures.labels import label, size
from archspec.figures.levels import fill
from archspec.figures.measures import EDGE, HEAD, Measures
from archspec.figures.metrics import width
from archspec.figures.places import Places
from archspec.figures.scene import Box, Joint, Point, Thing, Words
from archspec.figures.sides import ends
from archspec.figures.steps import Step
from archspec.graph import Graph

NEAR = 8.0
"""From one column to the next."""
SIGNS = {"add": "+", "mul": "×"}
"""What stands in a circle."""


class Boxes:
    """The boxes of a figure."""

    def __init__(self, graph: Graph, places: Places, measures: Measures) -> None:
        self.graph, self.places, self.measures = graph, places, measures
        self.names = dict.fromkeys(range(len(places.before)), ()) | self.named()
        """What ends in a box: the names of auxiliary classifiers and of further outputs."""
        self.joints = {box for box, sources in enumerate(places.before) if len(sources) > 1 and self.summed(box)}
        self.texts = [self.said(box) for box in range(len(places.before))]
        self.wide = max(width(text, measures.font) for texts in self.texts for text in texts) + 2 * max(measures.pad, 4)
        self.half = [self.wide / 2]
        """Half the width of each column."""
        self.half += [(self.wide if any(span.boxes for span in column) else 2) / 2 for column in places.columns]
        sizes = [size(places.steps[box - 1].shape) for box in places.spine if box]
        self.x = [EDGE + max((width(text, measures.small) for text in sizes), default=0) + 6 + self.half[0]]
        """The middle of each column."""
        for before, half in zip(self.half, self.half[1:], strict=False):
            self.x.append(self.x[-1] + before + NEAR + half)
        self.bars = {box: self.bar(columns) for box, columns in self.below().items()}
        """The left and the right of boxes that stand below all that they take."""
        self.high = [0.0] * (max(places.row) + 1)
        """The height of each row."""
        for box, row in enumerate(places.row):
            self.high[row] = max(self.high[row], self.height(box))
        self.y: list[float] = []
        """The top of each row."""

    def step(self, box: int) -> Step:
        """What a box stands for; the input stands for none."""
        return self.places.steps[box - 1]

    def named(self) -> dict[int, tuple[str, ...]]:
        """The names of what ends in boxes."""
        found: dict[int, tuple[str, ...]] = {}
        for name, value in ends(self.graph):
            box = self.places.holder[value]
            found[box] = (*found.get(box, ()), name)
        return found

    def summed(self, box: int) -> bool:
        """Whether a box is a circle: what adds or multiplies, with no name of its own."""
        return self.step(box).main.op.kind in SIGNS and not self.names[box]

    def said(self, box: int) -> tuple[str, ...]:
        """The words in a box; none in a circle."""
        if not box:
            return (*self.names[box], image(self.graph))
        if box in self.joints:
            return ()
        step = self.step(box)
        channels = f", {step.nodes[0].shape[0]}" if len(self.places.before[box]) > 1 else ""
        return (*self.names[box], label(step) + channels)

    def below(self) -> dict[int, range]:
        """The columns that bars reach over: boxes that lay values side by side, with nothing in their rows there."""
        found: dict[int, range] = {}
        places = self.places
        reached: dict[int, list[range]] = {}
        """By row, the columns that bars there reach over."""
        for box, sources in enumerate(places.before):
            if len(sources) < 2 or self.step(box).main.op.kind != "concat":
                continue
            own, row = places.column[box], places.row[box]
            ways = [places.arrival(source, box) for source in sources]
            columns = range(min(*ways, own), max(*ways, own) + 1)
            others = set(columns) - {own}
            taken = (span for column in others - {0} for span in places.columns[column - 1])
            free = 0 not in others and not any(span.first < row <= span.last for span in taken)
            if free and len(set(ways)) == len(ways) and not any(others & set(each) for each in reached.get(row, ())):
                found[box] = columns
                reached.setdefault(row, []).append(columns)
        return found

    def bar(self, columns: range) -> tuple[float, float]:
        """The left and the right of a bar over columns."""
        left, right = columns[0], columns[-1]
        return self.x[left] - max(self.half[left], 4), self.x[right] + max(self.half[right], 4)

    def height(self, box: int) -> float:
        """The height of a box or a circle."""
        return 2 * self.measures.radius if box in self.joints else self.measures.box(len(self.texts[box]))

    def stack(self, room: Sequence[float]) -> None:
        """Put the rows below one another, with room below each."""
        y = EDGE
        for high, below in zip(self.high, room, strict=True):
            self.y.append(y)
            y += high + below

    def bottom(self, row: int) -> float:
        """Where a row ends."""
        return self.y[row] + self.high[row]

    def low(self, box: int) -> float:
        """Where a box or a circle ends."""
        return self.top(box) + self.height(box)

    def top(self, box: int) -> float:
        """Where a box or a circle begins: circles are in the middle of their rows."""
        row = self.places.row[box]
        return self.y[row] + ((self.high[row] - self.height(box)) / 2 if box in self.joints else 0)

    def ports(self, box: int) -> float | None:
        """How far from the middle of a circle lines come down that do not come from right above; None for a box."""
        return self.measures.radius + HEAD + 1.5 if box in self.joints else None

    def entry(self, box: int, x: float) -> list[Point]:
        """The end of a line that comes down at a place: from above, or into the side of a circle."""
        middle, top, radius = self.x[self.places.column[box]], self.top(box), self.measures.radius
        if box not in self.joints or abs(x - middle) < radius:
            return [(x, top)]
        return [(x, top + radius), (middle + (radius if x > middle else -radius), top + radius)]

    def drawn(self, box: int) -> list[Thing]:
        """A box with its words, and the size at the left where it changes on the spine."""
        x, top = self.x[self.places.column[box]], self.top(box)
        step = self.step(box) if box else None
        layers = tuple(node.path for node in step.nodes) if step else ()
        if step and box in self.joints:
            radius = self.measures.radius
            found: list[Thing] = [Joint(x, top + radius, radius, SIGNS[step.main.op.kind], layers)]
        else:
            color = fill(self.graph.input.shape, step.shape) if step and step.main.op.weight_layer else "plain"
            left, right = self.bars.get(box, (x - self.wide / 2, x + self.wide / 2))
            made = Box(left, top, right - left, self.height(box), color, layers)
            found = [made]
            for index, text in enumerate(self.texts[box]):
                y = top + self.measures.baseline + index * self.measures.lead
                kind = "name" if text in self.names[box] else "label"
                found.append(Words(made.middle, y, text, self.measures.font, kind))
        return [*found, *self.sized(box)]

    def sized(self, box: int) -> list[Words]:
        """The size of the map that a box on the spine gives, where it changes."""
        if box not in self.places.behind:
            return []
        before = self.places.behind[box]
        shape, given = (self.step(each).shape if each else self.graph.input.shape for each in (box, before))
        if size(shape) == size(given):
            return []
        small, top = self.measures.small, self.top(box)
        y = top + (self.measures.radius + small * 0.35 if box in self.joints else self.measures.baseline)
        return [Words(self.x[0] - self.half[0] - 5, y, size(shape), small, "size", "end")]
