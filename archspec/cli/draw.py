"""`archspec draw PATH[:COLUMN]... [-o FILE]`"""

import argparse
import sys

from archspec.cli.choices import add_choices
from archspec.cli.networks import graphs, is_one_file, one, several, target
from archspec.figures import STYLES, WIDTHS, draw
from archspec.figures.figure import Figure
from archspec.figures.formats import FORMATS
from archspec.figures.palette import THEMES
from archspec.graph import Graph


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        metavar="PATH[:COLUMN]",
        nargs="+",
        help="a spec, a column of it, a graph as JSON, or - for standard input; several stand side by side",
    )
    endings = ", ".join(f".{format}" for format in FORMATS)
    parser.add_argument("-o", "--output", metavar="FILE", help=f"{endings}; a folder; - for SVG to standard output")
    parser.add_argument("--style", choices=STYLES, default="auto", help="how it is drawn (default: what suits it)")
    parser.add_argument("--block", metavar="NAME", help="draw the inside of a block")
    parser.add_argument(
        "--width", choices=WIDTHS, default="auto", help="what it is for (default: a column, if it fits)"
    )
    parser.add_argument("--unfold", action="store_true", help="draw what repeats as often as it stands there")
    parser.add_argument("--theme", choices=tuple(THEMES), default="color", help="with colours, or in greys alone")
    parser.add_argument("--caption", action="store_true", help="print a caption for LaTeX and a text for the blind")
    parser.add_argument("--dpi", type=int, default=300, metavar="N", help="dots per inch of a PNG (default 300)")
    add_choices(parser)


def run(args: argparse.Namespace) -> int:
    """Draw one figure of what is named, or one for each network of a table."""
    if len(args.paths) > 1:
        graph, *beside = (one(path, args) for path in args.paths)
        deliver(graph, figure(args, graph, *beside), args)
        return 0
    found = graphs(args.paths[0], args)
    if len(found) > 1 and is_one_file(args.output):
        raise several(args.paths[0], found)
    for graph in found:
        deliver(graph, figure(args, graph), args)
    return 0


def figure(args: argparse.Namespace, graph: Graph, *beside: Graph) -> Figure:
    """The figure that is asked for."""
    scene = draw(
        graph,
        args.style,
        width=args.width,
        unfold=args.unfold,
        theme=args.theme,
        block=args.block,
        beside=beside,
    )
    return Figure(scene)


def deliver(graph: Graph, made: Figure, args: argparse.Namespace) -> None:
    """Write a figure where it is asked for, and say so."""
    if args.output == "-":
        sys.stdout.write(made.svg())
    else:
        path = target(graph, args.output, ".svg")
        made.save(path, dpi=args.dpi)
        print(f"wrote {path}")
    if args.caption:
        said = sys.stderr if args.output == "-" else sys.stdout
        print(made.caption, f"% {made.about}", sep="\n", file=said)
