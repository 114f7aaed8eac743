"""One block's inside.

A residual unit (He et al. 2016, Figure 5), an inception module (Szegedy et al. 2015, Figure 2b).
"""

from collections.abc import Iterable
from dataclasses import replace

from archspec.diagnostics import problem
from archspec.figures.caption import costs, layers
from archspec.figures.inside import Inside
from archspec.figures.labels import whole
from archspec.figures.look import Look
from archspec.figures.measures import EDGE, ROOMY, SNUG, TIGHT
from archspec.figures.notes import hidden, legend, notes
from archspec.figures.scene import Line, Scene, moved
from archspec.figures.stack import nested
from archspec.figures.tree import walk
from archspec.graph import Graph, Input, Node


def lay(graph: Graph, look: Look) -> Scene:
    """The figure of a block's first use, or of what a label names. Raises Problem: E602 for one that there is not."""
    names = list(blocks(graph))
    name = look.block or next(iter(names), "")
    part = opened(graph, name, found(graph, name))
    chain = nested(part, look.unfold)
    for measures in (ROOMY, SNUG, TIGHT):
        inside = Inside(chain, graph.input.shape, measures)
        above = f"previous layer, {whole(part.input.shape)}"
        picture = inside.box(above, inside.room(above), "plain", ()).over(inside.picture)
        across = picture.left + picture.right + 2 * EDGE
        if across <= look.page.width and measures.gap <= (SNUG if inside.wide else ROOMY).gap:
            break
    else:
        raise problem("E607", f"`{name}` is too wide to be drawn", help="use `--width text`")
    items = [moved(item, EDGE + picture.left, EDGE) for item in picture.items]
    quiet = hidden([step for step, _ in walk(chain)]) if inside.wide else []
    kinds = {item.kind for item in items if isinstance(item, Line)}
    meanings, y = legend(kinds, measures, EDGE + picture.height, across)
    said, y = notes(quiet, measures, y, across)
    if y + EDGE > look.page.height:
        raise problem("E607", f"`{name}` is too tall to be drawn", help="name a smaller block")
    title = f"{graph.title or graph.full_name}: {name}"
    about = f"{title}: {layers(part)} {costs(part)}."
    return Scene(across, y + EDGE, title, about, (*items, *meanings, *said), bill=f"{title}: {costs(part)}.")


def blocks(graph: Graph) -> Iterable[str]:
    """The names of the blocks that a network uses, those used first first."""
    return dict.fromkeys(site.block for node in graph.nodes for site in node.origin.expansion if not site.network)


def found(graph: Graph, name: str) -> list[Node]:
    """The layers of the first use of a block, or those that a label or a path names."""
    for node in graph.nodes:
        for site in node.origin.expansion:
            if name == site.block:
                return [each for each in graph.nodes if site in each.origin.expansion]
    labelled = [node for node in graph.nodes if node.path == name or node.path.startswith(f"{name}.")]
    if not labelled:
        known = ", ".join(blocks(graph)) or "none"
        raise problem("E602", f"there is no block `{name}` in {graph.full_name}", help=f"its blocks: {known}")
    return labelled


def opened(graph: Graph, name: str, inner: list[Node]) -> Graph:
    """A part of a network as a network. Raises Problem E607 where it takes several values."""
    own = {node.path for node in inner}
    given = dict.fromkeys(path for node in inner for path in node.inputs if path not in own)
    if len(given) > 1:
        message = f"`{name}` takes {len(given)} values, and only a block that takes one is drawn by itself"
        raise problem("E607", message, help="draw the whole network")
    (source,) = given
    renamed = {source: "input"}
    nodes = tuple(replace(node, inputs=tuple(renamed.get(path, path) for path in node.inputs)) for node in inner)
    shape = Input(shape=graph.shapes[source])
    return Graph(name=graph.name, sha256=graph.sha256, input=shape, nodes=nodes, outputs=(inner[-1].path,))
