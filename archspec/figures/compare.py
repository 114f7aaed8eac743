"""Networks side by side, equal sizes at equal heights (He et al. 2016, Figure 3), and what each adds in bold (Simonyan
& Zisserman 2015, Table 1)."""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby, pairwise

from archspec.diagnostics import problem
from archspec.figures.added import added
from archspec.figures.beside import shortcut
from archspec.figures.column import Column, widest
from archspec.figures.folding import fold
from archspec.figures.labels import size
from archspec.figures.look import PAGES, Look
from archspec.figures.measures import ALL, EDGE, HEAD, Measures
from archspec.figures.metrics import BOLD, width
from archspec.figures.notes import costs, hidden, legend, notes
from archspec.figures.pen import FORK, Pen
from archspec.figures.scene import Scene, Thing, Words
from archspec.figures.sides import sides
from archspec.figures.stack import nested
from archspec.figures.tree import Chain, Item, Repeat, Split, walk
from archspec.graph import Graph
from archspec.graph.counts import count
from archspec.op import Shape

Side = tuple[int, ...]
"""The height and the width of maps."""
Levels = Mapping[Side, Chain]
"""The parts that give maps of one size, by that size."""
BETWEEN = 12.0
"""From one network to the next."""
NEAR = 1.2
"""How much larger maps are, at most, that stand at one height with those of another network."""
SAID = "Bold: not in the network at its left."


def lay(graphs: Sequence[Graph], look: Look) -> Scene:
    """The figure of several networks. Raises Problem E607 where they cannot be aligned or do not fit the page."""
    whole = [nested(graph, unfold=True) for graph in graphs]
    levels = [leveled(graph, chain) for graph, chain in zip(graphs, whole, strict=True)]
    parts = [[part(each, row) for row in heights(levels)] for each in levels]
    news = [frozenset[str](), *(added(left, right) for left, right in pairwise(parts))]
    folded = [fold(chain, sides(graph), new) for graph, chain, new in zip(graphs, whole, news, strict=True)]
    for chains in [whole] if look.unfold else [folded, whole]:  # what is folded is wider, by its brackets
        shown = [leveled(graph, chain) for graph, chain in zip(graphs, chains, strict=True)]
        for measures in ALL:
            scene = Comparison(graphs, chains, news, measures, chains is whole).scene(shown)
            if scene.width <= look.page.width and scene.height <= look.page.height:
                return scene
    ways = ["leave `--unfold` out"] * look.unfold + ["name fewer networks"]
    ways += ["use `--width text`"] * (look.page == PAGES["column"])
    raise problem("E607", "these networks do not fit on a page side by side", help=", or ".join(ways))


def leveled(graph: Graph, chain: Chain) -> dict[Side, Chain]:
    """A network's parts, by the size of what they give. Raises Problem E607 where sizes grow again."""
    found = [(area, tuple(items)) for area, items in groupby(chain, key=lambda item: given(item)[1:] or (1, 1))]
    inner = any(step.shape[1:] < area for area, items in found for step, _ in walk(items) if len(step.shape) == 3)
    if inner or any(after >= before for (before, _), (after, _) in pairwise(found)):
        message = f"{graph.full_name} cannot be aligned with other networks: its maps grow again"
        raise problem("E607", message, help="draw it by itself")
    return dict(found)


def given(item: Item) -> Shape:
    """The shape that a part gives."""
    return item.join.shape if isinstance(item, Split) else next(walk((item,)))[0].shape


def heights(levels: Sequence[Levels]) -> list[list[Side]]:
    """The sizes, largest first; those that are near each other, each another network's, together."""
    found: list[list[Side]] = []
    for area in sorted({area for each in levels for area in each}, reverse=True):
        near = found and found[-1][0][0] <= area[0] * NEAR
        if near and not any(area in each and other in each for each in levels for other in found[-1]):
            found[-1].append(area)
        else:
            found.append([area])
    return found


def part(levels: Levels, row: Sequence[Side]) -> Chain:
    """What a network has at one height."""
    return next((levels[area] for area in row if area in levels), ())


