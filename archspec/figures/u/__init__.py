"""The U of Ronneberger et al. 2015 (Figure 1): maps on levels, down at the left and up at the right, an arrow's colour
for each operation, and arrows across for what is handed from the way down to the way up."""

from archspec.diagnostics import problem
from archspec.figures.corners import Sheet, said
from archspec.figures.folding import fold
from archspec.figures.look import Look, Page
from archspec.figures.notes import costs
from archspec.figures.scene import Scene
from archspec.figures.tree import Chain, Knotted, tree
from archspec.figures.u.drawing import Drawing
from archspec.figures.u.legend import entries, texts
from archspec.figures.u.maps import Map, Unlike, levels
from archspec.figures.u.places import HEIGHTS, Crowded, Place, Sizes, place
from archspec.graph import Graph


def lay(graph: Graph, look: Look) -> Scene:
    """The figure of a network. Raises Problem E607 where it is no U, or too large for the page."""
    try:
        return fitted(graph, tree(graph), look)
    except (Knotted, Unlike) as error:
        message = f"{graph.full_name} is no U: a way down, and one up that takes what the first hands across"
        raise problem("E607", message, help="`--style stack` draws most networks, `--style dag` any") from error
    except Crowded as error:
        message = f"{graph.full_name} is too large to be drawn as a U on this page"
        raise problem("E607", message, help="use `--width text`, or `--style stack`") from error


def fitted(graph: Graph, chain: Chain, look: Look) -> Scene:
    """The figure with maps as high as the page allows."""
    for tall in HEIGHTS:
        maps, sizes, places = placed(graph, chain, look.page.width, tall, look.unfold)
        sheet = Sheet([*Drawing(places, sizes).things()])
        said(sheet, [*entries(maps)], texts(graph, maps))
        scene = sheet.scene(graph.title or graph.full_name, costs(graph))
        if scene.width <= look.page.width and scene.height <= look.page.height:
            return scene
    raise Crowded


def placed(graph: Graph, chain: Chain, width: float, tall: float, unfold: bool) -> tuple[list[Map], Sizes, list[Place]]:
    """The maps and where they stand; equal ones are put together only where all do not fit."""
    maps = levels(graph.input.shape, chain)
    sizes = Sizes(maps, tall)
    try:
        return maps, sizes, place(maps, sizes, width)
    except Crowded:
        if unfold or fold(chain) == chain:
            raise
        return placed(graph, fold(chain), width, tall, unfold=True)


def suits(graph: Graph, chain: Chain, page: Page) -> bool:
    """Whether a network is a U that a page has room for."""
    try:
        fitted(graph, chain, Look(page))
    except (Unlike, Crowded):
        return False
    return True
