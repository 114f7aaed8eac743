"""The check of a whole spec: each of its networks compiled, counted and held to its claims."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from archspec.checks.claims import Deviation, check_claims, stated
from archspec.diagnostics import Diagnostic, Problem, failed, in_order, problem
from archspec.graph import Graph
from archspec.graph.counts import Counts, count
from archspec.language.cautions import unused_names
from archspec.language.compile import Plan, compile_network, limit_layers, merge, plan
from archspec.language.program import Program, read_program
from archspec.language.settled import Choices
from archspec.language.suggest import did_you_mean
from archspec.op.window import as_papers
from archspec.source import Source


@dataclass(frozen=True)
class Checked:
    """One network of a spec. `graph` and `counts` are None where errors left none."""

    file: str
    network: str | None
    column: str | None
    diagnostics: tuple[Diagnostic, ...]
    graph: Graph | None = None
    counts: Counts | None = None
    deviations: tuple[Deviation, ...] = ()
    claims: tuple[tuple[str, str], ...] = ()
    """What is expected of it: of what, and what, as the spec has it."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong with it."""
        return not failed(self.diagnostics)

    def as_json(self) -> dict[str, Any]:
        """The form that tools read; sizes are height x width x channels."""
        return {
            "file": self.file,
            "network": self.network,
            "column": self.column,
            "ok": self.ok,
            **totals(self.graph, self.counts),
            "deviations": [deviation._asdict() for deviation in self.deviations],
            "diagnostics": [diagnostic.as_json() for diagnostic in self.diagnostics],
        }


@dataclass(frozen=True)
class Checkup:
    """A whole spec: its networks, and what there is to say, each thing once."""

    networks: tuple[Checked, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong with any network."""
        return not failed(self.diagnostics)


def totals(graph: Graph | None, counts: Counts | None) -> dict[str, Any]:
    """The numbers of a network, as tools read them; None for each where it could not be built."""
    if graph is None or counts is None:
        return dict.fromkeys(("input", "outputs", "heads", "depth", "params", "macs", "with_heads"))
    return {
        "input": list(as_papers(graph.input.shape)),
        "outputs": [{"path": path, "shape": list(as_papers(graph.shapes[path]))} for path in graph.outputs],
        "heads": [
            {
                "name": head.name,
                "path": head.value,
                "shape": list(as_papers(graph.shapes[head.value])),
                "weight": head.weight,
            }
            for head in graph.heads
        ],
        "depth": counts.depth,
        "params": counts.params._asdict(),
        "macs": counts.macs,
        "with_heads": {"params": counts.with_heads.params._asdict(), "macs": counts.with_heads.macs},
    }


def check_source(source: Source, choices: Choices, column: str | None = None) -> Checkup:
    """Check the networks of a spec, or one column of it. Raises Problem E602 for what it does not have."""
    try:
        return check_program(source, choices, column)
    except RecursionError:
        help = "take levels out: `--max-nesting` cannot go this far"
        raise problem("E502", f"{source.path} is nested too deeply", help=help) from None


def check_program(source: Source, choices: Choices, column: str | None) -> Checkup:
    """Check what is nested within reason."""
    program, unsound = read_program(source, choices.limits)
    if failed(unsound):
        name = program.net.name.text if program.net else None
        said = in_order(unsound)
        return Checkup((Checked(source.path, name, column, said),), said)
    unused_names(program)
    said = tuple(program.findings.all)
    columns = chosen(program, column)
    plans = [plan(program, name, choices) for name in columns]
    limit_layers(plans)
    checked = tuple(check_one(planned, choices, said) for planned in plans)
    own = [list(network.diagnostics[len(said) :]) for network in checked]
    merged = merge(own, tuple(network.column or "" for network in checked))
    return Checkup(checked, in_order((*said, *merged)))


def chosen(program: Program, column: str | None) -> Sequence[str | None]:
    """The columns to check: all, or the one that is asked for."""
    if column is None:
        return program.variants
    if column in program.columns:
        return (column,)
    raise problem(
        "E602",
        f"{program.source.path} has no column `{column}`",
        help=did_you_mean(column, program.columns) if program.columns else "it holds one network: name no column",
    )


def check_one(planned: Plan, choices: Choices, said: tuple[Diagnostic, ...]) -> Checked:
    """Make one network and hold it to its claims."""
    settled, program = planned.settled, planned.settled.program
    graph = compile_network(planned)
    name = program.net.name.text if program.net else PurePath(program.source.path).stem
    if graph is None:
        from archspec.checks.nearby import advised  # what is sound needs no advice

        found = advised(planned, choices, settled.findings.all)
        return Checked(program.source.path, name, settled.column, (*said, *found))
    counts = count(graph)
    deviations = check_claims(settled, graph, counts)
    everything = (*said, *settled.findings.all)
    return Checked(
        program.source.path, name, settled.column, everything, graph, counts, tuple(deviations), stated(settled)
    )


def sound(checkup: Checkup) -> tuple[Checked, ...]:
    """The networks of a spec without errors. Raises Problem with all of them otherwise."""
    if not checkup.ok:
        raise Problem(*checkup.diagnostics)
    return checkup.networks
