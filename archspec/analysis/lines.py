"""What one line of a spec became: its layers in each network, or what it says and which lines follow it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from archspec.analysis.statements import conventions, facts, kind
from archspec.checks.checkup import Checked, Checkup, check_source
from archspec.diagnostics import Problem, problem
from archspec.graph import Graph, Node
from archspec.language.compile import plan
from archspec.language.program import Program, read_program
from archspec.language.settled import Choices
from archspec.language.trace import Place, Reason, Tracer
from archspec.source import Source


class Layer(NamedTuple):
    """A layer that the line makes, or that a block makes which it uses."""

    node: Node
    reasons: tuple[tuple[str, Reason], ...]
    """For each field where its value comes from."""
    note: str
    """Which default added it; empty where none did."""


class Told(NamedTuple):
    """What a line is to one network."""

    column: str | None
    graph: Graph
    layers: tuple[Layer, ...]
    """The layers that come of it."""
    facts: tuple[str, ...]
    """What else it says of the network."""


class Line(NamedTuple):
    """One line of a file."""

    place: Place
    text: str
    says: str
    """What kind of line it is, where it makes no layers."""
    networks: tuple[Told, ...]


def explain_line(
    source: Source, number: int, choices: Choices, column: str | None = None, within: Source | None = None
) -> Line:
    """What a line became, in the networks of its file or in those of another spec that uses it.

    Claims need not hold. Raises Problem: where the spec has other errors, E602 where there is no such line or column.
    """
    count = source.text.rstrip("\n").count("\n") + 1
    if not 1 <= number <= count:
        raise problem("E602", f"{source.path} has no line {number}", f"it has {count} lines")
    spec = within or source
    checked = made(check_source(spec, choices, column))
    program, _ = read_program(spec, choices.limits)
    place = Place(source.name, number)
    told = tuple(read(program, each, choices, place) for each in checked if each.graph)
    said = kind(source.line(number))
    start = begins(source, number)
    if start != number and not said and not any(each.layers or each.facts for each in told):
        return explain_line(source, start, choices, column, within)
    return Line(place, source.line(number), said, told)


def begins(source: Source, number: int) -> int:
    """The line that a line goes on from, inside brackets that are open there; itself, where none are."""
    start, depth = number, 0
    for row, text in enumerate(source.text.split("\n")[: number - 1], 1):
        start = start if depth else row
        marks = re.sub('"[^"]*"|#.*', "", text)
        depth = max(depth + len(re.findall(r"[(\[]", marks)) - len(re.findall(r"[)\]]", marks)), 0)
    return start if depth else number


def made(checkup: Checkup) -> tuple[Checked, ...]:
    """The networks of a spec, whatever they claim. Raises Problem where errors leave one without layers."""
    if any(not network.ok and network.graph is None for network in checkup.networks):
        raise Problem(*checkup.diagnostics)
    return checkup.networks


def read(program: Program, checked: Checked, choices: Choices, place: Place) -> Told:
    """What the line is to one network."""
    planned = plan(program, checked.column, choices)
    assert planned.unit
    assert checked.graph
    assert checked.counts
    tracer = Tracer(planned.unit)
    tracer.net()
    others = [other for other in program.library.files.values() if other.source.name == place.file]
    borrowed = (fact for other in others for fact in conventions(other, tracer, checked.graph, place))
    nodes = (node for node in checked.graph.nodes if place in places(node))
    layers = tuple(Layer(node, tuple(tracer.reasons(node)), tracer.note(node)) for node in nodes)
    said = facts(planned.settled, tracer, checked.graph, place) if place.file == program.source.name else borrowed
    return Told(checked.column, checked.graph, layers, tuple(said))


def places(node: Node) -> Iterator[Place]:
    """The lines that a layer comes of: its own, and those that use the blocks that it is in."""
    for line in range(node.origin.line, node.origin.end_line + 1):
        yield Place(node.origin.file, line)
    for site in node.origin.expansion:
        yield Place(site.file, site.line)
