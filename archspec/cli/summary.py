"""`archspec summary PATH[:COLUMN]`"""

import argparse
import shutil
import sys

from archspec.analysis.conventions import CONVENTIONS
from archspec.analysis.costs import Asked
from archspec.analysis.memory import WIDTHS, Setting
from archspec.cli.choices import add_choices, positive
from archspec.cli.console import colored, print_json
from archspec.cli.networks import graphs
from archspec.graph.counts import count
from archspec.report.columns import COLUMNS, USUAL
from archspec.report.summary import Summary, as_csv
from archspec.report.tabular import WRITERS, text

FORMATS = (*WRITERS, "csv", "json")


def arguments(parser: argparse.ArgumentParser) -> None:
    what = "a spec, a column of it, a graph as JSON, or - for standard input"
    parser.add_argument("path", metavar="PATH[:COLUMN]", help=what)
    parser.add_argument("--to", choices=FORMATS, default="text", help="csv and json have every layer and every column")
    parser.add_argument("--json", action="store_const", const="json", dest="to", help="the same as --to json")
    parser.add_argument("--layers", "--unfold", action="store_true", help="every layer by itself, and no stages")
    names = f"which columns, in which order, or `all`: {','.join(COLUMNS)}"
    parser.add_argument("--columns", metavar="A,B", type=named, help=names)
    group = parser.add_argument_group("what is counted (docs/counting.md)")
    abouts = "; ".join(f"{name}: {convention.about}" for name, convention in CONVENTIONS.items())
    group.add_argument("--count", choices=CONVENTIONS, default=next(iter(CONVENTIONS)), help=abouts)
    group.add_argument("--batch", metavar="N", type=positive, default=1, help="examples in memory (default 1)")
    group.add_argument("--precision", choices=WIDTHS, default="fp32", help="of numbers in memory (default fp32)")
    add_choices(parser)


def named(text: str) -> tuple[str, ...]:
    """Read the names of columns."""
    names = tuple(COLUMNS) if text == "all" else tuple(text.split(","))
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        raise argparse.ArgumentTypeError(f"there is no column {unknown[0]!r}: {', '.join(COLUMNS)}")
    return names


def run(args: argparse.Namespace) -> int:
    """Print the layers of one network, or of each network of a table."""
    asked = Asked(Setting(args.batch, args.precision), args.count)
    summaries = [Summary(graph, count(graph), asked) for graph in graphs(args.path, args)]
    if args.to == "json":
        found = [summary.as_json() for summary in summaries]
        print_json(found[0] if len(found) == 1 else found)
    elif args.to == "csv":
        print(as_csv(summaries), end="")
    else:
        print("\n".join(written(summary, args) for summary in summaries), end="")
    return 0


def written(summary: Summary, args: argparse.Namespace) -> str:
    """One summary as a table; on a terminal it is as wide as that is, unless columns are asked for."""
    if args.to != "text":
        return WRITERS[args.to](summary.table(args.columns or USUAL, args.layers))
    if args.columns or not sys.stdout.isatty():
        return text(summary.table(args.columns or USUAL, args.layers), colored(sys.stdout))
    return text(summary.fitting(shutil.get_terminal_size().columns, USUAL, args.layers), colored(sys.stdout))
