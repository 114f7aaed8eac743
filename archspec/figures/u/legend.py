"""What the arrows of a U mean, and what it does not show."""

from collections.abc import Iterator, Sequence

from archspec.figures.corners import Entry
from archspec.figures.labels import word
from archspec.figures.notes import costs, unheaded
from archspec.figures.steps import omitted
from archspec.figures.u.drawing import ink, operations, usual
from archspec.figures.u.maps import CUTS, Map
from archspec.graph import Graph


def entries(maps: Sequence[Map]) -> Iterator[Entry]:
    """Each kind of arrow that there is, with its words."""
    for kind, steps in operations(maps).items():
        yield Entry(kind, ink(kind), ", ".join([usual(steps), *named(maps)[kind].values()]), rise(maps, kind))
    joins = [each.join for each in maps if each.join]
    if any(join.kind == "unpool" for join in joins):
        yield Entry("switches", "unpool", "switches of the pooling")
    copies = [join for join in joins if join.kind != "unpool" and not join.around]
    if copies:
        yield Entry("copy", "copy", "copy and crop" if any(join.cut for join in copies) else "copy")


def rise(maps: Sequence[Map], kind: str) -> int:
    """1 where all arrows of a family lead up, -1 where they lead down."""
    ways = {(item.rises > 0) - (item.rises < 0) for item in maps if item.family == kind}
    ways |= {0 for item in maps if item.join and item.join.around and item.join.around.family == kind}
    return ways.pop() if len(ways) == 1 else 0


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
        hidden += [each for each in quiet if each not in somewhere]
        partly = " and ".join(each for each in quiet if each in somewhere)
        hidden += [f"{partly} of {usual(steps)}"] if partly else []
    cut = [each for item in maps if item.step for each in item.step.nodes if each.op.kind in CUTS]
    hidden += [word(node.op) for node in cut]
    said = [f"Not shown: {', '.join(dict.fromkeys(hidden))}."] if hidden else []
    return [*said, *unheaded(graph), costs(graph) + "."]
