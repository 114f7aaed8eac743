"""Graphs for tests: one that uses every op, and one for each op alone."""

from typing import Any

from archspec import ops
from archspec.graph import Graph, Label, Origin, Site
from archspec.graph.builder import Builder
from archspec.op import Op

REQUIRED: dict[str, Any] = {
    "kernel": 3,
    "channels": 8,
    "features": 5,
    "size": 4,
    "sides": 1,
    "groups": 2,
    "start": 1,
    "stop": 3,
    "factor": 2,
    "offset": 1,
}
"""A value for each field that some op cannot do without, by the field's name."""

BODY: tuple[tuple[str, dict[str, Any]], ...] = (
    ("conv", {"kernel": (3, 5), "channels": 8, "stride": (2, 1), "groups": 2, "bias": False}),
    ("bn", {"eps": 1e-3, "momentum": 0.25}),
    ("relu", {}),
    ("dwconv", {"kernel": 3, "multiplier": 2, "dilation": 2}),
    ("relu6", {}),
    ("shuffle", {"groups": 4}),
    ("conv", {"kernel": 1, "channels": 16, "frozen": True}),
    ("leakyrelu", {"slope": -0.25}),
    ("lrn", {"size": 3, "alpha": 2e-5, "beta": 0.5, "k": 1.0}),
    ("maxpool", {"kernel": 3, "stride": 2, "ceil": True}),
    ("elu", {"alpha": 0.5}),
    ("scale", {"factor": -0.75}),
    ("upconv", {"kernel": 3, "channels": 12, "stride": 2, "pad": "same", "output_pad": (1, 0)}),
    ("prelu", {"shared": True}),
    ("avgpool", {"kernel": (2, 3), "stride": 1, "pad": (0, 1, 1, 1), "count_pad": False}),
    ("gelu", {}),
    ("pad", {"sides": (1, 0, 2, 0), "channels": 4}),
    ("hardswish", {}),
    ("crop", {"sides": (0, 1, 0, 2)}),
    ("silu", {}),
    ("upsample", {"factor": (2, 1), "mode": "corners"}),
    ("tanh", {}),
    ("slice", {"start": 2, "stop": 14}),
    ("dropout", {"p": 0.1}),
    ("adaptiveavgpool", {"size": (3, 4)}),
)
"""Layers one after the other, with options of every type away from their defaults."""


def op(kind: str, **options: Any) -> Op:
    """An op by its kind."""
    return ops.load(kind)(**options)


def chain(shape: tuple[int, ...], *layers: Op) -> Graph:
    """Layers one after the other, called as their kinds with a number."""
    builder = Builder(shape)
    last = "input"
    for number, layer in enumerate(layers, 1):
        last = builder.add(f"{layer.kind}{number}", layer, [last])
    return builder.graph("chain", [last])


def alone(kind: type[Op], shape: tuple[int, ...] = (4, 9, 9)) -> Graph:
    """A network of one node, and what it needs before it: unpooling a pooling, a crop to another size a larger map."""
    needed = {name: REQUIRED[name] for name in needs(kind)}
    builder = Builder(shape)
    inputs = ["input"] * (kind.arity or 2)
    if kind.own_kind() == "unpool":
        inputs[:2] = [builder.add("pool", op("maxpool"), ["input"])] * 2
    if kind.own_kind() == "croplike":
        inputs[0] = builder.add("pad", op("pad", sides=1), ["input"])
    path = builder.add("layer", kind(**needed), inputs)
    return builder.graph("alone", [path])


def needs(kind: type[Op]) -> list[str]:
    """The fields that a spec must give this op."""
    return [n for n, f in kind.model_fields.items() if f.is_required() and n not in kind.assumed_as()]


def everything() -> Graph:
    """A network with every op there is, branches, two outputs, labels and places in a spec."""
    builder = Builder((4, 17, 16))
    last = "input"
    for number, (kind, options) in enumerate(BODY, 1):
        last = builder.add(f"body.{number}.{kind}", op(kind, **options), [last], origin(number))
    trunk = last
    gate = builder.add("gate.pool", op("avgpool", **{"global": True}), [trunk])
    gate = builder.add("gate.sigmoid", op("hardsigmoid"), [gate])
    gated = builder.add("gate.mul", op("mul"), [trunk, gate])
    same = builder.add("same", op("identity"), [trunk])
    pooled = builder.add("pooled", op("maxpool", kernel=2, stride=1), [same])
    same = builder.add("unpooled", op("unpool"), [pooled, pooled, same])
    framed = builder.add("framed", op("pad", sides=(1, 2, 0, 1)), [same])
    same = builder.add("cropped", op("croplike", offset=(1, 0)), [framed, trunk])
    total = builder.add("sum", op("add"), [gated, same, trunk])
    both = builder.add("both", op("concat"), [total, trunk])
    side = builder.add("aux.sigmoid", op("sigmoid"), [total])
    side = builder.add("aux.softmax", op("softmax"), [side])
    flat = builder.add("flatten", op("flatten"), [both])
    scores = builder.add("fc", op("fc", features=10, bias=False), [flat])
    scores = builder.add("logsoftmax", op("logsoftmax"), [scores])
    return builder.graph(
        "everything",
        [scores, side],
        title='Every op: “quotes”, "quotes", \\ and <b>&amp;</b>',
        column="A-LRN",
        sha256="0" * 64,
        labels=[Label(name="trunk", value=trunk)],
    )


def origin(line: int) -> Origin:
    """A place in a spec, within two blocks."""
    outer = Site(
        block="outer", arguments=(("channels", 64), ("stride", 1)), scope="body", file="t.arch", line=line, column=3
    )
    inner = Site(block="inner", arguments=(), scope=f"body.{line}", file="t.arch", line=2, column=1)
    return Origin(
        file="every.arch",
        line=line,
        column=3,
        end_line=line,
        end_column=9,
        cell="A-LRN",
        expansion=(outer, inner),
    )
