"""`archspec paths PATH[:COLUMN] [-o FILE]`"""

import argparse
import re
from pathlib import Path

from archspec.analysis.paths import UNITS, Paths, paths
from archspec.cli.choices import add_choices
from archspec.cli.console import print_json
from archspec.cli.networks import one
from archspec.figures.figure import Figure
from archspec.figures.formats import FORMATS
from archspec.figures.palette import THEMES
from archspec.graph import Graph
from archspec.report.paths import Range, paths_json, paths_text

EFFECTIVE = (5, 17)
"""Lengths, in modules, of the paths that Veit et al. 2016 measured to carry the gradient through 54 modules."""
MEASURED = 54


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH[:COLUMN]", help="a spec of one network, a column, or a graph as JSON")
    parser.add_argument(
        "--unit", choices=UNITS, default="modules", help="what lengths count: residual or weight layers"
    )
    parser.add_argument(
        "--effective",
        metavar="LOW..HIGH",
        type=lengths,
        action="append",
        help="say the share of paths of these lengths (default for 54 modules: 5..17, which Veit et al. measured)",
    )
    parser.add_argument("--delete", metavar="K", type=count, help="say what deleting K modules leaves")
    parser.add_argument("--json", action="store_true", help="print an object, with the paths of every length")
    parser.add_argument("-o", "--output", metavar="FILE", help=f"plot it: {', '.join(f'.{each}' for each in FORMATS)}")
    parser.add_argument("--log", action="store_true", help="plot the paths' number on a logarithmic axis")
    parser.add_argument("--theme", choices=tuple(THEMES), default="color", help="with colours, or in greys alone")
    add_choices(parser)


def lengths(text: str) -> Range:
    """Read `5..17`."""
    found = re.fullmatch(r"([0-9]{1,6})\.\.([0-9]{1,6})", text, re.ASCII)
    if not found or int(found[1]) > int(found[2]):
        raise argparse.ArgumentTypeError(f"{text!r} is not LOW..HIGH")
    return int(found[1]), int(found[2])


def count(text: str) -> int:
    """Read a number of modules."""
    if not re.fullmatch("[0-9]{1,6}", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Print the paths of one network, and plot them if a file is named."""
    graph = one(args.path, args)
    found = paths(graph, args.unit)
    ranges = args.effective or ([EFFECTIVE] if found.unit == "modules" and len(found.modules) == MEASURED else [])
    if args.json:
        print_json(paths_json(graph, found, ranges, args.delete))
    else:
        print(paths_text(graph, found, ranges, args.delete), end="")
    if args.output:
        save(args, graph, found, ranges)
    return 0


def save(args: argparse.Namespace, graph: Graph, found: Paths, ranges: list[Range]) -> None:
    """Write the plot."""
    from archspec.plots.paths import draw

    left = None if args.delete is None else found.without(args.delete)
    scene = draw(graph, found, ranges, left, log=args.log, theme=args.theme)
    Figure(scene).save(Path(args.output))
    if not args.json:
        print(f"wrote {args.output}")
