"""What a line says that makes no layers by itself: a convention, a claim, a value, a block."""

import re
from collections.abc import Iterator

from archspec.checks.claims import judge
from archspec.graph import Graph, Node
from archspec.graph.counts import count
from archspec.graph.residual import modules
from archspec.language import syntax as s
from archspec.language.defaults import Follower
from archspec.language.program import Program
from archspec.language.settled import Settled
from archspec.language.trace import Place, Tracer
from archspec.op.window import size
from archspec.source import Span


def kind(line: str) -> str:
    """What kind of line it is, besides one of layers."""
    text = line.strip()
    if not text or text.startswith("#"):
        return "a comment" if text else "an empty line"
    word = re.match(r"[A-Za-z_]+", text)
    return KINDS.get(word[0], "") if word else ""


KINDS = {
    "net": "the network's name",
    "columns": "the names of the table's networks: cells below stand between bars, in this order",
    "input": "what the network is given",
    "let": "a value with a name",
    "default": "a convention, for every layer of its kind",
    "expect": "a claim",
    "use": "parts of another file",
    "block": "a block, which is used like a layer",
    "head": "an output for training alone",
}
"""What the first words of lines stand for."""


def facts(settled: Settled, tracer: Tracer, graph: Graph, place: Place) -> Iterator[str]:
    """What the line says of one network, if it makes no layers by itself."""
    program = settled.program
    if program.input and here(program, program.input.span, place):
        yield f"{size(graph.input.shape)}: height x width x channels" if len(graph.input.shape) == 3 else "a vector"
    for name, let in program.lets.items():
        if here(program, let.name.span, place):
            yield f"{name} is {settled.values[name]}, used {told(mentions(program, name, place))}"
    yield from conventions(program, tracer, graph, place)
    for expect in program.expects:
        claim = settled.pick(expect.cells)
        if here(program, expect.what.span, place) and claim:
            yield from claimed(settled, expect.what.text, claim, graph)
    yield from parts(program, graph, place)


def conventions(program: Program, tracer: Tracer, graph: Graph, place: Place) -> Iterator[str]:
    """What follows the convention in the line, which may be one of another file."""
    for default in program.defaults.values():
        if here(program, default.op.span, place):
            yield from followed(tracer, default.op.text, place, graph)
    if "defaults" in program.uses and here(program, program.uses["defaults"].span, place):
        for other in program.conventions:
            yield from lent(program, other, tracer, graph)


def lent(program: Program, other: Program, tracer: Tracer, graph: Graph) -> Iterator[str]:
    """What follows each convention that a file takes from another one."""
    for kind, default in other.defaults.items():
        line = Place(other.source.name, other.source.place(default.op.span).line)
        name = f"`default {default.op.text}` in line {line.line} of {line.file}"
        if kind in program.defaults:
            yield f"{name}: the one here stands for it"
        else:
            yield from (f"{name} {fact}" for fact in followed(tracer, default.op.text, line, graph))


def parts(program: Program, graph: Graph, place: Place) -> Iterator[str]:
    """The blocks and networks that the line brings in or defines, and the head that it begins."""
    for name, word in [*((name, block.name) for name, block in program.blocks.items()), *program.uses.items()]:
        if here(program, word.span, place) and name != "defaults":
            yield f"{name} is used {told(users(graph, name, place.file))}"
    for name, head in program.heads.items():
        if here(program, head.name.span, place):
            layers = sum(node.path.startswith(f"{name}.") for node in graph.nodes)
            yield f"{name} begins with `{head.label.text}` and has {layers} layers"


def here(program: Program, span: Span, place: Place) -> bool:
    """Whether something stands in the line."""
    return program.source.place(span).line == place.line


def told(lines: list[int]) -> str:
    """Where something is used."""
    if not lines:
        return "in no line"
    return f"in line{'s' * (len(lines) > 1)} {', '.join(map(str, lines))}"


def mentions(program: Program, name: str, place: Place) -> list[int]:
    """The lines that have a name between braces."""
    lines = program.source.plain.split("\n")
    found = (
        number for number, text in enumerate(lines, 1) if re.search(rf"\{{[^}}]*\b{name}\b", text.partition("#")[0])
    )
    return [number for number in found if number != place.line]


def followed(tracer: Tracer, op: str, place: Place, graph: Graph) -> Iterator[str]:
    """How many layers follow a default."""
    lines = f"`default {op}` in line {place.line}"
    notes = f"{lines} of {place.file}", *([lines] if place.file == tracer.unit.program.source.name else [])
    made = [node for node in graph.nodes if reads(tracer.made[node.path].follower, notes)]
    told = [node for node in graph.nodes if any(reason.place == place for _, reason in tracer.reasons(node))]
    if told:
        yield f"gives its options to {some(told)}"
    if made:
        yield f"adds {some(made)}"
    changed = [module for module in modules(graph).values() if module.kind != "identity"] if op == "residual" else []
    if changed:
        yield f"makes {some([graph.by_path[module.path] for module in changed], 'shortcut', 'of ')}"
    if not told and not made and not changed:
        yield "is followed by no layer"


def reads(follower: Follower | None, notes: tuple[str, ...]) -> bool:
    """Whether a default's layer is of the default that a note names."""
    return follower is not None and follower.note.endswith(notes)


def some(nodes: list[Node], what: str = "layer", of: str = "") -> str:
    """How many layers, and the first of them."""
    many = f"{len(nodes)} {what}{'s' * (len(nodes) > 1)}: {of}"
    return many + ", ".join(node.path for node in nodes[:3]) + (", ..." if len(nodes) > 3 else "")


def claimed(settled: Settled, what: str, claim: s.Claim, graph: Graph) -> Iterator[str]:
    """What is claimed, and what holds."""
    verdict = judge(settled, what, claim.stated, graph, count(graph))
    if verdict:
        but = f', and {claim.holds.text} said to hold: "{claim.why.text if claim.why else ""}"' if claim.holds else ""
        yield f"{what} {claim.stated.text} is stated, {verdict.computed} computed{but}"


def users(graph: Graph, name: str, file: str) -> list[int]:
    """The lines of a file that use a block or a network."""
    sites = (site for node in graph.nodes for site in node.origin.expansion if site.file == file)
    return sorted({site.line for site in sites if site.block.partition(":")[0] == name})
