"""Warnings: what a network does that its author hardly meant."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from archspec.graph.needs import needed
from archspec.language import syntax as s
from archspec.language.circles import layers
from archspec.language.program import Program
from archspec.source import Span

if TYPE_CHECKING:
    from archspec.language.elaborate import Elaborator


def cautions(elaborator: "Elaborator", output: str) -> None:
    """Add every warning about one expanded network."""
    unused_labels(elaborator)
    unused_defaults(elaborator)
    twice_activated(elaborator)
    dead_lines(elaborator, output)


def unused_labels(elaborator: "Elaborator") -> None:
    """A label that nothing refers to and no layer is named by."""
    for frame in elaborator.frames:
        for name, definition in frame.labels.items():
            if not definition.used:
                message = f"label `{name}` is not used: nothing refers to it and no layer takes its name"
                frame.unit.findings.add("W701", definition.span, message)


def unused_defaults(elaborator: "Elaborator") -> None:
    """A default for layers that the network does not have."""
    for kind in elaborator.unit.program.defaults:
        convention = elaborator.unit.defaults[kind]
        word = convention.statement.op
        if id(convention) not in elaborator.applied:
            elaborator.findings.add(
                "W706", word.span, f"`default {word.text}` applies to nothing: there is no such layer"
            )


def twice_activated(elaborator: "Elaborator") -> None:
    """An activation of an activation: usually one written and one that a default adds."""
    nodes = elaborator.builder.by_path
    for node in elaborator.builder.nodes:
        before = nodes.get(node.inputs[0]) if node.op.activation else None
        if before and before.op.activation:
            message = "an activation twice in a row"
            found = f"`{before.op}` at {node.inputs[0]}, then `{node.op}` at {node.path}"
            elaborator.spot(node.path).add("W705", message, found, "does a `default` line add one already?")


def dead_lines(elaborator: "Elaborator", output: str) -> None:
    """Layers that neither the output nor a head depends on."""
    alive = needed(elaborator.builder.nodes, [output, *(head.value for head in elaborator.heads)])
    for node in elaborator.builder.nodes:
        if node.path not in alive:
            message = "nothing takes what this computes, so it has no effect"
            elaborator.spot(node.path).add("W704", message, help="join it, or take it out")


def unused_names(program: Program) -> None:
    """Blocks that the net does not use, and parameters and `let`s that nothing mentions."""
    if not program.net:
        return
    reached = used_blocks(program) if program.blocks or program.uses else set()
    everywhere = set(names_in(program.body)) if program.lets else set()
    for name, block in program.blocks.items():
        mentioned = set(names_in(block.body))
        everywhere |= mentioned
        if name not in reached:
            program.findings.add("W703", block.name.span, f"block `{name}` is not used")
        for parameter in block.parameters:
            if parameter.name.text not in mentioned:
                message = f"parameter `{parameter.name.text}` of block `{name}` is not used"
                program.findings.add("W702", parameter.name.span, message)
    for name, word in program.uses.items():
        if name not in reached and name != "defaults":
            program.findings.add("W703", word.span, f"`{name}` is brought in and not used")
    if program.lets:
        unused_lets(program, everywhere)


def unused_lets(program: Program, everywhere: set[str]) -> None:
    """`let`s that nothing mentions, where these are the names in layers."""
    everywhere |= set(names_in([*program.expects, *program.lets.values(), *program.defaults.values()]))
    everywhere |= set(names_in([program.input] if program.input else []))
    for name, let in program.lets.items():
        if name not in everywhere:
            program.findings.add("W702", let.name.span, f"`let {name}` is not used")


def used_blocks(program: Program) -> set[str]:
    """The blocks that the net uses, directly or through others."""
    reached: set[str] = set()
    pending = list(layers(program.body))
    while pending:
        spelled = program.spelled(pending.pop().word)
        if spelled and spelled.op is None and spelled.name not in reached:
            reached.add(spelled.name)
            block = program.blocks.get(spelled.name)
            pending += layers(block.body) if block else []
    return reached


def names_in(parts: Iterable[object]) -> Iterator[str]:
    """Every name between braces in some statements."""
    pending = list(parts)
    while pending:
        part = pending.pop()
        if isinstance(part, s.Word):
            for hole in re.findall(r"\{([^{}]*)\}", part.text) if "{" in part.text else ():
                yield from re.findall(r"[A-Za-z_]\w*", hole)
        elif isinstance(part, tuple | list) and not isinstance(part, Span):
            pending += part
