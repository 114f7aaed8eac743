"""`archspec check PATHS...`"""

import argparse

from archspec.checks.checkup import Checked, Checkup
from archspec.cli.choices import add_choices, checkup, choices, spread
from archspec.cli.console import print_json, show
from archspec.diagnostics import Problem
from archspec.graph.counts import Counts, Totals
from archspec.language.settled import Choices
from archspec.network import parted


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a spec, PATH:COLUMN, a folder of specs, or - for standard input",
    )
    parser.add_argument("--json", action="store_true", help="print a list with an entry for each network")
    add_choices(parser)


def run(args: argparse.Namespace) -> int:
    """Check everything that is named, and say what was found."""
    asked = choices(args)
    results = [attempt(path, asked) for path in spread(args.paths)]
    if args.json:
        print_json([network.as_json() for result in results for network in result.networks])
    else:
        for result in results:
            show(result.diagnostics)
            report(result)
    return 0 if all(result.ok for result in results) else 1


def attempt(path: str, asked: Choices) -> Checkup:
    """Check one spec; one that cannot be read at all does not keep the others from being checked."""
    try:
        return checkup(path, asked)
    except Problem as error:
        file, column = parted(path)
        return Checkup((Checked(file, None, column, error.diagnostics),), error.diagnostics)


def report(result: Checkup) -> None:
    """A line for each network: its numbers, or that it failed; and one for each deviation."""
    for network in result.networks:
        name = f"{network.file}:{network.column}" if network.column else network.file
        print(f"ok      {name}{numbers(network.counts)}" if network.ok else f"failed  {name}")
        if network.graph and network.graph.heads and network.counts:
            print(f"        with its heads {amounts(network.counts.with_heads)}")
        for line, claim, stated, holds, why in ((d.line, *d[:4]) for d in network.deviations):
            print(f"        deviation in line {line}: {claim} {stated} is stated, {holds} holds{': ' * bool(why)}{why}")


def numbers(counts: Counts | None) -> str:
    """The totals, as part of a line."""
    if counts is None:
        return "  only blocks"
    return f"  depth {counts.depth}, {amounts(counts)}"


def amounts(counts: Counts | Totals) -> str:
    """Parameters and multiply-adds."""
    frozen = f" and {counts.params.frozen:,} frozen" if counts.params.frozen else ""
    return f"{counts.params.trainable:,}{frozen} parameters, {counts.macs:,} multiply-adds"
