"""Which blocks some statements use, and whether a block comes to use itself."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from archspec.language import syntax as s
from archspec.source import Span

if TYPE_CHECKING:
    from archspec.language.program import Program


def check_circles(program: "Program") -> None:
    """Refuse blocks that use themselves, directly or through others."""
    uses = {name: dict(block_words(program, block.body)) for name, block in program.blocks.items()}
    done: set[str] = set()
    for name in uses:
        path = [(name, iter(uses[name].items()))]
        inside = {name}
        while path:
            used = next((item for item in path[-1][1] if item[0] not in done), None)
            if used is None:
                done.add(path[-1][0])
                inside.discard(path.pop()[0])
                continue
            if used[0] in inside:
                chain = [step for step, _ in path]
                circle = " uses ".join([*chain[chain.index(used[0]) :], used[0]])
                program.findings.add("E311", used[1], "a block cannot use itself", circle)
                return
            path.append((used[0], iter(uses[used[0]].items())))
            inside.add(used[0])


def block_words(program: "Program", statements: Iterable[s.Statement]) -> Iterator[tuple[str, Span]]:
    """The blocks that some statements use, and where."""
    for layer in layers(statements):
        form = program.spelled(layer.word)
        if form and form.name in program.blocks:
            yield form.name, layer.word.span


def layers(statements: Iterable[s.Statement]) -> Iterator[s.Layer]:
    """Every layer that some statements write, whatever it is nested in."""
    pending: list[object] = list(statements)
    while pending:
        match pending.pop():
            case s.Layer() as layer:
                yield layer
            case s.Group(items, _) | s.Cell(items):
                pending += items
            case s.Row() as row:
                pending += row.cells
            case s.Branch() as branch:
                pending += [branch.cell, *branch.body]
            case s.Head() as head:
                pending += head.body
            case s.Join() as join:
                pending += [join.header, *join.body]
