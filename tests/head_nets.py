"""Small networks with heads, for the tests of what training gives and inference leaves out."""

from everything import op

from archspec.graph import Graph, Head, Label
from archspec.graph.builder import Builder


def headed(dropout: float = 0.0) -> Graph:
    """Two convolutions, a head after each, and a classifier; the second head begins with the last map."""
    builder = Builder((3, 12, 12))

    def chain(scope: str, x: str, *layers: tuple[str, dict[str, object]]) -> str:
        for number, (kind, options) in enumerate(layers):
            x = builder.add(f"{scope}.{kind}{number}", op(kind, **options), [x])
        return x

    stem = chain("stem", "input", ("conv", {"kernel": 3, "channels": 6, "bias": False}), ("bn", {}), ("relu", {}))
    aux1 = chain("aux1", stem, ("avgpool", {"kernel": 4, "stride": 4}), ("fc", {"features": 5}), ("softmax", {}))
    body = chain("body", stem, ("conv", {"kernel": 3, "channels": 8, "stride": 2}), ("bn", {}), ("relu", {}))
    drop = ("dropout", {"p": dropout})
    aux2 = chain("aux2", body, ("conv", {"kernel": 1, "channels": 2}), drop, ("fc", {"features": 5}))
    last = chain("top", body, drop, ("fc", {"features": 5}), ("softmax", {}))
    heads = [Head(name="aux1", value=aux1, weight=0.3), Head(name="aux2", value=aux2)]
    labels = [Label(name="stem", value=stem), Label(name="body", value=body)]
    return builder.graph("headed", [last], heads=heads, labels=labels)
