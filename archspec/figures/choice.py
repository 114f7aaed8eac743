"""Which style suits a network."""

from archspec.figures.look import PAGES, Page
from archspec.figures.tree import Knotted, tree
from archspec.figures.u import suits
from archspec.graph import Graph


def choose(graph: Graph, page: Page = PAGES["text"]) -> str:
    """The name of a style that draws the network: a U where it goes down and up again and fits the page, else a stack.

    A U that is too large for a column alone is no stack there: it is drawn across the text.
    """
    try:
        chain = tree(graph)
    except Knotted:
        return "dag"
    return "u" if suits(graph, chain, max(page, PAGES["text"], key=lambda page: page.width)) else "stack"
