"""The summary of a network: a row for each layer, and the totals."""

from typing import Any

from archspec.checks.checkup import Checked, totals
from archspec.graph import Graph, Node
from archspec.graph.counts import node_macs, node_params
from archspec.op.window import as_papers, size

HEADINGS = ("layer", "op", "output", "parameters", "multiply-adds")


def summary_json(checked: Checked) -> dict[str, Any]:
    """The summary as tools read it; sizes are height x width x channels."""
    graph = checked.graph
    assert graph is not None
    return {
        "network": graph.name,
        "column": graph.column,
        **totals(graph, checked.counts),
        "layers": [layer_json(graph, node) for node in graph.nodes],
    }


def layer_json(graph: Graph, node: Node) -> dict[str, Any]:
    """One layer as tools read it."""
    return {
        "path": node.path,
        "op": str(node.op),
        "output": list(as_papers(node.shape)),
        "params": sum(node_params(graph, node)),
        "macs": node_macs(graph, node),
        "line": node.origin.line,
    }


def summary_text(checked: Checked) -> str:
    """The summary as a table."""
    graph, counts = checked.graph, checked.counts
    assert graph is not None
    assert counts is not None
    rows: list[tuple[str, ...]] = [HEADINGS, ("input", "", size(graph.input.shape), "", "")]
    rows += [row(graph, node) for node in graph.nodes]
    foot = [("total", f"depth {counts.depth}", "", f"{sum(counts.params):,}", f"{counts.macs:,}")]
    if graph.heads:
        foot.append(("with heads", "", "", f"{sum(counts.with_heads.params):,}", f"{counts.with_heads.macs:,}"))
    rows += foot
    widths = [max(len(cells[column]) for cells in rows) for column in range(len(HEADINGS))]
    lines = [aligned(cells, widths) for cells in rows]
    rule = "-" * max(map(len, lines))
    title = f"{graph.full_name}  {graph.title}".rstrip()
    frozen = [f"of the parameters, {counts.params.frozen:,} are frozen"] if counts.params.frozen else []
    end = len(lines) - len(foot)
    heads = [f"head {head.name}: {head.value}, weight {head.weight:g}" for head in graph.heads]
    return "\n".join([title, rule, lines[0], rule, *lines[1:end], rule, *lines[end:], *frozen, *heads]) + "\n"


def row(graph: Graph, node: Node) -> tuple[str, ...]:
    """The cells of one layer; a zero is left out."""
    params, macs = sum(node_params(graph, node)), node_macs(graph, node)
    numbers = (f"{number:,}" if number else "" for number in (params, macs))
    return (node.path, str(node.op), size(node.shape), *numbers)


def aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    """One line: names to the left, numbers to the right."""
    parts = [c.ljust(w) if n < 2 else c.rjust(w) for n, (c, w) in enumerate(zip(cells, widths, strict=True))]
    return "  ".join(parts).rstrip()
