"""The network without some of its parts, as a spec that uses the other one: `resnet:50(without=conv3_x.2)`."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from archspec.derive import Derived, Location, again, reference, same, usable
from archspec.derive.using import claims, input_line, net_line, stage_line, use_line
from archspec.diagnostics import Diagnostic, Problem, problem
from archspec.files import read
from archspec.formatting import format_spec
from archspec.graph import Graph, Node
from archspec.graph.counts import count
from archspec.graph.lesion import Absent, left, without
from archspec.language.settled import Choices
from archspec.language.suggest import did_you_mean
from archspec.language.text import decode
from archspec.network import find_spec, parted, single
from archspec.op import Mismatch
from archspec.rewrite.heads import without_heads
from archspec.source import Source, Span


def lesion(
    path: Location,
    column: str | None = None,
    *,
    delete: Sequence[str],
    input: str | None = None,
    lets: Mapping[str, int] | None = None,
    where: Location | None = None,
) -> Derived:
    """A spec's network without some parts: layers or labels, as `archspec summary` lists them.

    A part with a residual module loses the module's branch and keeps its shortcut; any other goes whole. All other
    layers keep their names, and so their weights; heads go. `where` is the folder that it is for: the spec's own unless
    given. Raises Problem: E615 where a part cannot be taken out, E602 where there is none, E609 where the folder does
    not fit.
    """
    return derive(f"{path}:{column}" if column else str(path), delete, Choices(input, lets or {}), where)


def derive(path: str, delete: Sequence[str], choices: Choices, where: Location | None) -> Derived:
    """The same, for a path that may name the column."""
    usable(path, "E615")
    original = single(path, choices)
    name, place = find_spec(parted(path)[0])
    whole = remaining(original.graph, delete, decode(name, read(place, choices.limits.bytes), place))
    home = Path(where) if where is not None else place.parent
    text = format_spec(spec_text(original.graph, whole, delete, reference(place, home), choices.lets))
    network = again(text, home)
    if not same(network.graph, whole):  # a name of a layer that another file has elsewhere, say
        raise problem("E615", f"no spec can say what is left of {original.graph.full_name}")
    return Derived(text, network, original)


def remaining(graph: Graph, delete: Sequence[str], source: Source) -> Graph:
    """The network without some parts, taken out one by one, and without heads. Raises Problem, at the part's line."""
    graph = without_heads(graph)
    for part in delete:
        graph = left(graph, standing(graph, part, source))
        if not graph.nodes:
            raise problem("E615", f"nothing is left of {graph.full_name}")
    return graph


def standing(graph: Graph, part: str, source: Source) -> dict[str, str]:
    """What stands in for the values of a part. Raises Problem where it is not there or cannot be taken out."""
    try:
        return without(graph, [part])
    except Absent:
        known = {*(node.path for node in graph.nodes), *(node.path.rpartition(".")[0] for node in graph.nodes)}
        help = did_you_mean(part, known) or "`archspec summary` lists the layers; heads go in any case"
        raise problem("E602", f"{graph.full_name} has no layer and no label `{part}`", help=help) from None
    except Mismatch as error:
        first = next(node for node in graph.nodes if f"{node.path}.".startswith(f"{part}."))
        raise Problem(located(error, first, source)) from None


def located(error: Mismatch, node: Node, source: Source) -> Diagnostic:
    """What is wrong, at the line of the spec that makes a layer or uses the block that does."""
    site = node.origin.expansion[0] if node.origin.expansion else node.origin
    start = sum(len(line) + 1 for line in source.text.split("\n")[: site.line - 1]) + site.column - 1
    end = start + len(source.text[start:].split()[0])
    if site is node.origin and node.origin.line == node.origin.end_line:
        end = start + node.origin.end_column - node.origin.column
    return Diagnostic(error.code, error.message, error.found, source, Span(start, end), help=error.help)


def spec_text(original: Graph, whole: Graph, delete: Sequence[str], file: str, lets: Mapping[str, int]) -> str:
    """The spec of what is left."""
    parts = delete[0] if len(delete) == 1 else f"({', '.join(delete)})"
    return (
        "\n\n".join(
            [
                net_line(original, "lesion", f"without {', '.join(delete)}"),
                use_line(original, file),
                f"{input_line(original)}\n{stage_line(original, [f'without={parts}'], lets)}",
                "\n".join(claims(count(whole), whole)),
            ]
        )
        + "\n"
    )
