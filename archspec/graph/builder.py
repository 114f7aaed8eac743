"""Build a graph node by node; each node's shape is inferred as it is added."""

from collections.abc import Sequence
from contextlib import suppress

from archspec.graph import Graph, Head, Input, Label, Node, Origin
from archspec.op import LARGEST, Mismatch, Op, Shape
from archspec.op.window import size

NOWHERE = Origin(file="", line=1, column=1, end_line=1, end_column=1)


class Builder:
    """A graph under construction: its nodes so far and the shape of every value."""

    def __init__(self, shape: Shape) -> None:
        self.input = Input(shape=shape)
        self.nodes: list[Node] = []
        self.by_path: dict[str, Node] = {}
        self.shapes: dict[str, Shape] = {self.input.name: shape}
        self.inferred: dict[object, tuple[Shape, Op]] = {}
        """What an op gives for the shapes of its inputs, and that op: the layers of a repeat are one op."""

    def add(self, path: str, op: Op, inputs: Sequence[str], origin: Origin = NOWHERE) -> str:
        """Add a node and give its path back. Raises Mismatch when the op cannot take these inputs."""
        given = [self.shapes[name] for name in inputs]
        try:
            shape = self.inferred[(id(op), *given)][0]
        except (KeyError, TypeError):  # not known, or a side that stands for many sizes, which no table finds
            shape = self.infer(op, given)
        node = Node(path=path, op=op, inputs=tuple(inputs), shape=shape, origin=origin)
        self.by_path[path] = node
        self.nodes.append(node)
        self.shapes[path] = shape
        return path

    def infer(self, op: Op, given: Sequence[Shape]) -> Shape:
        """The shape that an op gives. It is kept with the op: while that is there, no other one has its id."""
        shape = op.infer(*given)
        if any(side > LARGEST for side in shape):
            raise Mismatch("E503", f"`{op}` gives more than can be counted in ten digits", size(shape))
        with suppress(TypeError):
            self.inferred[(id(op), *given)] = shape, op
        return shape

    def graph(
        self,
        name: str,
        outputs: Sequence[str],
        title: str = "",
        column: str | None = None,
        sha256: str = "",
        labels: Sequence[Label] = (),
        heads: Sequence[Head] = (),
    ) -> Graph:
        """The finished graph."""
        return Graph(
            name=name,
            title=title,
            column=column,
            sha256=sha256,
            input=self.input,
            nodes=tuple(self.nodes),
            outputs=tuple(outputs),
            heads=tuple(heads),
            labels=tuple(labels),
        )
