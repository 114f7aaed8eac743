"""The lines below a table: what it has no place for, in the words of the language."""

from collections.abc import Iterator, Sequence

from archspec.diagnostics import problem
from archspec.graph import Graph, Node
from archspec.graph.needs import only_heads_need
from archspec.op.form import plain, read_form
from archspec.tables.layout.blocks import Blocks
from archspec.tables.layout.chains import unstrided
from archspec.tables.layout.conventions import Habits
from archspec.tables.layout.suites import STEP, Suite


def notes(habits: Sequence[Habits], blocks: Blocks) -> Iterator[str]:
    """Conventions, blocks and heads."""
    yield from defaults(habits)
    options = [each.shortcut for each in habits]
    if any(options):
        known = next(option for option in options if option)
        yield "default residual " + joined([f"shortcut={option or known}" for option in options])
    for definition in blocks.definitions:
        yield from definition.spelled()
    found = [tuple(heads(each, index, blocks)) for index, each in enumerate(habits)]
    if any(lines != found[0] for lines in found):
        raise problem("E613", "the heads of these networks differ", help="name one column")
    yield from found[0]


def defaults(habits: Sequence[Habits]) -> Iterator[str]:
    """A line for each kind of layer that has a convention; networks without such layers follow the others."""
    kinds = {node.op.kind: type(node.op) for each in habits for node in each.graph.nodes}
    for kind, op in kinds.items():
        cells = [each.by_kind[kind].spelled(op) if kind in each.by_kind else None for each in habits]
        known = next(cell for cell in cells if cell is not None)
        if any(cells):
            yield f"default {read_form(op.form).word} {joined([known if cell is None else cell for cell in cells])}"


def joined(cells: Sequence[str]) -> str:
    """Cells between bars; one where all are the same."""
    return cells[0] if len(set(cells)) == 1 else " | ".join(cells)


def heads(habits: Habits, index: int, blocks: Blocks) -> Iterator[str]:
    """The heads of one network."""
    graph = habits.graph
    labels = {label.value: label.name for label in graph.labels}
    for head in graph.heads:
        nodes = head_layers(graph, head.name)
        start = nodes[0].inputs[0]
        if start not in labels:
            raise problem("E613", f"head {head.name} begins at {start}, which has no label")
        yield f"head {head.name} from {labels[start]} (weight={plain(head.weight)}):"
        suite = Suite(habits, f"{head.name}.", lambda piece: blocks.call(index, piece))
        yield from (STEP + unstrided(line) for line in suite.lines(nodes, 0, start))


def head_layers(graph: Graph, name: str) -> list[Node]:
    """The layers of a head. Raises Problem E613 where it has none of its own."""
    inside = only_heads_need(graph)
    found = [node for node in graph.nodes if node.path in inside and node.path.startswith(f"{name}.")]
    if not found:
        raise problem("E613", f"head {name} has no layers of its own")
    return found
