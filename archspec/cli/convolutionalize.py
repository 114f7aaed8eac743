"""`archspec convolutionalize PATH[:COLUMN] [-o OUT.arch]`"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from archspec.cli.choices import add_choices, add_weights, choices
from archspec.derive import Derived, derive
from archspec.diagnostics import problem


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH[:COLUMN]", help="a spec of one network, or a column of a table")
    parser.add_argument("-o", "--output", metavar="OUT", help="a .arch file; standard output unless given")
    add_weights(parser, default=None, what="write them too, in their new shapes: ")
    add_choices(parser)


def run(args: argparse.Namespace) -> int:
    """Write the spec of the convolutional network, and its weights if they are asked for."""
    return deliver(args, lambda where: derive(args.path, choices(args), where))


def deliver(args: argparse.Namespace, make: Callable[[Path | None], Derived]) -> int:
    """Write a spec that was made for a folder, and its weights, where they are asked for."""
    if args.weights and not args.output:
        raise problem("E602", "weights go beside the spec, so it needs a file", help="name one: `-o OUT.arch`")
    derived = make(Path(args.output).parent if args.output else None)
    if not args.output:
        sys.stdout.write(derived.text)
        return 0
    for path in derived.write(args.output, args.weights, args.seed):
        print(f"wrote {path}")
    return 0
