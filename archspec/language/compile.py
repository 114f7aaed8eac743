"""A spec's networks, one by one: settled, counted, expanded, and warned about."""

from collections import Counter
from dataclasses import dataclass, replace
from math import log10

from archspec.diagnostics import Diagnostic, failed
from archspec.graph import Graph, Label
from archspec.language.cautions import cautions
from archspec.language.census import ALL, Census, TooMany
from archspec.language.defaults import Defaults, settle_defaults
from archspec.language.elaborate import Elaborator, TooDeep
from archspec.language.program import Program
from archspec.language.settled import Choices, Settled, settle
from archspec.op import LARGEST
from archspec.source import Span


@dataclass(frozen=True)
class Compiled:
    """One network: its graph if there is one, and everything there is to say about it."""

    settled: Settled
    graph: Graph | None
    diagnostics: list[Diagnostic]


def compile_network(program: Program, column: str | None, choices: Choices, made: int = 0) -> Compiled:
    """Turn one network of a sound program into its graph; the networks before it have `made` layers.

    Raises Problem E602 for choices that the program does not have.
    """
    settled = settle(program, column, choices)
    graph = expand(settled, made) if settled.shape and not failed(settled.findings.all) else None
    return Compiled(settled, graph, settled.findings.all)


def expand(settled: Settled, made: int) -> Graph | None:
    """Count the network's layers, then make them."""
    defaults = settle_defaults(settled)
    written = take_census(settled, defaults, made)
    if written is None:
        return None
    elaborator = Elaborator(settled, defaults, written)
    try:
        output = elaborator.net()
    except TooDeep:
        message = f"blocks and suites are nested deeper than {settled.limits.nesting}"
        start = settled.program.net.name.span if settled.program.net else Span(0, 1)
        settled.findings.add("E502", start, message, help="raise the limit: --max-nesting")
        return None
    if output is None or failed(settled.findings.all):
        return None
    cautions(elaborator, output)
    return finish(elaborator, output)


def take_census(settled: Settled, defaults: Defaults, made: int) -> Counter[str] | None:
    """How many layers of each kind there will be; None where there are too many."""
    followers = {kind: len(convention.followers) for kind, convention in defaults.items()}
    limits = settled.limits
    census = Census(settled.program, settled.pick, followers, limits.nodes)
    try:
        written = census.suite(settled.program.body, settled.values, limits.nesting)
    except TooMany:
        written = Counter({ALL: limits.nodes + 1})
    many = made + written[ALL]
    if many <= limits.nodes:
        return written
    start = settled.program.net.name.span if settled.program.net else Span(0, 1)
    whose = "the networks of this table together have" if made else "the network has"
    message = f"{whose} more than {limits.nodes:,} layers"
    found = f"about {many:,}" if many <= LARGEST else f"about 10^{log10(many):.0f}"
    settled.findings.add("E504", start, message, found, "raise the limit: --max-nodes")
    return None


def finish(elaborator: Elaborator, output: str) -> Graph | None:
    """The graph of an expanded network; None, with a word about it, where paths collide or nothing is computed."""
    program, builder = elaborator.program, elaborator.builder
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
        column=elaborator.settled.column,
        sha256=program.source.sha256,
        labels=labels,
    )


def collision(elaborator: Elaborator) -> bool:
    """Whether two layers have one path, or one layer's path is the scope of others."""
    layers: dict[str, int] = {}
    scopes: dict[str, int] = {}
    for node in elaborator.builder.nodes:
        parts = node.path.split(".")
        around = [".".join(parts[:end]) for end in range(1, len(parts))]
        clash = next((path for path in (*around, node.path) if path in layers), None)
        clash = clash or (node.path if node.path in scopes else None)
        if clash:
            found = f"`{clash}` is taken by line {layers.get(clash) or scopes[clash]}"
            help = "label one of them differently"
            elaborator.findings.add("E315", elaborator.spans[node.path], "two layers would have one name", found, help)
            return True
        layers[node.path] = node.origin.line
        scopes.update(dict.fromkeys(around, node.origin.line))
    return False


def merge(diagnostics: list[list[Diagnostic]], columns: tuple[str, ...]) -> list[Diagnostic]:
    """What is said of several networks, said once with their names."""
    told: dict[tuple[str, Span | None, str, str], tuple[Diagnostic, list[str]]] = {}
    for column, said in zip(columns, diagnostics, strict=True):
        for d in said:
            _, names = told.setdefault((d.code, d.span, d.message, d.found), (d, []))
            names.append(column)
    whole = len(columns)
    merged = [replace(d, columns=tuple(names) if len(names) < whole else ()) for d, names in told.values()]
    return [d for d in merged if not (d.columns and d.code in EVERYWHERE)]


EVERYWHERE = ("W701", "W702", "W706")
"""Warnings about a line that are true of the file only when they hold for all of its networks."""
