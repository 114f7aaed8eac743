"""What a line became, for a reader and as tools read it."""

from collections.abc import Iterator
from typing import Any

from archspec.analysis.lines import Layer, Line, Told
from archspec.graph import Graph
from archspec.graph.counts import node_macs, node_params
from archspec.language.trace import Place, Reason
from archspec.op.form import plain
from archspec.op.window import as_papers, size

SHOWN = 6
"""Layers of one network that are shown in full."""


def line_text(line: Line) -> str:
    """What the line became: networks for which that reads the same stand together."""
    parts: dict[str, list[str]] = {}
    for told in line.networks:
        parts.setdefault("\n".join(network(line, told)), []).append(told.column or "")
    text = [f"{line.place.file}:{line.place.line}  {line.text.strip()}", *([line.says] if line.says else [])]
    for part, columns in parts.items():
        if part or not line.says:
            names = ", ".join(columns)
            text += [f"{names}:"] if names and len(line.networks) > 1 else []
            text.append(part or "  nothing comes of it")
    if not line.networks:
        text.append("the file holds no network: `--in SPEC` names one that uses it")
    return "\n".join(text) + "\n"


def network(line: Line, told: Told) -> Iterator[str]:
    """What the line is to one network."""
    yield from (f"  {fact}" for fact in told.facts)
    for layer in told.layers[:SHOWN]:
        node = layer.node
        sizes = ", ".join(size(shape) for shape in told.graph.takes(node))
        yield f"  {node.path}  {node.op}  {sizes} -> {size(node.shape)}{costs(told.graph, layer)}"
        yield from ([f"      {layer.note}"] if layer.note else [])
        for reason, values in grouped(layer).items():
            yield f"      {', '.join(values)}: {reason.why}{where(reason.place, line.place)}{reason.where}"
    rest = told.layers[SHOWN:]
    if rest:
        yield f"  and {len(rest)} more, to {rest[-1].node.path}"
    if len(told.layers) > 1:
        params = sum(sum(node_params(told.graph, layer.node)) for layer in told.layers)
        macs = sum(node_macs(told.graph, layer.node) for layer in told.layers)
        yield f"  {len(told.layers)} layers, {params:,} parameters, {macs:,} multiply-adds"


def costs(graph: Graph, layer: Layer) -> str:
    """Parameters and multiply-adds, where there are any."""
    numbers = (sum(node_params(graph, layer.node)), "parameters"), (node_macs(graph, layer.node), "multiply-adds")
    return "".join(f"  {number:,} {what}" for number, what in numbers if number)


def grouped(layer: Layer) -> dict[Reason, list[str]]:
    """The fields of a layer by where their values come from, those that the op has unless told last."""
    found: dict[Reason, list[str]] = {}
    names = [name for name in type(layer.node.op).model_fields if name != "kind"]
    for field, (name, reason) in sorted(
        zip(names, layer.reasons, strict=True), key=lambda each: each[1][1].place is None
    ):
        found.setdefault(reason, []).append(f"{name} {plain(getattr(layer.node.op, field))}")
    return found


def where(place: Place | None, line: Place) -> str:
    """The line of a value: here, or elsewhere."""
    if place is None:
        return ""
    if place == line:
        return " here"
    return f" in line {place.line}" if place.file == line.file else f" in {place.file}:{place.line}"


def line_json(line: Line) -> dict[str, Any]:
    """What the line became, as tools read it; sizes are height x width x channels."""
    return {
        "file": line.place.file,
        "line": line.place.line,
        "text": line.text,
        "says": line.says,
        "networks": [
            {
                "column": told.column,
                "facts": list(told.facts),
                "layers": [layer_json(told.graph, layer) for layer in told.layers],
            }
            for told in line.networks
        ],
    }


def layer_json(graph: Graph, layer: Layer) -> dict[str, Any]:
    """One layer as tools read it."""
    node = layer.node
    data = node.op.model_dump(mode="json")
    return {
        "path": node.path,
        "op": str(node.op),
        "note": layer.note,
        "inputs": [list(as_papers(shape)) for shape in graph.takes(node)],
        "output": list(as_papers(node.shape)),
        "params": sum(node_params(graph, node)),
        "macs": node_macs(graph, node),
        "values": [
            {"name": name, "value": data[name], "why": reason.why + reason.where, **reason_json(reason)}
            for name, reason in layer.reasons
        ],
    }


def reason_json(reason: Reason) -> dict[str, Any]:
    """Where a value stands."""
    return {"file": reason.place.file, "line": reason.place.line} if reason.place else {"file": None, "line": None}
