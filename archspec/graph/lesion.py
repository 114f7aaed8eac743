"""Taking a part out of a network: the branch of a residual module (Veit et al. 2016, section 4.1), or layers whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from archspec.graph import Graph, Node
from archspec.graph.builder import Builder
from archspec.graph.needs import needed
from archspec.graph.residual import Module, modules
from archspec.op import Mismatch
from archspec.op.window import size


class Absent(Exception):
    """A network has no such part."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


def without(network: Graph | Builder, parts: Sequence[str]) -> dict[str, str]:
    """For each value that goes with a part the one that stands in for it.

    A part is a layer's path or a scope of paths. One that holds a residual module loses the module's branch: the
    shortcut stays, a projection too, and so does what follows the sum. Any other goes whole, if it gives the shape that
    it takes. A relu that comes to follow a relu, and so does nothing, goes too.

    Raises Absent for what is not there, Mismatch E615 for what cannot be taken out.
    """
    found = modules(network)
    stand: dict[str, str] = {}
    for part in parts:
        nodes = [node for node in network.nodes if f"{node.path}.".startswith(f"{part}.")]
        if not nodes:
            raise Absent(part)
        inside = [found[node.path] for node in nodes if node.path in found]
        if len(inside) > 1:
            names = ", ".join(module.path for module in inside[:3]) + (", ..." if len(inside) > 3 else "")
            raise Mismatch("E615", f"`{part}` holds {len(inside)} residual modules", names, "take out one by one")
        stand |= branchless(inside[0]) if inside else whole(network, part, nodes)
    idle(network, stand)
    return {value: followed(stand, value) for value in stand}


def idle(network: Graph | Builder, stand: dict[str, str]) -> None:
    """Take out each relu that comes to follow a relu."""
    for node in network.nodes:
        if node.op.kind == "relu" and node.inputs[0] in stand and node.path not in stand:
            before = network.by_path.get(followed(stand, node.inputs[0]))
            if before and before.op == node.op:
                stand[node.path] = before.path


def branchless(module: Module) -> dict[str, str]:
    """The sum's value is the shortcut's alone."""
    return {module.path: module.shortcut}


def whole(network: Graph | Builder, part: str, nodes: Sequence[Node]) -> dict[str, str]:
    """The value that a part gives is the one that it takes."""
    own = {node.path for node in nodes}
    taken = list(dict.fromkeys(path for node in nodes for path in node.inputs if path not in own))
    given = list(dict.fromkeys(used(network, own))) or [nodes[-1].path]
    if len(taken) > 1 or len(given) > 1:
        what, values = ("takes", taken) if len(taken) > 1 else ("gives", given)
        raise Mismatch("E615", f"`{part}` {what} several values, so none stands in for it", ", ".join(values[:4]))
    shapes = [network.shapes[path] for path in (taken[0], given[0])]
    if shapes[0] != shapes[1]:
        help = "a residual module can lose its branch, any other part must give the shape that it takes"
        found = f"it takes {size(shapes[0])} and gives {size(shapes[1])}"
        raise Mismatch("E615", f"without `{part}` the shapes do not fit", found, help)
    undone = next((n.path for n in network.nodes if n.op.kind == "unpool" and n.inputs[1] in own - {n.path}), None)
    if undone and undone not in own:
        raise Mismatch("E615", f"`{part}` is undone by an unpooling", undone)
    return {given[0]: taken[0]}


def used(network: Graph | Builder, own: set[str]) -> Iterator[str]:
    """The values of some layers that others take."""
    return (path for node in network.nodes if node.path not in own for path in node.inputs if path in own)


def followed(stand: dict[str, str], value: str) -> str:
    """What stands in for a value in the end."""
    while value in stand:
        value = stand[value]
    return value


def rewired(nodes: Sequence[Node], stand: Mapping[str, str]) -> list[Node]:
    """The layers with what stands in for the values that they take."""
    return [
        replace(node, inputs=tuple(stand.get(path, path) for path in node.inputs))
        if any(path in stand for path in node.inputs)
        else node
        for node in nodes
    ]


def left(graph: Graph, stand: Mapping[str, str]) -> Graph:
    """What is left of a network without heads: its layers, with what stands in for values, but those not needed."""
    nodes = rewired(graph.nodes, stand)
    outputs = tuple(stand.get(path, path) for path in graph.outputs)
    alive = needed(nodes, outputs)
    kept = tuple(node for node in nodes if node.path in alive)
    return graph.model_copy(update={"nodes": kept, "outputs": outputs, "labels": ()})
