"""What the arrows of a U mean, and what it does not show."""

from collections.abc import Iterator, Sequence

from archspec.figures.labels import word
from archspec.figures.notes import costs
from archspec.figures.steps import omitted
from archspec.figures.u.drawing import ink, operations, usual
from archspec.figures.u.maps import CUTS, Map
from archspec.graph import Graph


def entries(maps: Sequence[Map]) -> Iterator[tuple[str, str, str]]:
    """Each kind of arrow that there is, its ink and its words."""
    for kind, steps in operations(maps).items():
        yield kind, ink(kind), ", ".join([usual(steps), *named(maps)[kind].values()])
    joins = [each.join for each in maps if each.join]
    if any(join.kind == "unpool" for join in joins):
        yield "switches", "unpool", "switches of the pooling"
    copies = [join for join in joins if join.kind != "unpool" and not join.around]
    if copies:
        yield "copy", "copy", "copy and crop" if any(join.cut for join in copies) else "copy"


def named(maps: Sequence[Map]) -> dict[str, dict[str, str]]:
    """The quiet layers that are behind all operations of a family, with their words."""
    found = {}
    for kind, steps in operations(maps).items():
        shared = set.intersection(*({node.op.kind for node in step.nodes[1:]} for step in steps)) & {"bn", "relu"}
        found[kind] = {node.op.kind: word(node.op) for node in steps[0].nodes[1:] if node.op.kind in shared}
    return found


def texts(graph: Graph, maps: Sequence[Map]) -> list[str]:
    """What is not drawn, and what the network costs."""
    told = named(maps)
    somewhere = {word for words in told.values() for word in words.values()}
    hidden: list[str] = []
    for kind, steps in operations(maps).items():
        ops = {node.op.kind: node.op for step in steps for node in step.nodes}
        quiet = [word(ops[each]) for each in omitted(steps) if each not in told[kind] and each not in CUTS]
        hidden += [f"{each} of {usual(steps)}" if each in somewhere else each for each in quiet]
    said = [f"Not shown: {', '.join(dict.fromkeys(hidden))}."] if hidden else []
    return [*said, costs(graph) + "."]
