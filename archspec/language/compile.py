"""A spec's networks, one by one: settled, counted, expanded, and warned about."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from math import log10

from archspec.diagnostics import Diagnostic, failed
from archspec.graph import Graph, Label
from archspec.language.cautions import cautions
from archspec.language.census import ALL, take_census
from archspec.language.defaults import settle_defaults
from archspec.language.elaborate import Elaborator, TooDeep
from archspec.language.program import Program
from archspec.language.settled import Choices, Settled, settle
from archspec.language.unit import Tally, Unit
from archspec.op import LARGEST
from archspec.source import Source, Span


@dataclass
class Plan:
    """One network, settled and counted, before any layer of it is made."""

    settled: Settled
    unit: Unit | None = None
    """Its file, settled for it; None where there will be no network."""


def plan(program: Program, column: str | None, choices: Choices) -> Plan:
    """Settle a network of a sound program and count it. Raises Problem E602 for choices that it does not have."""
    settled = settle(program, column, choices)
    if not settled.shape or failed(settled.findings.all):
        return Plan(settled)
    unit = Unit(settled, settle_defaults(settled), Tally())
    take_census(unit)
    return Plan(settled, unit)


def limit_layers(plans: Sequence[Plan]) -> None:
    """Give up networks that together would have too many layers."""
    many = sum(plan.unit.tally.written[ALL] for plan in plans if plan.unit)
    for plan in plans:
        settled, limit = plan.settled, plan.settled.limits.nodes
        if many <= limit:
            return
        plan.unit = None
        whose = "the network has" if len(plans) == 1 else "the networks of this table together have"
        found = f"about {many:,}" if many <= LARGEST else f"about 10^{log10(many):.0f}"
        message = f"{whose} more than {limit:,} layers"
        settled.findings.add("E504", title_span(settled), message, found, "raise the limit: --max-nodes")


def title_span(settled: Settled) -> Span:
    """The network's name, to point at for what is true of it as a whole."""
    return settled.program.net.name.span if settled.program.net else Span(0, 1)


def compile_network(plan: Plan, warn: bool = True) -> Graph | None:
    """Make a planned network's layers, and warn of what is strange. None where there are errors among its findings."""
    if plan.unit is None:
        return None
    elaborator = Elaborator(plan.unit)
    output = expand(elaborator)
    if output is None:
        return None
    if warn:
        cautions(elaborator, output)
    return finish(elaborator, output)


def expand(elaborator: Elaborator) -> str | None:
    """Expand a network. Gives the path of its output; None where there are errors among its findings."""
    settled = elaborator.unit.settled
    try:
        output = elaborator.net()
    except TooDeep:
        message = f"blocks and suites are nested deeper than {settled.limits.nesting}"
        settled.findings.add("E502", title_span(settled), message, help="raise the limit: --max-nesting")
        return None
    return None if failed(settled.findings.all) else output


def finish(elaborator: Elaborator, output: str) -> Graph | None:
    """The graph of an expanded network; None, with a word about it, where paths collide or nothing is computed."""
    program, builder = elaborator.unit.program, elaborator.builder
    assert program.net is not None
    if not builder.nodes:
        elaborator.findings.add("E108", program.net.name.span, "the network has no layers")
        return None
    if collision(elaborator):
        return None
    labels = [
        Label(name=name, value=definition.value)
        for name, definition in elaborator.frames[0].labels.items()
        if definition.value
    ]
    return builder.graph(
        name=program.net.name.text,
        outputs=[output],
        title=program.net.title.text if program.net.title else "",
        column=elaborator.unit.settled.column,
        sha256=digest(program),
        labels=labels,
        heads=elaborator.heads,
    )


def digest(program: Program) -> str:
    """The digest of what a network is made from: its file's, and with other files, that of all their digests."""
    sources = [program.source, *(used.source for used in program.library.files.values())]
    return sources[0].sha256 if len(sources) == 1 else sha256("".join(s.sha256 for s in sources).encode()).hexdigest()


def collision(elaborator: Elaborator) -> bool:
    """Whether two layers have one path, or one layer's path is the scope of others."""
    layers: set[str] = set()
    scopes: set[str] = {""}
    nodes = elaborator.builder.nodes
    for turn, node in enumerate(nodes):
        clash = node.path if node.path in layers or node.path in scopes else ""
        around = node.path.rpartition(".")[0]
        while around not in scopes:  # one that is has been looked at with all around it
            clash = around if around in layers else clash
            scopes.add(around)
            around = around.rpartition(".")[0]
        if clash:
            lines = [each.origin.line for each in nodes[:turn] if f"{each.path}.".startswith(f"{clash}.")]
            found = f"`{clash}` is taken by line {lines[-1]}"
            help = "label one of them differently"
            elaborator.spot(node.path).add("E315", "two layers would have one name", found, help)
            return True
        layers.add(node.path)
    return False


def merge(diagnostics: list[list[Diagnostic]], columns: tuple[str, ...]) -> list[Diagnostic]:
    """What is said of several networks, said once with their names."""
    told: dict[tuple[str, Source | None, Span | None, str, str], tuple[Diagnostic, list[str]]] = {}
    for column, said in zip(columns, diagnostics, strict=True):
        for d in said:
            _, names = told.setdefault((d.code, d.source, d.span, d.message, d.found), (d, []))
            names.append(column)
    whole = len(columns)
    merged = [replace(d, columns=tuple(names) if len(names) < whole else ()) for d, names in told.values()]
    return [d for d in merged if not (d.columns and d.code in EVERYWHERE)]


EVERYWHERE = ("W701", "W702", "W706")
"""Warnings about a line that are true of the file only when they hold for all of its networks."""
