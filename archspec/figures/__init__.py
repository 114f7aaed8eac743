"""Figures of networks, as papers draw them.

`steps` groups a graph's layers into what one box shows, `tree` finds chains, branches and joins in them, `folding` what
repeats. A style, one file each, lays that out in points, as a `scene` of boxes, lines and words, which `svg`, `tikz`
and `dot` write. `draw` is the way in.
"""

from collections.abc import Sequence
from importlib import import_module
from math import ceil
from typing import Protocol, cast

from archspec.diagnostics import problem
from archspec.figures.caption import about
from archspec.figures.look import PAGES, Look
from archspec.figures.palette import THEMES
from archspec.figures.scene import Scene, enlarged
from archspec.graph import Graph

STYLES = ("auto", "stack", "u", "volume", "dag", "block")
"""What `--style` takes: each but `auto` is a file here."""


class Style(Protocol):
    """What the file of a style provides."""

    def lay(self, graph: Graph, look: Look) -> Scene:
        """The figure of a network. Raises Problem E607 where it cannot be drawn in this style."""
        ...


def draw(
    graph: Graph,
    style: str = "auto",
    *,
    width: str = "column",
    unfold: bool = False,
    theme: str = "color",
    block: str | None = None,
    beside: Sequence[Graph] = (),
) -> Scene:
    """The figure of a network, or of several side by side.

    `width` is a column or the text of a page, or a slide; `unfold` draws what repeats as often as it stands there;
    `block` is the name of the block whose inside is drawn. Raises Problem: E602 for what there is not, E607
    where a style cannot draw this network.
    """
    chosen(style, STYLES, "style")
    look = Look(PAGES[chosen(width, tuple(PAGES), "width")], unfold, block)
    chosen(theme, tuple(THEMES), "theme")
    if beside:
        scene: Scene = import_module("archspec.figures.compare").lay((graph, *beside), look)
    else:
        scene = named(style, graph, look).lay(graph, look)
    scene = enlarged(scene, look.page.zoom)
    words = about((graph, *beside))
    return scene._replace(width=ceil(scene.width), height=ceil(scene.height), about=words, theme=theme)


def named(style: str, graph: Graph, look: Look) -> Style:
    """The style of this name; `auto` is the one that suits the network."""
    if style == "auto":
        from archspec.figures.choice import choose

        style = "block" if look.block else choose(graph)
    return cast(Style, import_module(f"archspec.figures.{style}"))


def chosen(name: str, known: tuple[str, ...], what: str) -> str:
    """The name, if it is known. Raises Problem E602 if not."""
    if name not in known:
        raise problem("E602", f"there is no {what} `{name}`", help=f"{what}s: {', '.join(known)}")
    return name
