"""How a diagram looks: fonts, colours, distances."""

from collections.abc import Mapping

from archspec.backends.dot.figure import Arrow, Box

FONT = "Arial,Helvetica,sans-serif"

GRAPH: Mapping[str, str] = {
    "rankdir": "TB",
    "nodesep": "0.25",
    "ranksep": "0.22",
    "fontname": FONT,
    "fontsize": "11",
    "labelloc": "t",
}
NODE: Mapping[str, str] = {
    "shape": "box",
    "style": "filled",
    "fontname": FONT,
    "fontsize": "9",
    "height": "0.25",
    "margin": "0.1,0.05",
    "penwidth": "0.7",
    "color": "#404040",
    "fillcolor": "#ffffff",
}
EDGE: Mapping[str, str] = {"arrowsize": "0.5", "penwidth": "0.7", "color": "#404040"}

END = {"shape": "plaintext", "style": "solid"}
WEIGHTS = {"fillcolor": "#d6e6f5"}
JOIN = {"fillcolor": "#f2f2f2"}


def box_style(box: Box) -> Mapping[str, str]:
    """Weight layers are filled, joins are grey, and the input and outputs have no frame."""
    if not box.ops:
        return END
    if box.ops[0].weight_layer:
        return WEIGHTS
    return JOIN if box.ops[0].arity is None else {}


def arrow_style(arrow: Arrow) -> Mapping[str, str]:
    """The backbone is pulled straight; the other arrows go round it."""
    return {"weight": "8"} if arrow.main else {}
