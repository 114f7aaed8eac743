"""A chain with its branches side by side, as pictures put together: below one another, and beside one another."""

from typing import NamedTuple

from archspec.figures.beside import Shortcut, shortcut
from archspec.figures.labels import label, word
from archspec.figures.levels import fill
from archspec.figures.measures import HEAD, Measures
from archspec.figures.metrics import width
from archspec.figures.scene import Box, Joint, Line, Point, Thing, Words, moved
from archspec.figures.steps import Step
from archspec.figures.tree import Chain, Item, Repeat, Split, walk
from archspec.op import Shape

BETWEEN = 5.0
"""From one branch to the next."""
LINE = 5.0
"""Half the width of a branch without layers."""
FORK = 2.5
"""From where a picture begins to where lines leave its spine."""

Quiet = tuple[str, ...]
"""What stands beside the next arrow: layers that have no box."""


class Picture(NamedTuple):
    """Things around a spine, which enters at (0, 0) and leaves at (0, height)."""

    items: tuple[Thing, ...] = ()
    left: float = LINE
    right: float = LINE
    height: float = 0.0

    def over(self, other: "Picture") -> "Picture":
        """With another below it."""
        items = (*self.items, *(moved(item, 0, self.height) for item in other.items))
        return Picture(items, max(self.left, other.left), max(self.right, other.right), self.height + other.height)


