"""The vertical figure of He et al. 2016 (Figure 3): boxes on a straight spine, sizes at the left, shortcuts right."""

from collections.abc import Iterator

from archspec.diagnostics import problem
from archspec.figures.column import Column, widest
from archspec.figures.folding import together
from archspec.figures.labels import size
from archspec.figures.look import PAGES, Look, Page
from archspec.figures.measures import ALL, EDGE, ROOMY, SNUG, Measures
from archspec.figures.metrics import width
from archspec.figures.notes import NARROWEST, costs, hidden, legend, notes
from archspec.figures.pen import Pen
from archspec.figures.scene import Scene, Words
from archspec.figures.tree import Chain, Knotted, knotted, tree, walk
from archspec.graph import Graph

BESIDE_TEXT = 0.75
"""The part of a page's height that a figure may take where smaller words achieve it: text goes on below its caption."""
WELL = 330.0
"""How tall a figure may be before it takes another column, on a page with room for one."""


def lay(graph: Graph, look: Look) -> Scene:
    """The figure of a network: the fewest columns that fit, then the largest words. Raises Problem E607."""
    chain = nested(graph, look.unfold)
    page = look.page
    if page.width > PAGES["column"].width:
        scene = columns(graph, chain, ROOMY, page._replace(height=min(WELL, page.height)), look.unfold)
        if scene:
            return scene
    low = page._replace(height=BESIDE_TEXT * page.height)
    for measures, room in (*((each, low) for each in (ROOMY, SNUG)), *((each, page) for each in ALL)):
        scene = columns(graph, chain, measures, room, look.unfold)
        if scene:
            return scene
    boxes = f"{sum(1 for _ in walk(chain))} boxes"
    ways = ["leave `--unfold` out"] * look.unfold + ["use `--width text`"] * (look.page != PAGES["text"])
    fix = ", or ".join(ways) or "draw a part of it with `--block`"
    raise problem("E607", f"{graph.full_name} is too large to be drawn on a page", boxes, fix)


def nested(graph: Graph, unfold: bool) -> Chain:
    """A network as a chain, with what repeats put together unless told. Raises Problem E607 where it is none."""
    try:
        return tree(graph) if unfold else together(graph)
    except Knotted:
        raise knotted(graph) from None


def columns(graph: Graph, chain: Chain, measures: Measures, page: Page, unfold: bool) -> Scene | None:
    """The figure in as few columns as its height allows; None where they are too wide."""
    tops = drawn(graph, chain, measures, (), unfold).tops
    narrowest = widest(graph, chain, measures)
    for count in range(1, min(len(chain), int(page.width / narrowest)) + 1):
        if tops[-1] / count > page.height:
            continue
        scene = finished(graph, chain, drawn(graph, chain, measures, tuple(cuts(tops, count)), unfold))
        if scene.width <= page.width and scene.height <= page.height:
            return scene
    return None


class Drawn(Column):
    """A network, and where each of its parts begins."""

    def __init__(self, graph: Graph, pen: Pen, separate: bool) -> None:
        super().__init__(graph, pen, separate=separate)
        self.tops: list[float] = []
        self.bottom = 0.0


def drawn(graph: Graph, chain: Chain, measures: Measures, breaks: tuple[int, ...], unfold: bool) -> Drawn:
    """A network in columns, of which each but the first begins with one of the parts told."""
    margin = max((width(size(step.shape), measures.small) for step, _ in walk(chain)), default=0) + 6
    column = Drawn(graph, Pen(measures, EDGE + margin, widest(graph, chain, measures)), unfold)
    column.image()
    for index, item in enumerate(chain):
        if index in breaks:
            column.bottom = max(column.bottom, column.pen.y + measures.gap, column.low)
            column.pen.y, column.low = max(column.pen.y, column.low), 0
            column.pen.turn(margin, EDGE)
        column.tops.append(column.pen.y)
        column.follow((item,))
    column.tops.append(column.pen.y)
    column.bottom = max(column.bottom, column.pen.y, column.low)
    return column


def cuts(tops: list[float], count: int) -> Iterator[int]:
    """The parts that begin a column, so that columns are about equally tall."""
    low, high = 0.0, tops[-1]
    for _ in range(20):
        tallest = (low + high) / 2
        if len(list(breaks(tops, tallest))) < count:
            high = tallest
        else:
            low = tallest
    yield from breaks(tops, high)


def breaks(tops: list[float], tallest: float) -> Iterator[int]:
    """The parts that begin a column where none may be taller than told."""
    start = 0.0
    for index in range(1, len(tops) - 1):
        if tops[index + 1] - start > tallest:
            yield index
            start = tops[index]


def finished(graph: Graph, chain: Chain, column: Drawn) -> Scene:
    """The whole page: the columns, and what stands below them."""
    measures = column.pen.measures
    across = max(column.pen.far + EDGE, NARROWEST)
    meanings, y = legend(column.kinds, measures, column.bottom + 5, across)
    found = [step for step, _ in walk(chain)]
    about = costs(graph)
    texts = [*hidden(found, column.kinds), f"{about}."]
    said, y = notes(texts, measures, y, across)
    words = (item for item in (*meanings, *said) if isinstance(item, Words))
    right = max(column.pen.far, *(each.x + width(each.text, each.size) for each in words))
    items = (*column.pen.items, *meanings, *said)
    title = graph.title or graph.full_name
    return Scene(right + EDGE, y + EDGE, title, about, items)
