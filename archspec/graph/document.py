"""A graph as a JSON document, and back: strictly typed, and every shape worked out again."""

import json
from typing import Any

from archspec import ops
from archspec.diagnostics import problem
from archspec.graph import Graph, Head, Input, Label, Node, Origin, Site
from archspec.op import Mismatch, Shape
from archspec.op.describe import docstrings
from archspec.op.fields import alias


def write_document(graph: Graph) -> str:
    """The graph as JSON, one node to a line."""
    data = graph.model_dump(mode="json")
    nodes = ",\n    ".join(json.dumps(node, ensure_ascii=False) for node in data.pop("nodes"))
    head = json.dumps(data, ensure_ascii=False, indent=2).removesuffix("\n}")
    return f'{head},\n  "nodes": [\n    {nodes}\n  ]\n}}\n'


def read_document(text: str | bytes, name: str) -> Graph:
    """Read a graph back. Raises Problem E606 when the text is no graph, or one that does not hold up."""
    from pydantic import ValidationError

    try:
        graph = Graph.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the document"
        said = "Extra inputs are not permitted" if first["type"] == "unexpected_keyword_argument" else first["msg"]
        raise problem("E606", f"{name} is not a graph", f"{where}: {said}") from None
    fault = inconsistency(graph)
    if fault:
        raise problem("E606", f"{name} is not a sound graph", fault)
    return graph


def inconsistency(graph: Graph) -> str | None:
    """What does not hold up in a graph: a name used twice, a value used before it exists, a wrong shape."""
    shapes: dict[str, Shape] = {graph.input.name: graph.input.shape}
    for node in graph.nodes:
        missing = [path for path in node.inputs if path not in shapes]
        if missing:
            return f"{node.path} takes {missing[0]}, which no earlier node gives"
        if node.path in shapes:
            return f"two nodes are called {node.path}"
        if len(node.inputs) != node.op.arity and (node.op.arity or len(node.inputs) < 2):
            return f"{node.path} takes {WANTED[node.op.arity]}, not {len(node.inputs)}"
        if node.op.kind == "unpool" and not undoes(node, graph.by_path.get(node.inputs[1])):
            return f"{node.path} does not take a max-pooling and that one's input"
        try:
            shape = node.op.infer(*(shapes[path] for path in node.inputs))
        except Mismatch as error:
            return f"{node.path}: {error}"
        if shape != node.shape:
            return f"{node.path} states the shape {node.shape}, but has {shape}"
        shapes[node.path] = shape
    names = [head.name for head in graph.heads]
    if len(set(names)) < len(names):
        return "two heads have one name"
    lost = [path for path in (*graph.results, *(label.value for label in graph.labels)) if path not in shapes]
    if lost or not graph.outputs:
        return f"{lost[0]} is no value of the graph" if lost else "it has no output"
    return None


WANTED = {1: "1 value", 2: "2 values", 3: "3 values", None: "two or more values"}
"""How many values an op takes, in words."""


def undoes(unpool: Node, pool: Node | None) -> bool:
    """Whether an unpooling takes a max-pooling and that one's input."""
    return pool is not None and pool.op.kind == "maxpool" and pool.inputs == unpool.inputs[2:]


def schema() -> dict[str, Any]:
    """The JSON Schema of the document, with the docstring of every field; `kind` tells the ops apart."""
    whole = Graph.model_json_schema()
    records: tuple[Any, ...] = (Graph, Node, Origin, Site, Input, Label, Head, *ops.every())
    for record in records:
        part = whole if record is Graph else whole["$defs"][record.__name__]
        for field, text in docstrings(record).items():
            part["properties"][alias(field)]["description"] = text
    return whole