class Inside:
    """Makes the pictures of a block's parts."""

    def __init__(self, chain: Chain, image: Shape, measures: Measures) -> None:
        self.image, self.measures = image, measures
        self.wide = any(isinstance(item, Split) and not shortcut(item) for item in chain)
        """Whether branches stand side by side; then a note tells what has no box, and not words beside arrows."""
        self.half = 0.0
        """Half the width of the boxes of a branch."""
        picture, said = self.chain(chain, 1, ())
        self.picture = picture if self.wide else picture.over(self.wire(said, self.measures.gap))

    def chain(self, chain: Chain, times: int, said: Quiet) -> tuple[Picture, Quiet]:
        """The picture of a chain, and what is to be said below it."""
        whole = Picture()
        self.half = max(self.half, *(self.room(label(step)) for step, _ in walk(chain)), 0)
        for item in chain:
            picture, said = self.item(item, times, said)
            whole = whole.over(picture)
        return whole, said

    def item(self, item: Item, times: int, said: Quiet) -> tuple[Picture, Quiet]:
        """The picture of one item, with the arrow to it."""
        match item:
            case Step():
                at = item.nodes.index(item.main)
                return self.step(item, times, said + self.quiet(item, 0, at)), self.quiet(item, at + 1)
            case Repeat(body, count):
                wire = self.wire(said, LINE if said else 0, arrow=False)
                picture, after = self.chain(body, times * count, ())
                return wire.over(
                    self.bracket(picture.over(self.wire(after, LINE if after else 0, arrow=False)), count)
                ), ()
            case Split():
                around = shortcut(item)
                wire = self.wire(said, FORK + (LINE if said else 0), arrow=False)
                picture = self.around(around, times) if around else self.module(item, times)
                return wire.over(picture), self.quiet(item.join, 1)

    def quiet(self, step: Step, start: int, stop: int | None = None) -> Quiet:
        """The layers of a step that have no box."""
        return () if self.wide else tuple(word(node.op) for node in step.nodes[start:stop])

    def step(self, step: Step, times: int, said: Quiet) -> Picture:
        """A box, and the arrow to it."""
        color = fill(self.image, step.shape) if step.main.op.weight_layer else "plain"
        layers = tuple(node.path for node in step.nodes)
        return self.wire(said, self.measures.gap).over(self.box(label(step), self.half, color, layers, times))

    def room(self, text: str) -> float:
        """Half the width of a box for words."""
        return width(text, self.measures.font) / 2 + max(self.measures.pad, 2.5)

    def box(self, text: str, half: float, color: str, layers: tuple[str, ...], times: int = 1) -> Picture:
        """A box with words."""
        height = self.measures.box(1)
        words = Words(0, self.measures.baseline, text, self.measures.font, "label")
        return Picture((Box(-half, 0, 2 * half, height, color, layers, times), words), half, half, height)

    def wire(self, said: Quiet, gap: float, arrow: bool = True) -> Picture:
        """A piece of the spine, with what is said beside it."""
        text, small = ", ".join(said), self.measures.small
        height = gap + (small * 0.9 if said else 0)
        line = Line(((0, 0), (0, height)), "flow", arrow and height >= HEAD)
        if not said:
            return Picture((line,), height=height)
        words = Words(5, height / 2 + small * 0.3, text, small, "quiet", "start")
        return Picture((line, words), right=5 + width(text, small), height=height)

    def around(self, around: Shortcut, times: int) -> Picture:
        """A body, its join, and the line around both."""
        body, said = self.chain(around.body, times, ())
        body = body.over(self.wire(said, self.measures.gap if self.measures.gap > HEAD else HEAD))
        joint = self.join(around.join, times, 0, 0)
        lane = body.right + self.measures.lane * 0.6
        end = body.height + joint.height / 2
        line = Line(
            ((0, 0), (lane, 0), (lane, end), (joint.right, end)), around.kind, True, "ink", around.layers, times
        )
        whole = body.over(joint)
        items: list[Thing] = [*whole.items, line]
        texts, small = around.texts, self.measures.small
        for index, text in enumerate(texts):
            y = end / 2 + (index - (len(texts) - 1) / 2) * self.measures.lead + small * 0.35
            items.append(Words(lane + 4, y, text, small, "shortcut", "start"))
        reach = lane + max((4 + width(text, small) for text in texts), default=0)
        return Picture(tuple(items), whole.left, reach, whole.height)

    def join(self, step: Step, times: int, left: float, right: float) -> Picture:
        """A circle for a sum or a product; a bar over all branches for anything else."""
        layers = tuple(node.path for node in step.nodes)
        kind, radius = step.main.op.kind, self.measures.radius
        if kind in ("add", "mul"):
            sign = "+" if kind == "add" else "×"
            return Picture((Joint(0, radius, radius, sign, layers, times),), radius, radius, 2 * radius)
        text = f"{label(step)}, {step.nodes[0].shape[0]}"
        half = max(self.room(text), left, right)
        return self.box(text, half, "plain", layers, times)

    def module(self, split: Split, times: int) -> Picture:
        """Branches from left to right, their ends level, above what joins them."""
        branches = [self.branch(branch, times) for branch in split.branches]
        tallest = max(branch.height for branch in branches)
        across = sum(branch.left + branch.right for branch in branches) + BETWEEN * (len(branches) - 1)
        gap, x = self.measures.gap, -across / 2
        join = self.join(split.join, times, across / 2, across / 2)
        round_ = split.join.main.op.kind in ("add", "mul")
        items: list[Thing] = [moved(item, 0, tallest + 2 * gap) for item in join.items]
        for branch in branches:
            x += branch.left
            top = gap + tallest - branch.height
            start: tuple[Point, ...] = ((0, 0), (x, 0), (x, top)) if x else ((0, 0), (0, top))
            items += [Line(start, "flow", False), *(moved(item, x, top) for item in branch.items)]
            level = tallest + 2 * gap + join.height / 2
            side = join.right if x > 0 else -join.left
            bent: tuple[Point, ...] = ((x, gap + tallest), (x, level), (side, level))
            straight: tuple[Point, ...] = ((x, gap + tallest), (x, tallest + 2 * gap))
            items.append(Line(bent if round_ and abs(x) > 1 else straight, "flow"))
            x += branch.right + BETWEEN
        half = max(across / 2, join.right)
        return Picture(tuple(items), half, half, tallest + 2 * gap + join.height)

    def branch(self, branch: Chain, times: int) -> Picture:
        """The picture of a branch, with boxes as wide as its own words."""
        before, self.half = self.half, 0.0
        picture, _ = self.chain(branch, times, ())
        self.half = before
        return picture

    def bracket(self, picture: Picture, count: int) -> Picture:
        """A picture with a bracket that says how often it stands there."""
        x, size, text = picture.right + 5, self.measures.font + 1.5, f"×{count}"
        points: tuple[Point, ...] = ((x, 1), (x + 4, 1), (x + 4, picture.height), (x, picture.height))
        words = Words(x + 7, picture.height / 2 + size * 0.35, text, size, "count", "start", bold=True)
        items = (*picture.items, Line(points, "bracket", arrow=False), words)
        return Picture(items, picture.left, x + 7 + width(text, size), picture.height)
