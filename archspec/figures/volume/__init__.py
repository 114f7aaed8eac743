"""Volumes in perspective, as in Krizhevsky et al. 2012 (Figure 2) and Noh et al. 2015 (Figure 2): a slab for each map,
as high as it is large and as thick as it has channels."""

from archspec.diagnostics import problem
from archspec.figures.corners import Sheet, said
from archspec.figures.look import Look
from archspec.figures.measures import EDGE
from archspec.figures.notes import costs, hidden, unheaded
from archspec.figures.scene import Scene
from archspec.figures.tree import Knotted, tree
from archspec.figures.volume.drawing import Drawing, slabs
from archspec.figures.volume.slabs import flat, groups
from archspec.graph import Graph

SCALES = (1.0, 0.85, 0.7, 0.55, 0.45, 0.35, 0.25)
"""How thick slabs are, from the best to what can still be seen."""


def lay(graph: Graph, look: Look) -> Scene:
    """The figure of a network. Raises Problem E607 where its paths part, or the page is too small."""
    try:
        chain = tree(graph)
        found = groups(graph.input.shape, chain)
    except Knotted as error:
        message = f"{graph.full_name} cannot be drawn as volumes: its paths part"
        raise problem("E607", message, help="`--style stack` draws most networks, `--style dag` any") from error
    for scale in SCALES:
        sheet = Sheet([*Drawing(slabs(found, scale)).things()])
        if sheet.page.right - sheet.page.left > look.page.width - 2 * EDGE:
            continue
        said(sheet, [], [*hidden([*flat(chain)]), *unheaded(graph), costs(graph) + "."])
        return sheet.scene(graph.title or graph.full_name, costs(graph))
    message = f"{graph.full_name} has too many layers for a row of volumes on this page"
    raise problem("E607", message, help="use `--width text`, or `--style stack`")