def forked(chain: Chain) -> bool:
    """Whether a line leaves the spine before the first box."""
    first = chain[0]
    while isinstance(first, Repeat):
        first = first.body[0]
    return isinstance(first, Split) and shortcut(first) is not None


class Comparison:
    """Networks under construction, side by side."""

    def __init__(
        self, graphs: Sequence[Graph], chains: Sequence[Chain], news: Sequence[Collection[str]], measures: Measures,
        unfold: bool,
    ) -> None:  # fmt: skip
        self.graphs, self.chains, self.news = graphs, chains, news
        self.measures, self.unfold = measures, unfold

    def scene(self, levels: Sequence[Levels]) -> Scene:
        """The whole page."""
        rows = heights(levels)
        shared = all(len(row) == 1 for row in rows)
        columns = self.columns(shared)
        items: list[Thing] = []
        for row in rows:
            top = self.level(columns, [part(each, row) for each in levels])
            if shared and size((0, *row[0])) not in {size(graph.input.shape) for graph in self.graphs}:
                x, y = columns[0].pen.left - 5, top + self.measures.baseline
                items.append(Words(x, y, size((0, *row[0])), self.measures.small, "size", "end"))
        items += [item for column in columns for item in column.pen.items]
        return self.finished(columns, items)

    def columns(self, shared: bool) -> list[Column]:
        """The networks, with nothing drawn but their heads; sizes stand at the left of all or of each."""
        found: list[Column] = []
        left = EDGE
        for at, chain in enumerate(self.chains):
            sizes = (size(step.shape) for each in (self.chains if shared else [chain]) for step, _ in walk(each))
            margin = max((width(text, self.measures.small) for text in sizes), default=0) + 6
            left += margin if not (shared and at) else 0
            trial = self.column(at, left, sized=False)
            trial.follow(chain)
            found.append(self.column(at, left, sized=not shared))
            left = trial.pen.far + BETWEEN
        return found

    def column(self, at: int, left: float, sized: bool) -> Column:
        """A network's name, its depth, what it costs, and its input."""
        small, font = self.measures.small, self.measures.font + 0.5
        graph, chain, new = self.graphs[at], self.chains[at], self.news[at]
        below = f"{count(graph).depth} layers", costs(graph).rpartition(", ")[2]
        head = width(graph.full_name, font) * BOLD, *(width(text, small) for text in below)
        box = max(widest(graph, chain, self.measures), *head)
        column = Column(graph, Pen(self.measures, left, box), separate=self.unfold, sized=sized, added=new)
        pen = column.pen
        pen.y = EDGE + font * 0.8
        pen.items.append(Words(pen.middle, pen.y, graph.full_name, font, "title", bold=True))
        for text in below:
            pen.y += self.measures.lead
            pen.items.append(Words(pen.middle, pen.y, text, small, "note"))
        pen.y += 5
        column.image()
        return column

    def level(self, columns: Sequence[Column], parts: Sequence[Chain]) -> float:
        """Draw the parts that give maps of one size, from one height on, which it gives."""
        drawn = [(column, chain) for column, chain in zip(columns, parts, strict=True) if chain]
        room = {column: max(self.measures.gap, (FORK + HEAD) * forked(chain)) for column, chain in drawn}
        top = max(max(column.pen.y + room[column], column.low) for column, _ in drawn)
        for column, chain in drawn:
            column.pen.y, column.low = top, max(column.low, top - HEAD)
            column.follow(chain)
        return top

    def finished(self, columns: Sequence[Column], items: Sequence[Thing]) -> Scene:
        """The page, with what is said below the networks."""
        across = max(column.pen.far for column in columns) + EDGE
        low = max(max(column.pen.y, column.low) for column in columns)
        kinds = {kind for column in columns for kind in column.kinds}
        meanings, y = legend(kinds, self.measures, low + 5, across)
        found = [step for chain in self.chains for step, _ in walk(chain)]
        texts = [*[SAID] * any(self.news), *hidden(found, kinds)]
        said, y = notes(texts, self.measures, y, across)
        about = "; ".join(f"{graph.full_name}: {costs(graph)}" for graph in self.graphs)
        title = ", ".join(graph.full_name for graph in self.graphs)
        return Scene(across, y + EDGE, title, about, (*items, *meanings, *said))
