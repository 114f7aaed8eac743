"""Layers of a graph as lines of a spec."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from archspec.graph import Node


def lines(nodes: Sequence[Node], value: str, names: Mapping[str, str], kept: Collection[str]) -> Iterator[str]:
    """Lines that make these layers again, from the value that stands before them.

    `names` gives the labels of values from before. A layer is named by a label, and so keeps its path, if it is one of
    `kept` or a later line takes its value; the others follow each other on a line and are numbered as specs number
    them.
    """
    known = dict(names)
    recalled = far(nodes, value)
    row: list[str] = []
    for node in nodes:
        first, *others = node.inputs
        if first != value:
            yield from flushed(row)
            yield f"from {known[first]}"
        text = str(node.op) + (f"({', '.join(known[path] for path in others)})" if others else "")
        if node.path in kept or node.path in recalled:
            yield from flushed(row)
            yield f"{node.path}: {text}"
            known[node.path] = node.path
        else:
            row.append(text)
        value = node.path
    yield from flushed(row)


def flushed(row: list[str]) -> Iterator[str]:
    """The line of the layers that were gathered, if there are any."""
    if row:
        yield " ".join(row)
        row.clear()


def far(nodes: Sequence[Node], value: str) -> frozenset[str]:
    """The values that some layer takes from further back than the layer before it."""
    found: set[str] = set()
    for node in nodes:
        first, *others = node.inputs
        found.update(others if first == value else node.inputs)
        value = node.path
    return frozenset(found)
