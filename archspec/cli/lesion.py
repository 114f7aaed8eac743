"""`archspec lesion PATH[:COLUMN] --delete LABEL [-o OUT.arch]`"""

import argparse

from archspec.cli.choices import add_choices, add_weights, choices
from archspec.cli.convolutionalize import deliver
from archspec.derive.lesion import derive


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH[:COLUMN]", help="a spec of one network, or a column of a table")
    parser.add_argument(
        "--delete",
        metavar="LABEL",
        action="append",
        required=True,
        help="a layer, or a label with a number: conv3_x.2; a residual module's shortcut stays; may be repeated",
    )
    parser.add_argument("-o", "--output", metavar="OUT", help="a .arch file; standard output unless given")
    add_weights(parser, default=None, what="write those that are left, too: ")
    add_choices(parser)


def run(args: argparse.Namespace) -> int:
    """Write the spec of what is left, and its weights if they are asked for."""
    return deliver(args, lambda where: derive(args.path, args.delete, choices(args), where))
