"""`archspec summary PATH[:COLUMN]`"""

import argparse

from archspec.checks.checkup import sound
from archspec.cli.choices import add_choices, checkup, choices
from archspec.cli.console import print_json, show
from archspec.report.summary import summary_json, summary_text


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH[:COLUMN]", help="a spec, a column of it, or - for standard input")
    parser.add_argument("--json", action="store_true", help="print one object, or a list of them for a whole table")
    add_choices(parser)


def run(args: argparse.Namespace) -> int:
    """Print the layers of one network, or of each network of a table."""
    result = checkup(args.path, choices(args))
    networks = [network for network in sound(result) if network.graph]
    show(result.diagnostics)
    if args.json:
        summaries = [summary_json(network) for network in networks]
        print_json(summaries[0] if len(summaries) == 1 else summaries)
    else:
        print("\n".join(summary_text(network) for network in networks), end="")
    return 0
