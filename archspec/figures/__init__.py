"""Figures of networks, as papers draw them.

`steps` groups a graph's layers into what one box shows, `tree` finds chains, branches and joins in them, `folding` what
repeats. A style, one file each, lays that out in points, as a `scene` of boxes, lines and words, which `svg`, `tikz`
and `dot` write. `draw` is the way in.
"""

from collections.abc import Sequence
from importlib import import_module
from math import ceil
from typing import Protocol, cast

from archspec.diagnostics import Problem, problem
from archspec.figures.caption import about, bill
from archspec.figures.look import PAGES, Look
from archspec.figures.palette import THEMES
from archspec.figures.scene import Scene, enlarged
from archspec.graph import Graph

STYLES = ("auto", "stack", "u", "volume", "dag", "block")
"""What `--style` takes: each but `auto` is a file here."""

WIDTHS = ("auto", *PAGES)
"""What `--width` takes."""


class Style(Protocol):
    """What the file of a style provides."""

    def lay(self, graph: Graph, look: Look) -> Scene:
        """The figure of a network. Raises Problem E607 where it cannot be drawn in this style."""
        ...


def draw(
    graph: Graph,
    style: str = "auto",
    *,
    width: str = "auto",
    unfold: bool = False,
    theme: str = "color",
    block: str | None = None,
    beside: Sequence[Graph] = (),
) -> Scene:
    """The figure of a network, or of several side by side.

    `width` is a column or the text of a page, or a slide; `auto` is a column, or the text where that is too narrow;
    `unfold` draws what repeats as often as it stands there; `block` is the name of the block whose inside is drawn.
    Raises Problem: E602 for what there is not, E607 where a style cannot draw this network.
    """
    chosen(style, STYLES, "style")
    chosen(width, WIDTHS, "width")
    chosen(theme, tuple(THEMES), "theme")
    looks = [Look(PAGES[each], unfold, block) for each in (("column", "text") if width == "auto" else (width,))]
    scene, look = laid((graph, *beside), style, looks)
    scene = enlarged(scene, look.page.enlargement(scene.width, scene.height))
    if not (block or style == "block"):  # which is told of its own layers and costs
        scene = scene._replace(about=about((graph, *beside)), bill=bill((graph, *beside)))
    return scene._replace(width=ceil(scene.width), height=ceil(scene.height), theme=theme)


def laid(graphs: Sequence[Graph], style: str, looks: Sequence[Look]) -> tuple[Scene, Look]:
    """The figure on the first page that has room for it, and that page. Raises Problem E607 where none has."""
    look, *others = looks
    try:
        if len(graphs) > 1:
            scene: Scene = import_module("archspec.figures.compare").lay(graphs, look)
        else:
            scene = named(style, graphs[0], look).lay(graphs[0], look)
    except Problem as refused:
        if not others or refused.diagnostics[0].code != "E607":
            raise
        return laid(graphs, style, others)
    return scene, look


def named(style: str, graph: Graph, look: Look) -> Style:
    """The style of this name; `auto` is the one that suits the network."""
    if style == "auto":
        from archspec.figures.choice import choose

        style = "block" if look.block else choose(graph, look.page)
    return cast(Style, import_module(f"archspec.figures.{style}"))


def chosen(name: str, known: tuple[str, ...], what: str) -> str:
    """The name, if it is known. Raises Problem E602 if not."""
    if name not in known:
        raise problem("E602", f"there is no {what} `{name}`", help=f"{what}s: {', '.join(known)}")
    return name
