"""A diagram in Graphviz's language."""

import graphviz

from archspec.backends.dot.figure import Box, Figure
from archspec.backends.dot.style import EDGE, GRAPH, NODE, arrow_style, box_style


def write(figure: Figure) -> str:
    """The diagram's text: every box is called as its node's path, every text stands for itself."""
    attributes = {**GRAPH, "label": label(figure.title)}
    dot = graphviz.Digraph("network", graph_attr=attributes, node_attr=dict(NODE), edge_attr=dict(EDGE))
    for box in figure.boxes:
        dot.node(box.id, label(*lines(box)), id=box.id, **box_style(box))
    for arrow in figure.arrows:
        dot.edge(arrow.tail, arrow.head, **arrow_style(arrow))
    text: str = dot.source
    return text


def lines(box: Box) -> list[str]:
    """What stands in a box, line by line."""
    return [box.text, box.size] if box.size else [box.text]


def label(*lines: str) -> str:
    """Lines as a label in which `<b>`, `\\N` and `&lt;` stand for themselves."""
    text: str = graphviz.nohtml("\\n".join(plain(line) for line in lines))
    return text


def plain(text: str) -> str:
    """One line of text that stands for itself, and is legal in XML."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    escaped: str = graphviz.escape(shown.replace("&", "&amp;"))
    return escaped
