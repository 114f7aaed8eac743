"""The text of a table that says all of its networks: it is read back before anybody else reads it."""

from collections.abc import Sequence

from archspec.diagnostics import Problem, problem
from archspec.graph import Graph
from archspec.language.settled import Choices
from archspec.source import Source
from archspec.tables.layout import sheet
from archspec.tables.taking import take
from archspec.tables.writing import FORMATS


def export(graphs: Sequence[Graph], form: str, params: bool, macs: bool, choices: Choices) -> str:
    """The table of these networks in a format. Raises Problem E613 where reading it back gives other networks."""
    text = FORMATS[form](sheet(graphs, params, macs))
    name = graphs[0].name
    try:
        found = take(Source("table", text), name, form, choices=choices).checkup.networks
    except Problem as error:
        raise problem("E613", f"no table says {name}", error.diagnostics[0].message) from None
    for graph, other in zip(graphs, found, strict=True):
        if other.graph is None or not same(graph, other.graph):
            raise problem("E613", f"no table says {graph.full_name}", "read back, its table is another network")
    return text


def same(graph: Graph, other: Graph) -> bool:
    """Whether two graphs are the same network, wherever it was written."""
    first, second = ([(n.path, n.op, n.inputs, n.shape) for n in each.nodes] for each in (graph, other))
    ends = [(each.input, each.outputs, each.heads, each.labels) for each in (graph, other)]
    return first == second and ends[0] == ends[1]
