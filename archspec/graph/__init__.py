"""The typed graph: a flat list of nodes in topological order, each with its shape and its place in a spec.

Shapes are without the batch: `(C, H, W)` for a map, `(F,)` for a vector.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

from archspec.graph.union import AnyOp
from archspec.op import Positive, Record, Shape, Weight
from archspec.op.fields import Long, Within

LONGEST_PATH = 1000
"""Characters of a path."""
Path = Annotated[str, Long(LONGEST_PATH, pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$")]
"""Names joined by dots: `conv2_x.0.bn1`."""

Sizes = Annotated[tuple[Positive, ...], Long(3, min_length=1)]


STRICT = {"extra": "forbid", "strict": True}
"""How pydantic reads what a document holds. What is made of a spec is not read: there may be 100,000 of each."""


@dataclass(frozen=True, slots=True)
class Site:
    """One step of an expansion: the block or the network, what its parameters were, and where it was used."""

    __pydantic_config__: ClassVar = STRICT

    block: str
    arguments: tuple[tuple[str, int], ...]
    scope: str
    """The path that this use of the block gives its layers."""
    file: str
    """The file that the line and the column are in."""
    line: int
    column: int
    network: bool = False
    """Whether it is a network of another file, and no block."""

    def __str__(self) -> str:
        if self.network:
            return f"network {self.block}"
        return f"block {self.block}({', '.join(f'{name}={value}' for name, value in self.arguments)})"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a node was written: line and column count from 1, the end is the column after the last."""

    __pydantic_config__: ClassVar = STRICT

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    cell: str | None = None
    """The network in whose cell of the table it, or the block it is in, was written; None where that line holds for
    every network."""
    expansion: tuple[Site, ...] = ()
    """The block uses that led here, outermost first."""

    @property
    def spec(self) -> str:
        """The file of the spec itself, which may use the one that the node is written in."""
        return self.expansion[0].file if self.expansion else self.file


class Input(Record):
    """What the network is given."""

    name: Literal["input"] = "input"
    shape: Sizes


@dataclass(frozen=True, slots=True)
class Node:
    """One layer at its place in the network."""

    __pydantic_config__: ClassVar = STRICT

    path: Path
    """Labels and block names, then the op and its number there: the name it has in every back end."""
    op: AnyOp
    inputs: tuple[str, ...]
    """Paths of the values it takes; `input` is the network's input."""
    shape: Sizes
    """The output's shape."""
    origin: Origin

    @property
    def operands(self) -> tuple[str, ...]:
        """Paths of the values that it computes with: not of those that it takes for their size alone."""
        return self.inputs[: len(self.inputs) - self.op.sizing]


class Label(Record):
    """A name that the source gives to a value."""

    name: str
    value: str


class Head(Record):
    """An output for training alone: its loss, times its weight, is added to that of the main output."""

    name: Path
    value: str
    """Path of the value it gives."""
    weight: Annotated[float, Within(gt=0)] = 1.0
    """What its loss is multiplied by."""


class Graph(Record):
    """One network."""

    format: Literal["archspec-graph-1"] = "archspec-graph-1"
    name: str
    title: str = ""
    column: str | None = None
    """The column of the table that this is; None where the file holds one network."""
    sha256: str
    """Digest of the source text."""
    input: Input
    nodes: tuple[Node, ...]
    outputs: tuple[str, ...]
    """Paths of the values it gives, the main one first."""
    heads: tuple[Head, ...] = ()
    """What it gives besides while it is trained, in the order of the source."""
    labels: tuple[Label, ...] = ()

    def __copy__(self) -> Self:
        """A copy that remembers nothing: `model_copy` changes it."""
        copy = super().__copy__()
        for name in copy.__dict__.keys() - type(self).model_fields.keys():
            del copy.__dict__[name]
        return copy

    @property
    def full_name(self) -> str:
        """The network's name with its column: `vgg:E`."""
        return f"{self.name}:{self.column}" if self.column else self.name

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """The shape of every value, by path."""
        return {self.input.name: self.input.shape} | {node.path: node.shape for node in self.nodes}

    @property
    def results(self) -> tuple[str, ...]:
        """Paths of all values that training uses: the outputs, then those of the heads."""
        return (*self.outputs, *(head.value for head in self.heads))

    @cached_property
    def by_path(self) -> Mapping[str, Node]:
        """Every node by its path."""
        return {node.path: node for node in self.nodes}

    @cached_property
    def memory(self) -> dict[object, Any]:
        """What was worked out about it: see `remembered`."""
        return {}

    @cached_property
    def switches(self) -> frozenset[str]:
        """The max-poolings whose switches, the places of the maxima, an unpooling takes."""
        return frozenset(node.inputs[1] for node in self.nodes if node.op.kind == "unpool")

    def takes(self, node: Node) -> list[Shape]:
        """The shapes of a node's inputs."""
        return [self.shapes[path] for path in node.inputs]

    def tensors(self) -> Iterator[tuple[str, Node, Weight]]:
        """Every tensor: its name (the node's path and the tensor's own), its node, and what it is."""
        known: dict[object, Mapping[str, Weight]] = {}
        for node in self.nodes:
            key = (id(node.op), *self.takes(node))  # the layers of a repeat are one op
            if key not in known:
                known[key] = node.op.weights(*key[1:])
            for name, weight in known[key].items():
                yield f"{node.path}.{name}", node, weight
