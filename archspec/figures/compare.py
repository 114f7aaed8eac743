"""Networks side by side, equal sizes at equal heights (He et al. 2016, Figure 3)."""

from collections.abc import Sequence
from itertools import groupby, pairwise

from archspec.diagnostics import problem
from archspec.figures.beside import shortcut
from archspec.figures.column import Column, widest
from archspec.figures.labels import size
from archspec.figures.look import Look
from archspec.figures.measures import ALL, EDGE, HEAD, Measures
from archspec.figures.metrics import width
from archspec.figures.notes import costs, hidden, legend, notes
from archspec.figures.pen import FORK, Pen
from archspec.figures.scene import Scene, Thing, Words
from archspec.figures.stack import nested
from archspec.figures.tree import Chain, Item, Repeat, Split, walk
from archspec.graph import Graph
from archspec.op import Shape

Level = tuple[tuple[int, ...], Chain]
"""The parts that give maps of one size."""
BETWEEN = 12.0
"""From one network to the next."""


def lay(graphs: Sequence[Graph], look: Look) -> Scene:
    """The figure of several networks. Raises Problem E607 where they cannot be aligned or do not fit the page."""
    chains = [nested(graph, look.unfold) for graph in graphs]
    levels = [leveled(graph, chain) for graph, chain in zip(graphs, chains, strict=True)]
    for measures in ALL:
        scene = Comparison(graphs, chains, measures, look.unfold).scene(levels)
        if scene.width <= look.page.width and scene.height <= look.page.height:
            return scene
    fix = "leave `--unfold` out, name fewer networks, or use `--width text`"
    raise problem("E607", "these networks do not fit on a page side by side", help=fix)


def leveled(graph: Graph, chain: Chain) -> list[Level]:
    """A network's parts, by the size of what they give. Raises Problem E607 where sizes grow again."""
    found = [(area, tuple(items)) for area, items in groupby(chain, key=lambda item: given(item)[1:] or (1, 1))]
    inner = any(step.shape[1:] < area for area, items in found for step, _ in walk(items) if len(step.shape) == 3)
    if inner or any(after >= before for (before, _), (after, _) in pairwise(found)):
        message = f"{graph.full_name} cannot be aligned with other networks: its maps grow again"
        raise problem("E607", message, help="draw it by itself")
    return found


def given(item: Item) -> Shape:
    """The shape that a part gives."""
    return item.join.shape if isinstance(item, Split) else next(walk((item,)))[0].shape


def forked(chain: Chain) -> bool:
    """Whether a line leaves the spine before the first box."""
    first = chain[0]
    while isinstance(first, Repeat):
        first = first.body[0]
    return isinstance(first, Split) and shortcut(first) is not None


class Comparison:
    """Networks under construction, side by side."""

    def __init__(self, graphs: Sequence[Graph], chains: Sequence[Chain], measures: Measures, unfold: bool) -> None:
        self.graphs, self.chains, self.measures, self.unfold = graphs, chains, measures, unfold
        shapes = [step.shape for chain in chains for step, _ in walk(chain)]
        self.margin = EDGE + max((width(size(shape), measures.small) for shape in shapes), default=0) + 6
        self.items: list[Thing] = []
        self.columns: list[Column] = []
        left = self.margin
        for graph, chain in zip(graphs, chains, strict=True):
            trial = self.column(graph, chain, left)
            trial.follow(chain)
            self.columns.append(self.column(graph, chain, left))
            left = trial.pen.far + BETWEEN

    def column(self, graph: Graph, chain: Chain, left: float) -> Column:
        """A network with its title and its input."""
        small, font = self.measures.small, self.measures.font + 0.5
        below = costs(graph).rpartition(", ")[2]
        box = max(widest(graph, chain, self.measures), width(graph.full_name, font) * 1.1, width(below, small))
        column = Column(graph, Pen(self.measures, left, box), separate=self.unfold, sized=False)
        pen = column.pen
        pen.items.append(Words(pen.middle, EDGE + font * 0.8, graph.full_name, font, "title", bold=True))
        pen.items.append(Words(pen.middle, EDGE + font + small, below, small, "note"))
        pen.y = EDGE + font + small + 5
        column.image()
        return column

    def scene(self, levels: Sequence[Sequence[Level]]) -> Scene:
        """The whole page."""
        for area in sorted({area for each in levels for area, _ in each}, reverse=True):
            self.level(area, [dict(each).get(area, ()) for each in levels])
        measures = self.measures
        across = max(column.pen.far for column in self.columns) + EDGE
        low = max(max(column.pen.y, column.low) for column in self.columns)
        kinds = {kind for column in self.columns for kind in column.kinds}
        meanings, y = legend(kinds, measures, low + 5, across)
        said, y = notes(hidden([step for chain in self.chains for step, _ in walk(chain)], kinds), measures, y, across)
        about = "; ".join(f"{graph.full_name}: {costs(graph)}" for graph in self.graphs)
        title = ", ".join(graph.full_name for graph in self.graphs)
        items = [*self.items, *(item for column in self.columns for item in column.pen.items), *meanings, *said]
        return Scene(across, y + EDGE, title, about, tuple(items))

    def level(self, area: tuple[int, ...], parts: Sequence[Chain]) -> None:
        """Draw the parts that give maps of one size, from one height on."""
        drawn = [(column, chain) for column, chain in zip(self.columns, parts, strict=True) if chain]
        room = {column: FORK + HEAD if forked(chain) else self.measures.gap for column, chain in drawn}
        top = max(max(column.pen.y + room[column], column.low) for column, _ in drawn)
        text, small = f"{area[0]}×{area[1]}", self.measures.small
        y = top + self.measures.baseline
        if text not in {size(column.graph.input.shape) for column in self.columns}:
            self.items.append(Words(self.margin - 5, y, text, small, "size", "end"))
        for column, chain in drawn:
            column.pen.y, column.low = top, max(column.low, top - HEAD)
            column.follow(chain)
