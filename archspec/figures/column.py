"""A network drawn from the top down: boxes on a straight spine, and what stands beside them."""

from collections.abc import Container, Sequence

from archspec.figures.beside import Shortcut, named, shortcut
from archspec.figures.labels import label, size, whole
from archspec.figures.levels import fill
from archspec.figures.measures import Measures
from archspec.figures.metrics import BOLD, width
from archspec.figures.pen import Pen
from archspec.figures.scene import Line, Words
from archspec.figures.sides import sides
from archspec.figures.steps import Step
from archspec.figures.tree import Chain, Item, Repeat, Split, walk
from archspec.graph import Graph

RESIDUAL = ("identity", "projection", "padding")
"""Kinds of shortcuts around a body that is one unit."""


class Column:
    """A network under construction."""

    def __init__(
        self, graph: Graph, pen: Pen, *, separate: bool, sized: bool = True, added: Container[str] = ()
    ) -> None:  # fmt: skip
        self.graph, self.pen = graph, pen
        self.separate = separate
        """Whether each layer of a residual unit has a box of its own."""
        self.sized = sized
        """Whether sizes stand at the left."""
        self.added = added
        """The paths of what is drawn bold."""
        self.sides = sides(graph)
        self.size = size(graph.input.shape)
        self.kinds: dict[str, None] = {}
        """The kinds of lines beside the spine."""
        self.low = 0.0
        """Where the last box beside the spine ends."""

    def image(self) -> None:
        """Draw the input."""
        self.pen.boxed([image(self.graph)], "plain", (), 1)
        self.beside(self.graph.input.name, 1)

    def follow(self, chain: Sequence[Item], times: int = 1) -> None:
        """Draw a chain's items, one below the other."""
        for item in chain:
            match item:
                case Step():
                    self.steps([item], times)
                case Repeat(body, count):
                    self.repeat(body, count, times)
                case Split():
                    around = shortcut(item)
                    if around:
                        self.around(around, times)
                    else:
                        self.module(item, times)

    def steps(self, steps: Sequence[Step], times: int) -> None:
        """Draw steps in one box, a line for each."""
        loud = any(step.main.op.weight_layer for step in steps)
        layers = tuple(node.path for step in steps for node in step.nodes)
        color = fill(self.graph.input.shape, steps[-1].shape) if loud else "plain"
        bold = {index for index, step in enumerate(steps) if step.path in self.added}
        box = self.pen.boxed([label(step) for step in steps], color, layers, times, bold=bold)
        for index, step in enumerate(steps):
            self.sizes(step, self.pen.line(box, index))
        self.beside(steps[-1].last.path, times)

    def module(self, split: Split, times: int) -> None:
        """Draw branches as one box."""
        layers = tuple(node.path for step, _ in walk((split,)) for node in step.nodes)
        color = fill(self.graph.input.shape, split.join.shape)
        bold = range(split.join.path in self.added)
        box = self.pen.boxed([named(split)], color, layers, times, "name", bold)
        self.sizes(split.join, self.pen.line(box, 0))
        self.beside(split.join.last.path, times)

    def sizes(self, step: Step, y: float) -> None:
        """Say the size at the left where it changes."""
        changed = size(step.shape)
        if changed != self.size and self.sized:
            self.pen.items.append(Words(self.pen.left - 5, y, changed, self.pen.measures.small, "size", "end"))
        self.size = changed

    def around(self, around: Shortcut, times: int) -> None:
        """Draw a body, what joins it, and the way around."""
        pen = self.pen
        fork, before = pen.fork(self.low), pen.reach
        pen.reach = pen.right
        steps = [item for item in around.body if isinstance(item, Step)]
        if around.kind in RESIDUAL and len(steps) == len(around.body) and not self.separate:
            self.steps(steps, times)
        else:
            self.follow(around.body, times)
        join = around.join
        layers = tuple(node.path for node in join.nodes)
        lane = pen.reach + pen.measures.lane
        if join.main.op.kind in ("add", "mul"):
            joint = pen.joint("+" if join.main.op.kind == "add" else "×", layers, times)
            end = (joint.x + joint.radius, joint.y)
            self.sizes(join, joint.y + pen.measures.small * 0.35)
        else:
            box = pen.boxed([f"{label(join)}, {join.nodes[0].shape[0]}"], "plain", layers, times)
            self.sizes(join, pen.line(box, 0))
            end = (box.right, box.y + box.height / 2)
        points = (fork, (lane, fork[1]), (lane, end[1]), end)
        pen.items.append(Line(points, around.kind, layers=around.layers, repeat=times))
        self.kinds[around.kind] = None
        pen.reach = max(pen.reach, lane)
        pen.words(lane + 4, (fork[1] + end[1]) / 2, around.texts, "shortcut")
        pen.far = max(pen.far, pen.reach)
        pen.reach = max(before, pen.reach)
        self.beside(join.last.path, times)

    def repeat(self, body: Chain, count: int, times: int) -> None:
        """Draw a body once, with a bracket that says how often it stands there."""
        pen = self.pen
        before, pen.reach = pen.reach, pen.right
        pen.y = max(pen.y, self.low)
        top = pen.below() + 1
        self.follow(body, times * count)
        x = pen.reach + 5
        bottom = pen.y - 0.8  # two brackets in a row are two lines
        tall = (x, top), (x + 4, top), (x + 4, bottom), (x, bottom)
        pen.items.append(Line(tall, "bracket", arrow=False))
        size, text = pen.measures.font + 1.5, f"×{count}"
        pen.items.append(Words(x + 7, (top + pen.y) / 2 + size * 0.35, text, size, "count", "start", bold=True))
        pen.reach = x + 7 + width(text, size)
        pen.far = max(pen.far, pen.reach)
        pen.reach = max(before, pen.reach)

    def beside(self, path: str, times: int) -> None:
        """Draw the boxes that take a value out of the spine."""
        pen = self.pen
        for side in self.sides.get(path, ()):
            texts = (side.name, *side.texts)
            start = pen.fork(self.low + pen.measures.gap)
            left = pen.right + pen.measures.lane * 1.5
            other = Pen(pen.measures, left, max(width(text, pen.measures.font) for text in texts) + 8, start[1] - 6)
            box = other.boxed(texts, "plain", side.layers, times, "name")
            pen.items += [Line((start, (left, start[1])), "side"), *other.items]
            pen.far = max(pen.far, box.right)
            self.low = box.bottom
            self.kinds["side"] = None


def image(graph: Graph) -> str:
    """The words of the input's box."""
    return f"{'image' if len(graph.input.shape) == 3 else 'input'}, {whole(graph.input.shape)}"


def widest(graph: Graph, chain: Chain, measures: Measures) -> float:
    """The width of the boxes."""
    texts = [image(graph), *(label(step) for step, _ in walk(chain))]
    pending: list[Item] = list(chain)
    while pending:
        match pending.pop():
            case Repeat(body, _):
                pending += body
            case Split() as split if not shortcut(split):
                texts.append(named(split))
            case Split() as split:
                pending += [item for branch in split.branches for item in branch]
    words = max(width(text, measures.font) for text in texts)
    return max(words + 2 * max(measures.pad, 4) + 4, words * BOLD + 2)
