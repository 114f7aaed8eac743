"""The text of a convolutional network's spec: the other spec up to its fully connected layers, and lines from there."""

from collections.abc import Mapping, Set
from dataclasses import replace

from archspec.derive.lines import lines
from archspec.derive.using import claims, input_line, net_line, stage_line, use_line
from archspec.diagnostics import problem
from archspec.graph import Graph, Head, Node
from archspec.graph.counts import count
from archspec.graph.needs import needed
from archspec.op.form import plain
from archspec.ops.fc import FullyConnected
from archspec.ops.flatten import Flatten


def spec_text(original: Graph, whole: Graph, file: str, lets: Mapping[str, int], kept: Set[str]) -> str:
    """The spec of the network `whole`, which is `original` made convolutional.

    `file` is how the spec calls the original's, `lets` are what the original's were set to, and the layers in `kept`
    are named by labels.
    """
    main = needed(whole.nodes, whole.outputs)
    behind = of_vectors(original)
    tail = [node for node in whole.nodes if node.path in main and node.path in behind]
    end, labels = cut(whole, tail)
    made = {node.path for node in tail}
    names = {value: name for value, name in labels.items() if value not in made} | {path: path for path in made}
    heads = [(head, beside(whole, head, main)) for head in whole.heads]
    called = kept | {nodes[0].inputs[0] for _, nodes in heads}
    body = [] if end == whole.input.name else [stage_line(original, [f"to={labels.get(end, end)}"], lets)]
    parts = [
        [net_line(original, "conv", "its fully connected layers as convolutions")],
        [use_line(original, file)] if body else [],
        [input_line(original)],
        [*body, *lines(tail, end, labels, called)],
        *(head_lines(whole, head, nodes, names, kept) for head, nodes in heads),
        list(claims(count(original), whole)),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def of_vectors(graph: Graph) -> frozenset[str]:
    """The layers that take or make vectors, and every layer behind one."""
    found: set[str] = set()
    for node in graph.nodes:
        if isinstance(node.op, FullyConnected | Flatten) or found.intersection(node.inputs):
            found.add(node.path)
    return frozenset(found)


def cut(graph: Graph, tail: list[Node]) -> tuple[str, Mapping[str, str]]:
    """The value that the other spec is used up to, and the labels that values have there.

    That is its output where heads alone differ. Raises Problem E612 where a value before it is taken too, and has no
    label.
    """
    own = {node.path for node in tail}
    taken = [path for node in tail for path in node.inputs if path not in own]
    order = [graph.input.name, *(node.path for node in graph.nodes)]
    end = max(taken, key=order.index, default=graph.outputs[0])
    labels = {label.value: label.name for label in graph.labels} | {graph.input.name: graph.input.name}
    before = needed(graph.nodes, [end])
    for path in taken:
        if path != end and not (path in labels and path in before):
            help = "give its line a label"
            raise problem("E612", f"no line of the new spec can take {path} of {graph.full_name}", help=help)
    return end, labels


def beside(graph: Graph, head: Head, main: Set[str]) -> list[Node]:
    """The layers of a head. Raises Problem E612 where it has none."""
    own = needed(graph.nodes, [head.value]) - main
    if not own:
        raise problem("E612", f"head {head.name} of {graph.full_name} has no layers but flatten")
    return [node for node in graph.nodes if node.path in own]


def head_lines(graph: Graph, head: Head, nodes: list[Node], names: Mapping[str, str], kept: Set[str]) -> list[str]:
    """A head, as specs write it. Raises Problem E612 where it begins at a value that has no label."""
    first = nodes[0].inputs[0]
    if first not in names:
        help = "give its line a label"
        raise problem("E612", f"no head of the new spec can begin at {first} of {graph.full_name}", help=help)
    prefix = f"{head.name}."
    inside = lines([within(node, prefix) for node in nodes], first, names, {p.removeprefix(prefix) for p in kept})
    return [f"head {head.name} from {names[first]} (weight={plain(head.weight)}):", *(f"    {line}" for line in inside)]


def within(node: Node, prefix: str) -> Node:
    """A layer with the names that it and its inputs have below a label."""
    inputs = tuple(path.removeprefix(prefix) for path in node.inputs)
    return replace(node, path=node.path.removeprefix(prefix), inputs=inputs)
