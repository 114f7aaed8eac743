"""`archspec check PATHS...`"""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from textwrap import indent
from typing import NamedTuple

from archspec.checks.checkup import Checked, Checkup
from archspec.cli.choices import add_choices, checkup, choices, positive, spread
from archspec.cli.console import colored
from archspec.cli.progress import Line
from archspec.cli.workers import results
from archspec.cores import cores
from archspec.diagnostics import Problem, problem
from archspec.graph.counts import Counts, Totals
from archspec.language.settled import Choices
from archspec.network import parted
from archspec.report.rendering import render_all


class Said(NamedTuple):
    """What there is to say of one spec."""

    ok: bool
    diagnostics: str
    networks: list[str]
    """A text for each: lines for a person, or an object for a tool."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a spec, PATH:COLUMN, a folder of specs, or - for standard input",
    )
    parser.add_argument("--json", action="store_true", help="print a list with an entry for each network")
    parser.add_argument("--jobs", metavar="N", type=positive, default=cores(), help="processes (default: all cores)")
    add_choices(parser)


def run(args: argparse.Namespace) -> int:
    """Check everything that is named, and say what was found."""
    asked, color = choices(args), colored(sys.stderr)
    paths = list(spread(args.paths))
    say = as_json if args.json else lambda result: as_text(result, color)
    jobs = 1 if any(parted(path)[0] == "-" for path in paths) else args.jobs  # there is one standard input
    found = results(lambda path: say(attempt(path, asked)), paths, jobs, lambda *how: say(lost(*how)))
    with closing(found):
        tell = tell_tool if args.json else tell_person
        return 0 if tell(progressing(found, len(paths))) else 1


def attempt(path: str, asked: Choices) -> Checkup:
    """Check one spec; one that cannot be read at all does not keep the others from being checked."""
    try:
        return checkup(path, asked)
    except Problem as error:
        return refused(path, error)


def lost(path: str, code: int) -> Checkup:
    """What there is to say of a spec whose process ended before it was done."""
    ended = f"its process was ended by signal {-code}" if code < 0 else f"its process ended with status {code}"
    help = "was there too little memory? `--jobs 1` takes the least"
    return refused(path, problem("E601", f"cannot check {path}", ended, help))


def refused(path: str, error: Problem) -> Checkup:
    """A spec of which nothing is known."""
    file, column = parted(path)
    return Checkup((Checked(file, None, column, error.diagnostics),), error.diagnostics)


def progressing(found: Iterator[Said], total: int) -> Iterator[Said]:
    """The same, with a word on the terminal about how many there were."""
    line = Line()
    for number, said in enumerate(found, 1):
        line.clear()
        yield said
        line.show(f"{number:,} of {total:,} specs")
    line.clear()


def tell_person(found: Iterator[Said]) -> bool:
    """Print diagnostics and lines. Gives whether all is well."""
    well = True
    for said in found:
        if said.diagnostics:
            print(said.diagnostics, file=sys.stderr)
        for network in said.networks:
            print(network)
        well &= said.ok
    return well


def tell_tool(found: Iterator[Said]) -> bool:
    """Print one list of all networks. Gives whether all is well."""
    well, before = True, "[\n"
    for said in found:
        for network in said.networks:
            print(before, indent(network, "  "), sep="", end="")
            before = ",\n"
        well &= said.ok
    print("[]" if before == "[\n" else "\n]")
    return well


def as_json(result: Checkup) -> Said:
    """What is said to a tool."""
    networks = [json.dumps(network.as_json(), indent=2, ensure_ascii=False) for network in result.networks]
    return Said(result.ok, "", networks)


def as_text(result: Checkup, color: bool) -> Said:
    """What is said to a person."""
    diagnostics = render_all(result.diagnostics, color)
    return Said(result.ok, diagnostics, ["\n".join(lines(network)) for network in result.networks])


def lines(network: Checked) -> Iterator[str]:
    """A line for a network: its numbers, or that it failed; and one for each deviation."""
    name = f"{network.file}:{network.column}" if network.column else network.file
    yield f"ok      {name}{numbers(network.counts)}" if network.ok else f"failed  {name}"
    if network.graph and network.graph.heads and network.counts:
        yield f"        with its heads {amounts(network.counts.with_heads)}"
    for line, claim, stated, holds, why in ((d.line, *d[:4]) for d in network.deviations):
        yield f"        deviation in line {line}: {claim} {stated} is stated, {holds} holds{': ' * bool(why)}{why}"


def numbers(counts: Counts | None) -> str:
    """The totals, as part of a line."""
    if counts is None:
        return "  only blocks"
    return f"  depth {counts.depth}, {amounts(counts)}"


def amounts(counts: Counts | Totals) -> str:
    """Parameters and multiply-adds."""
    frozen = f" and {counts.params.frozen:,} frozen" if counts.params.frozen else ""
    return f"{counts.params.trainable:,}{frozen} parameters, {counts.macs:,} multiply-adds"
