"""The vertical figure of He et al. 2016 (Figure 3): boxes on a straight spine, sizes at the left, shortcuts right."""

from collections.abc import Sequence
from typing import NamedTuple

from archspec.figures.folding import fold
from archspec.figures.labels import label, size, whole, word
from archspec.figures.look import Look
from archspec.figures.metrics import width
from archspec.figures.palette import STAGES
from archspec.figures.scene import Box, Joint, Line, Scene, Words
from archspec.figures.steps import Step, omitted
from archspec.figures.tree import Chain, Item, Knotted, Repeat, Split, knotted, tree, walk
from archspec.graph import Graph
from archspec.graph.counts import count

FONT = 7.5
SMALL = 7.0
LEAD = 9.0
"""From one line of a box to the next."""
PAD = 3.5
GAP = 8.0
"""From a box to the next one, for the arrow."""
RADIUS = 4.0
LANE = 12.0
"""From the boxes to the shortcuts beside them."""
EDGE = 2.0


class Shortcut(NamedTuple):
    """The way around a body."""

    steps: tuple[Step, ...]
    body: Chain
    join: Step


class Stack:
    """A figure under construction, from the top down."""

    def __init__(self, graph: Graph, chain: Chain) -> None:
        self.graph = graph
        self.chain = chain
        self.items: list[Box | Joint | Line | Words] = []
        found = [step for step, _ in walk(chain)]
        labels = [label(step) for step in found] + [f"image, {whole(graph.input.shape)}"]
        self.box = max(width(text, FONT) for text in labels) + 4 * PAD
        sizes = [size(step.shape) for step in found]
        self.left = EDGE + max((width(text, SMALL) for text in sizes), default=0) + 6
        self.middle = self.left + self.box / 2
        self.right = self.left + self.box
        self.y = EDGE
        self.flow: float | None = None
        """Where the last thing on the spine ends; None before the first."""
        self.size = size(graph.input.shape)
        self.stage = -1
        self.kinds: set[str] = set()
        self.reach = self.right
        """How far to the right anything is."""

    def scene(self) -> Scene:
        """The whole figure."""
        self.boxed([f"image, {whole(self.graph.input.shape)}"], "plain", (), 1)
        self.follow(self.chain, 1)
        self.legend()
        title = self.graph.title or self.graph.full_name
        return Scene(self.reach + EDGE, self.y + EDGE, title, self.note(), tuple(self.items))

    def follow(self, chain: Sequence[Item], times: int) -> None:
        """Draw a chain's items, one below the other."""
        for item in chain:
            match item:
                case Step():
                    self.step([item], times)
                case Split():
                    self.residual(item, times)
                case Repeat(body, count):
                    self.repeat(body, count, times)

    def step(self, steps: Sequence[Step], times: int) -> None:
        """Draw steps in one box, a line for each."""
        first = steps[0]
        changed = size(steps[0].shape)
        if changed != self.size:
            self.size, self.stage = changed, self.stage + 1
            new = True
        else:
            new = False
        loud = any(step.main.op.weight_layer for step in steps)
        fill = f"stage{self.stage % len(STAGES)}" if loud and self.stage >= 0 and len(first.shape) == 3 else "plain"
        layers = tuple(node.path for step in steps for node in step.nodes)
        box = self.boxed([label(step) for step in steps], fill, layers, times)
        if new:
            y = box.y + box.height / 2 + SMALL * 0.35
            self.items.append(Words(self.left - 5, y, changed, SMALL, "size", "end"))

    def boxed(self, texts: Sequence[str], fill: str, layers: tuple[str, ...], times: int) -> Box:
        """Draw a box with lines of words, and the arrow to it."""
        height = len(texts) * LEAD + 2 * PAD - (LEAD - FONT)
        self.arrow()
        box = Box(self.left, self.y, self.box, height, fill, layers, times)
        self.items.append(box)
        for index, text in enumerate(texts):
            y = self.y + PAD + FONT * 0.86 + index * LEAD
            self.items.append(Words(self.middle, y, text, FONT, "label"))
        self.y = self.flow = box.bottom
        return box

    def arrow(self) -> None:
        """Draw the arrow from the last thing on the spine to what comes next."""
        if self.flow is not None:
            self.y = self.flow + GAP
            self.items.append(Line(((self.middle, self.flow), (self.middle, self.y)), "flow"))

    def residual(self, split: Split, times: int) -> None:
        """Draw a body, what is added to it, and the way around."""
        around = shortcut(split)
        fork = self.flow or self.y
        fork += GAP * 0.35
        if all(isinstance(item, Step) for item in around.body):
            self.step([item for item in around.body if isinstance(item, Step)], times)
        else:
            self.follow(around.body, times)
        self.y = (self.flow or self.y) + GAP
        joint = Joint(self.middle, self.y + RADIUS, RADIUS, "+", tuple(n.path for n in around.join.nodes), times)
        self.items.append(Line(((self.middle, self.flow or 0), (self.middle, self.y)), "flow"))
        lane = self.right + LANE
        points = ((self.middle, fork), (lane, fork), (lane, joint.y), (self.middle + RADIUS, joint.y))
        kind = "projection" if around.steps else "identity"
        self.kinds.add(kind)
        self.items += [Line(points, kind), joint]
        self.reach = max(self.reach, lane)
        if around.steps:
            text = " ".join(label(step) for step in around.steps)
            self.items.append(Words(lane + 4, (fork + joint.y) / 2 + SMALL * 0.35, text, SMALL, "shortcut", "start"))
            self.reach = max(self.reach, lane + 4 + width(text, SMALL))
        self.y = self.flow = joint.y + RADIUS

    def repeat(self, body: Chain, count: int, times: int) -> None:
        """Draw a body once, with a bracket that says how often it stands there."""
        top = (self.flow or self.y) + GAP * 0.2
        self.follow(body, times * count)
        bottom = self.y
        x = self.right + LANE + 6
        self.items.append(Line(((x, top), (x + 4, top), (x + 4, bottom), (x, bottom)), "bracket", arrow=False))
        text = f"×{count}"
        self.items.append(Words(x + 8, (top + bottom) / 2 + FONT * 0.4, text, FONT + 1.5, "count", "start", bold=True))
        self.reach = max(self.reach, x + 8 + width(text, FONT + 1.5))

    def legend(self) -> None:
        """Say what the lines beside the boxes mean, and what is not drawn."""
        y = self.y + GAP + SMALL
        x = EDGE
        for kind, text in (("identity", "identity shortcut"), ("projection", "projection shortcut")):
            if kind in self.kinds:
                self.items.append(Line(((x, y - SMALL * 0.35), (x + 20, y - SMALL * 0.35)), kind))
                self.items.append(Words(x + 23, y, text, SMALL, "legend", "start"))
                x += 23 + width(text, SMALL) + 12
        self.reach = max(self.reach, x - 12)
        for text in self.notes():
            y += LEAD if x > EDGE else 0
            x = EDGE + 1
            self.items.append(Words(EDGE, y, text, SMALL, "note", "start"))
            self.reach = max(self.reach, EDGE + width(text, SMALL))
        self.y = y + 2

    def notes(self) -> list[str]:
        """What is not drawn, and what the network costs."""
        kinds = list(omitted([step for step, _ in walk(self.chain)]))
        ops = {node.op.kind: node.op for node in self.graph.nodes}
        quiet = ", ".join(word(ops[kind]) for kind in kinds)
        return [*([f"Not shown: {quiet}."] if quiet else []), self.note()]

    def note(self) -> str:
        counts = count(self.graph)
        return f"{counts.params.trainable / 1e6:.1f}M parameters, {counts.macs / 1e9:.1f}G multiply-adds."


def shortcut(split: Split) -> Shortcut:
    """Which branch of a sum is the body, and which goes around it: the one with fewer layers."""
    first, second = split.branches
    short, body = sorted((first, second), key=lambda branch: sum(1 for _ in walk(branch)))
    return Shortcut(tuple(step for step, _ in walk(short)), body, split.join)


def lay(graph: Graph, look: Look) -> Scene:
    """The figure of a network. Raises Problem E607 where its branches do not nest."""
    try:
        chain = tree(graph)
    except Knotted:
        raise knotted(graph) from None
    return Stack(graph, chain if look.unfold else fold(chain)).scene()
