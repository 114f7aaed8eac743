"""The JSON document of a graph: there and back, its schema, and what is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from everything import alone, chain, everything, op
from hypothesis import given
from hypothesis import strategies as st

from archspec import ops
from archspec.diagnostics import Problem
from archspec.graph.document import read_document, schema, write_document
from archspec.op.form import option_name

Document = dict[str, Any]
Change = Callable[[Document], object]


def test_the_graph_of_everything_uses_every_op() -> None:
    assert {node.op.kind for node in everything().nodes} == set(ops.kinds())


def test_a_document_reads_back_as_the_same_graph() -> None:
    graph = everything()
    text = write_document(graph)
    assert read_document(text, "a.json") == graph
    assert write_document(read_document(text.encode(), "a.json")) == text
    assert json.loads(text) == json.loads(graph.model_dump_json())


@pytest.mark.parametrize("kind", ops.kinds())
def test_every_op_reads_back(kind: str) -> None:
    graph = alone(ops.load(kind))
    assert read_document(write_document(graph), "a.json") == graph


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_read_back_bit_for_bit(slope: float) -> None:
    graph = chain((3,), op("leakyrelu", slope=slope))
    assert repr(read_document(write_document(graph), "a.json").nodes[0].op) == repr(graph.nodes[0].op)


def test_a_document_has_a_node_to_a_line() -> None:
    graph = everything()
    lines = write_document(graph).splitlines()
    for node in graph.nodes:
        assert sum(f'"path": "{node.path}", "op"' in line for line in lines) == 1


def test_the_schema_tells_ops_apart_by_their_kind() -> None:
    field = schema()["$defs"]["Node"]["properties"]["op"]
    names = {kind: f"#/$defs/{ops.load(kind).__name__}" for kind in ops.kinds()}
    assert field["discriminator"] == {"propertyName": "kind", "mapping": names}
    assert [each["$ref"] for each in field["oneOf"]] == list(names.values())


@pytest.mark.parametrize("kind", ops.kinds())
def test_the_schema_describes_every_field(kind: str) -> None:
    record = ops.load(kind)
    part = schema()["$defs"][record.__name__]
    assert part["description"]
    assert part["properties"].keys() == {option_name(record, name) for name in record.model_fields}
    for name, field in part["properties"].items():
        assert field["description"].endswith("."), name


REFUSED: dict[str, tuple[Change, str]] = {
    "unknown field": (lambda d: d.update(colour="red"), "colour: Extra inputs are not permitted"),
    "unknown field of a node": (lambda d: d["nodes"][0].update(note="x"), "nodes.0.note: Extra inputs"),
    "unknown field of an op": (
        lambda d: d["nodes"][0]["op"].update(width=3),
        "nodes.0.op.width: Extra inputs",
    ),
    "no kind": (lambda d: d["nodes"][0]["op"].pop("kind"), "nodes.0.op: no op has the kind None"),
    "unknown kind": (
        lambda d: d["nodes"][0]["op"].update(kind="konv"),
        "nodes.0.op: no op has the kind 'konv'",
    ),
    "a list for a kind": (lambda d: d["nodes"][0]["op"].update(kind=["conv"]), "no op has the kind ['conv']"),
    "no op": (lambda d: d["nodes"][0].update(op=3), "nodes.0.op: no op has the kind None"),
    "text for a number": (
        lambda d: d["nodes"][0]["op"].update(channels="8"),
        "nodes.0.op.channels: Input should",
    ),
    "yes for a number": (
        lambda d: d["nodes"][0]["op"].update(channels=True),
        "nodes.0.op.channels: Input should",
    ),
    "3.0 for a number": (
        lambda d: d["nodes"][0]["op"].update(kernel=[3.0, 5]),
        "nodes.0.op.kernel.0: Input should",
    ),
    "a number for yes": (lambda d: d["nodes"][0]["op"].update(bias=1), "nodes.0.op.bias: Input should"),
    "zero channels": (lambda d: d["nodes"][0]["op"].update(channels=0), "greater than or equal to 1"),
    "too many channels": (
        lambda d: d["nodes"][0]["op"].update(channels=10**10),
        "less than or equal to 9999999999",
    ),
    "not a number": (lambda d: d["nodes"][7]["op"].update(slope=float("nan")), "finite number"),
    "an infinite number": (lambda d: d["nodes"][7]["op"].update(slope=float("inf")), "finite number"),
    "3.0 in a shape": (lambda d: d["nodes"][0].update(shape=[8, 9.0, 16]), "nodes.0.shape.1: Input should"),
    "an empty input": (
        lambda d: d["input"].update(shape=[]),
        "input.shape: Tuple should have at least 1 item",
    ),
    "wrong shape": (
        lambda d: d["nodes"][0].update(shape=[8, 9, 15]),
        "states the shape (8, 9, 15), but has (8, 9, 16)",
    ),
    "forward reference": (
        lambda d: d["nodes"][0].update(inputs=["both"]),
        "body.1.conv takes both, which no earlier",
    ),
    "its own input": (
        lambda d: d["nodes"][0].update(inputs=["body.1.conv"]),
        "takes body.1.conv, which no earlier",
    ),
    "duplicate path": (
        lambda d: d["nodes"][1].update(path="body.1.conv"),
        "two nodes are called body.1.conv",
    ),
    "the input's name": (lambda d: d["nodes"][1].update(path="input"), "two nodes are called input"),
    "a path with a slash": (lambda d: d["nodes"][1].update(path="../x"), "nodes.1.path: String should match"),
    "too many inputs": (lambda d: d["nodes"][0].update(inputs=["input", "input"]), "takes 1 value, not 2"),
    "no inputs": (lambda d: d["nodes"][0].update(inputs=[]), "takes 1 value, not 0"),
    "inputs that do not fit": (
        lambda d: d["nodes"][-6].update(inputs=["same", "gate.pool"]),
        "different sizes",
    ),
    "no output": (lambda d: d.update(outputs=[]), "it has no output"),
    "unknown output": (lambda d: d.update(outputs=["nowhere"]), "nowhere is no value of the graph"),
    "unknown labelled value": (
        lambda d: d["labels"][0].update(value="nowhere"),
        "nowhere is no value of the graph",
    ),
    "another format": (
        lambda d: d.update(format="archspec-graph-2"),
        "format: Input should be 'archspec-graph-1'",
    ),
}


@pytest.mark.parametrize(("change", "said"), REFUSED.values(), ids=REFUSED)
def test_a_document_that_is_no_graph_is_refused(change: Change, said: str) -> None:
    document = json.loads(write_document(everything()))
    change(document)
    with pytest.raises(Problem) as caught:
        read_document(json.dumps(document), "a.json")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "E606"
    assert diagnostic.message.startswith("a.json is not a ")
    assert said in diagnostic.found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"format": "archspec-graph-1"}',
        b"\xff\xfe",
        "[" * 100_000,
        '{"name": "\\ud800"}',
    ],
)
def test_text_that_is_no_document_is_refused(text: str | bytes) -> None:
    with pytest.raises(Problem) as caught:
        read_document(text, "a.json")
    assert [d.code for d in caught.value.diagnostics] == ["E606"]
