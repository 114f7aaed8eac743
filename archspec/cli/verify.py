"""`archspec verify PATH[:COLUMN]...`"""

import argparse
from collections.abc import Iterator
from functools import partial

from archspec.checks.checkup import sound
from archspec.cli.choices import add_choices, checkup, choices, spread
from archspec.cli.console import print_json, show
from archspec.cli.progress import Line
from archspec.diagnostics import Problem, problem
from archspec.graph import Graph
from archspec.language.settled import Choices
from archspec.network import parted
from archspec.verify import TOLERANCE, Verified, ok, programs, verify
from archspec.verify.sizes import other_size
from archspec.verify.text import lines


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a spec, PATH:COLUMN, or a folder of specs")
    parser.add_argument(
        "--tolerance",
        type=float,
        default=TOLERANCE,
        metavar="T",
        help=f"largest difference, as a part of a value's largest number (default {TOLERANCE:g})",
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of weights and input (default 0)")
    parser.add_argument(
        "--verbose", action="store_true", help="list every value that is compared, for more than one network too"
    )
    parser.add_argument("--json", action="store_true", help="print a list with an entry for each network")
    add_choices(parser)


def run(args: argparse.Namespace) -> int:
    """Verify everything that is named, one network after the other."""
    programs()  # before anything else: without them nothing goes
    line, entries, paths = Line(), [], list(spread(args.paths))
    for path in paths:
        try:
            named = list(networks(path, choices(args)))
            details = args.verbose or (len(paths) == 1 and len(named) == 1)
            for name, graph in named:
                found = list(attempts(name, graph, path, args, line))
                line.clear()
                entries.append({"network": name, "ok": ok(found), "sizes": [each.as_json() for each in found]})
                if not args.json:
                    alone = len(found) == 1 and not args.input
                    print(*lines(name, found, details, alone), sep="\n", flush=True)
        except Problem as error:
            line.clear()
            entries.append({"network": path, "ok": False, "diagnostics": [d.as_json() for d in error.diagnostics]})
            show(error.diagnostics)
    if args.json:
        print_json(entries)
    return 0 if all(each["ok"] for each in entries) else 1


def networks(path: str, asked: Choices) -> Iterator[tuple[str, Graph]]:
    """The networks that a path names, with what to call them; none for a spec of blocks. Raises Problem for errors.

    At a size of the user's own, what they claim does not matter.
    """
    if parted(path)[0] == "-":
        raise problem("E602", "a spec is verified from a file", "it is read again for another size of its input")
    result = checkup(path, asked)
    built = asked.input and any(network.graph for network in result.networks)
    for network in result.networks if built else sound(result):
        if network.graph:
            yield f"{network.file}:{network.column}" if network.column else network.file, network.graph


def attempts(name: str, graph: Graph, path: str, args: argparse.Namespace, line: Line) -> Iterator[Verified]:
    """Verify a network at its own size and, unless a size is asked for, at another one."""

    def say(text: str) -> None:
        line.show(f"{name}: {text}")

    yield verify(graph, args.tolerance, args.seed, say=say)
    other = None if args.input else other_size(graph, partial(resized, path, graph.column, choices(args)))
    if other:
        yield verify(other, args.tolerance, args.seed, batch=2, say=say)


def resized(path: str, column: str | None, asked: Choices, input: str) -> Graph | None:
    """A network with another input, whatever it claims; None where it cannot have it."""
    name = f"{parted(path)[0]}:{column}" if column else path
    (network,) = checkup(name, asked._replace(input=input)).networks
    return network.graph
