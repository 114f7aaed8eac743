"""`archspec diff A B`"""

import argparse

from archspec.analysis.difference import Difference
from archspec.checks.checkup import sound
from archspec.cli.choices import add_choices, checkup, choices
from archspec.cli.console import print_json, show
from archspec.cli.networks import several
from archspec.diagnostics import Problem, problem
from archspec.graph import Graph
from archspec.network import read_graph
from archspec.report.difference import Claims, changed_claims, difference_json, difference_text


def arguments(parser: argparse.ArgumentParser) -> None:
    for name in ("old", "new"):
        parser.add_argument(name, metavar="PATH[:COLUMN]", help="a spec of one network, a column, or a graph as JSON")
    parser.add_argument("--json", action="store_true", help="print an object")
    add_choices(parser)


def run(args: argparse.Namespace) -> int:
    """Say what changed. Gives 0 where nothing did, 1 where something did, 2 where that cannot be said."""
    try:
        (old, stated), (new, claimed) = (named(path, args) for path in (args.old, args.new))
    except Problem as error:
        show(error.diagnostics)
        return 2
    found, claims = Difference(old, new), (stated, claimed)
    same = found.none and not list(changed_claims(claims))
    if args.json:
        print_json(difference_json(found, claims))
    elif not same:
        print(f"{args.old} -> {args.new}", difference_text(found, claims), sep="\n", end="")
    return 0 if same else 1


def named(path: str, args: argparse.Namespace) -> tuple[Graph, Claims]:
    """The one network that is named, and what its spec claims. Raises Problem E608 where there is none, or several."""
    if path.endswith(".json"):
        return read_graph(path, choices(args)), ()
    result = checkup(path, choices(args))
    found = [network for network in sound(result) if network.graph]
    show(result.diagnostics)
    if not found:
        raise problem("E608", f"{path} holds no network", "only blocks")
    if len(found) > 1:
        raise several(path, [network.graph for network in found if network.graph])
    graph = found[0].graph
    assert graph
    return graph, found[0].claims
