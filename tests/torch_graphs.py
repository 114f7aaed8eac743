"""Networks drawn at random, with the names and wirings that are hard to write down as Python."""

from collections import Counter
from random import Random
from typing import Any

from everything import op

from archspec.graph import Graph, Label, Origin, Site
from archspec.graph.builder import Builder
from archspec.op import Mismatch

LAYERS: dict[str, tuple[dict[str, Any], ...]] = {
    "conv": (
        {"kernel": 1, "channels": 4},
        {"kernel": 3, "channels": 8, "bias": False},
        {"kernel": (1, 3), "channels": 8, "pad": (0, 0, 2, 0)},
        {"kernel": 3, "channels": 6, "frozen": True},
    ),
    "dwconv": ({"kernel": 3},),
    "bn": ({},),
    "relu": ({},),
    "identity": ({},),
    "dropout": ({"p": 0.25},),
    "prelu": ({"shared": True}, {}),
    "slice": ({"start": 0, "stop": 2}, {"start": 1, "stop": 4}),
    "pad": ({"channels": 2}, {"sides": 1}),
    "crop": ({"sides": (1, 0, 0, 1)},),
    "shuffle": ({"groups": 2},),
    "maxpool": ({"kernel": 3, "stride": 1, "pad": 1}, {"kernel": 3, "stride": 1, "pad": (0, 2, 1, 1)}),
    "avgpool": ({"kernel": 3, "stride": 1, "pad": (0, 2, 1, 1), "count_pad": False},),
}
"""Layers of one input, most of which keep the size of a map."""
UNDONE = op("maxpool", kernel=3, stride=1, pad=1)
SCOPES = ("st", "w.in", "w.3", "class.", "self", "F", "x", "a.b.c")
LABELS = ("skip", "x", "in", "getattr", "p-1")
TITLES = ("", 'A "quoted" \\ title"""', "é\n\tx " * 30)


class Drawing:
    """A network being drawn."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.builder = Builder((random.choice((4, 8)), 8, 8))
        self.numbers: Counter[tuple[str, str]] = Counter()

    def add(self, scope: str, kind: str, inputs: list[str], options: dict[str, Any], *sites: Site) -> str:
        self.numbers[scope, kind] += 1
        path = f"{scope}.{kind}{self.numbers[scope, kind]}".removeprefix(".")
        origin = Origin(file='specs/é"""x.arch', line=1, column=1, end_line=1, end_column=2, expansion=sites)
        return self.builder.add(path, op(kind, **options), inputs, origin)

    def body(self, random: Random, scope: str, x: str, values: list[str], *sites: Site) -> str:
        """Draw a few layers; `values` are what they may take, and get what they give."""
        for _ in range(random.randint(1, 6)):
            action = random.random()
            if action < 0.1:
                x = random.choice(values)
                continue
            draw = self.join if action < 0.4 else self.unpool if action < 0.5 else self.layer
            try:
                x = draw(random, scope, x, values, *sites)
            except Mismatch:
                continue
            values.append(x)
        return x

    def layer(self, random: Random, scope: str, x: str, values: list[str], *sites: Site) -> str:
        """Put one layer after what goes on."""
        kind = random.choice(list(LAYERS))
        return self.add(scope, kind, [x], random.choice(LAYERS[kind]), *sites)

    def unpool(self, random: Random, scope: str, x: str, values: list[str], *sites: Site) -> str:
        """Undo a pooling, mostly one of those that what goes on may see; where there is none, pool."""
        pools = [node for node in self.builder.nodes if node.op == UNDONE and node.shape == self.builder.shapes[x]]
        near = [node for node in pools if node.path in values]
        if not pools:
            return self.add(scope, "maxpool", [x], UNDONE.model_dump(exclude={"kind"}), *sites)
        pool = random.choice(near if near and random.random() < 0.7 else pools)
        return self.add(scope, "unpool", [x, pool.path, *pool.inputs], {}, *sites)

    def join(self, random: Random, scope: str, x: str, values: list[str], *sites: Site) -> str:
        """Join what goes on with one to four values of its shape."""
        alike = [value for value in values if self.builder.shapes[value] == self.builder.shapes[x]]
        wide = self.builder.shapes[x][0] > 40
        kind = random.choice(("add", "mul") if wide else ("add", "mul", "concat"))
        y = self.add(scope, kind, [x, *random.choices(alike, k=random.choice((1, 1, 2, 4)))], {}, *sites)
        return self.add(scope, "tanh", [y], {}, *sites) if kind == "mul" else y  # products stay small

    def blocks(self, x: str, values: list[str], name: str, seed: int) -> str:
        """Draw a block several times over, its uses numbered under one label."""
        scope = self.random.choice(SCOPES) + name
        for index in range(self.random.choice((1, 2, 4))):
            use = f"{scope}.{index}"
            site = Site(block=f"blk{seed % 2}", arguments=(("c", 4),), scope=use, file="t.arch", line=1, column=1)
            inner = [x]
            x = self.body(Random(seed), use, x, inner, site)
            values += inner if self.random.random() < 0.2 else [x]
        return x


def drawn(random: Random) -> Graph:
    """A network of plain layers, repeated blocks and labelled rows, with one output or two."""
    drawing = Drawing(random)
    x, values = "input", ["input"]
    seeds = [random.randrange(10**6) for _ in range(2)]
    for number in range(random.randint(2, 6)):
        kind = random.random()
        if kind < 0.3:
            x = drawing.body(random, "", x, values)
        elif kind < 0.8:
            x = drawing.blocks(x, values, str(number), random.choice(seeds))
        else:
            for row in "abc":
                x = drawing.body(Random(seeds[0]), f"row{number}{row}", x, [x])
                values.append(x)
    given = [x, random.choice(values)] if random.random() < 0.3 else [x]
    labels = [Label(name=random.choice(LABELS), value=value) for value in values if random.random() < 0.1]
    name = random.choice(("net", "3net", "conv2d", "nn"))
    return drawing.builder.graph(name, given, title=random.choice(TITLES), labels=labels)
