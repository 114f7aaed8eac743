"""The U of Ronneberger et al. 2015 (Figure 1): maps on levels, down at the left and up at the right, an arrow's colour
for each operation, and arrows across for what is handed from the way down to the way up."""

from archspec.diagnostics import problem
from archspec.figures.corners import Sheet, said
from archspec.figures.folding import fold
from archspec.figures.look import PAGES, Look
from archspec.figures.notes import costs
from archspec.figures.scene import Scene
from archspec.figures.tree import Chain, Knotted, tree
from archspec.figures.u.drawing import Drawing
from archspec.figures.u.legend import entries, texts
from archspec.figures.u.maps import Map, Unlike, levels
from archspec.figures.u.places import Place, Sizes, place
from archspec.graph import Graph


def lay(graph: Graph, look: Look) -> Scene:
    """The figure of a network, as wide as the text where a column is too narrow."""
    try:
        return drawn(graph, tree(graph), max(look.page.width, PAGES["text"].width), look.unfold)
    except (Knotted, Unlike) as error:
        message = f"{graph.full_name} is no U: a way down, and one up that takes what the first hands across"
        raise problem("E607", message, help="`--style stack` draws most networks, `--style dag` any") from error


def drawn(graph: Graph, chain: Chain, width: float, unfold: bool) -> Scene:
    """The figure on a page so wide; equal maps are put together only where all do not fit."""
    maps, sizes, places = placed(graph, chain, width, unfold)
    sheet = Sheet([*Drawing(places, sizes).things()])
    said(sheet, [*entries(maps)], texts(graph, maps))
    return sheet.scene(graph.title or graph.full_name, costs(graph))


def placed(graph: Graph, chain: Chain, width: float, unfold: bool) -> tuple[list[Map], Sizes, list[Place]]:
    """The maps and where they stand."""
    maps = levels(graph.input.shape, chain)
    sizes = Sizes(maps)
    try:
        return maps, sizes, place(maps, sizes, width)
    except Unlike:
        if unfold or fold(chain) == chain:
            raise
        return placed(graph, fold(chain), width, unfold=True)


def suits(graph: Graph, chain: Chain) -> bool:
    """Whether a network is a U that a page has room for."""
    try:
        placed(graph, chain, PAGES["text"].width, unfold=False)
    except Unlike:
        return False
    return True
