"""`archspec table export PATH[:COLUMN] --to latex|markdown|html|tsv`"""

import argparse
import sys
from pathlib import Path

from archspec.cli.choices import add_choices, limits
from archspec.cli.networks import graphs
from archspec.files import replacing
from archspec.language.settled import Choices
from archspec.tables.export import export
from archspec.tables.writing import FORMATS


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH[:COLUMN]", help="a spec, a column of it, or a graph as JSON")
    parser.add_argument("--to", required=True, choices=FORMATS, help="the format")
    parser.add_argument("-o", "--output", metavar="FILE", help="standard output unless given")
    parser.add_argument("--params", action="store_true", help="with a row of parameters, in millions")
    parser.add_argument("--macs", action="store_true", help="with a row of multiply-adds")
    add_choices(parser)


def run(args: argparse.Namespace) -> int:
    """Write the table."""
    asked = Choices(limits=limits(args))
    text = export(graphs(args.path, args), args.to, args.params, args.macs, asked)
    if args.output is None:
        sys.stdout.write(text)
        return 0
    with replacing(Path(args.output)) as file:
        file.write(text.encode())
    print(f"wrote {args.output}")
    return 0
