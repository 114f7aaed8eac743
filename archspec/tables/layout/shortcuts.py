"""The shortcuts of residuals: which layers they are, and which options they follow (He et al. 2016, section 3.3)."""

import re
from collections.abc import Sequence

from archspec.graph import Graph, Node

SHORTCUT = re.compile(r"(^|\.)shortcut[0-9]+\.")
"""The path of a layer that the shortcut of a residual adds."""


def parted(nodes: Sequence[Node], prefix: str = "") -> tuple[list[Node], list[Node]]:
    """The layers of a residual below a path: those of its body and behind it, and those of its shortcut."""
    around = [node for node in nodes if SHORTCUT.search(node.path.removeprefix(prefix))]
    return [node for node in nodes if node not in around], around


def usual_option(graph: Graph) -> str:
    """The option of a network's `default residual`; empty where no shortcut shows one."""
    around = [node for node in graph.nodes if SHORTCUT.search(node.path)]
    found = [options(graph, [node]) for node in around if node.op.kind != "bn"]
    return min(found, key=("A", "C", "BC").index)[0] if found else ""


def options(graph: Graph, around: Sequence[Node]) -> str:
    """The options that give this shortcut of a sum, as letters."""
    if not around:
        return "AB"
    first = around[0]
    if first.op.kind != "conv":
        return "A"
    return "C" if graph.shapes[first.inputs[0]] == first.shape else "BC"
