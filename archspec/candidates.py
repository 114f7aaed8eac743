"""Candidates of an architecture search: a spec's text is read once, and counted for many values of its `let`s."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import index
from os import PathLike, fspath
from pathlib import Path
from threading import Lock
from typing import SupportsIndex

from archspec.checks.checkup import chosen
from archspec.checks.claims import check_claims
from archspec.diagnostics import Problem, failed, in_order, problem
from archspec.files import changed_at, read
from archspec.graph import counts
from archspec.graph.counts import Parameters, Totals
from archspec.language.compile import compile_network, limit_layers, plan
from archspec.language.limits import Limits
from archspec.language.program import Program, read_program
from archspec.language.settled import Choices
from archspec.language.text import decode
from archspec.network import alone, find_spec
from archspec.op import LARGEST, Shape
from archspec.source import Source

KEPT = 32
"""Texts that stay read: the last ones that were asked for."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a search needs to know of a network, for one example. As papers do, it leaves out what only heads need."""

    depth: int
    params: Parameters
    macs: int
    with_heads: Totals
    """The network as it is trained; where it has no heads, the same once more."""
    output: Shape
    shapes: Mapping[str, Shape] = field(repr=False)
    """The shape of every value by its path, without the batch: `(C, H, W)` for a map, `(F,)` for a vector."""


def count(
    text: str | PathLike[str], column: str | None = None, /, *, input: str | None = None, **parameters: SupportsIndex
) -> Candidate:
    """Count a network of a spec's text, or of a file (a Path), with other values for its `let`s.

    `column` chooses a network of a table, `input` another size: `"128x128"`. The text is read once, however often it
    is counted. The counts are those of `load`, and so is what is checked: every layer, claims in braces, and without
    parameters and input, claims in plain numbers. Raises Problem, with every diagnostic, for a candidate that has
    errors.
    """
    choices = Choices(input, {name: whole(name, value) for name, value in parameters.items()})
    try:
        program = opened(*written(text), Path.cwd()).program()
        (network,) = alone(program.source.path, chosen(program, column))
        return counted(program, network, choices)
    except RecursionError:
        raise problem("E502", "the spec is nested too deeply", help="take levels out") from None


def whole(name: str, value: SupportsIndex) -> int:
    """The value of a parameter; NumPy's integers are integers too. Raises Problem E602 for what is none."""
    try:
        number = index(value)
    except TypeError:
        raise problem("E602", f"`{name}` is {value!r}", "a `let` is a whole number") from None
    if abs(number) > LARGEST:
        raise problem("E602", f"`{name}` has more than ten digits")
    return number


def written(text: str | PathLike[str]) -> tuple[str, str, Path | None]:
    """A text, or that of a file; what to call it, and where it is. Raises Problem E601 where it cannot be read."""
    if isinstance(text, str):
        return text, "<text>", None
    shown, place = find_spec(fspath(text))
    return decode(shown, read(place, Limits().bytes), place).text, shown, place


@lru_cache(maxsize=KEPT)
def opened(text: str, name: str, place: Path | None, folder: Path) -> "Opened":
    """A text, with what was read in it; files that it uses are looked for from `folder` on."""
    return Opened(Source(name, text, place))


class Opened:
    """A spec that is read once, and again only when a file that it uses has changed."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.lock = Lock()
        self.kept: Program | None = None
        self.used: dict[Path, object] = {}
        """The files that it uses, with when they changed last."""

    def program(self) -> Program:
        """Its statements. Raises Problem, with every diagnostic, where it cannot be read."""
        with self.lock:
            if self.kept is None or any(changed_at(path) != known for path, known in self.used.items()):
                self.kept = sound_program(self.source)
                self.used = {path: changed_at(path) for path in self.kept.library.files}
            return self.kept


def sound_program(source: Source) -> Program:
    """Read a spec. Raises Problem where that cannot be done."""
    if "\n" not in source.text.strip() and source.text.strip():
        help = "a file is given as a path: `archspec.count(Path(...))`"
        raise problem("E602", "one line is no spec", f"`{source.text.strip()}`", help)
    if len(source.text) > (limits := Limits()).bytes:
        raise problem("E501", f"{source.path} is too large", f"more than {limits.bytes:,} characters")
    program, found = read_program(source, limits)
    if failed(found):
        raise Problem(*in_order(found))
    return program


def counted(program: Program, column: str | None, choices: Choices) -> Candidate:
    """Count a network of a program. It is neither warned about nor, where it has errors, are sizes sought that work."""
    planned = plan(program, column, choices)
    limit_layers([planned])
    settled = planned.settled
    graph = compile_network(planned, warn=False)
    if graph is None:
        raise Problem(*in_order(settled.findings.all))
    found = counts.count(graph)
    check_claims(settled, graph, found)
    if failed(settled.findings.all):
        raise Problem(*in_order(settled.findings.all))
    return Candidate(*found, graph.shapes[graph.outputs[0]], graph.shapes)
