"""`archspec ops [LAYER]`"""

import argparse

from archspec import ops
from archspec.diagnostics import problem
from archspec.language.suggest import meant


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("op", nargs="?", metavar="LAYER", help="one layer; without it, all are listed")


def run(args: argparse.Namespace) -> int:
    """Print how layers are written."""
    from archspec.op.describe import describe

    if args.op is None:
        width = max(len(op.form) for op in ops.every())
        for op in ops.every():
            print(f"{op.form.ljust(width)}  {describe(op).summary}")
        return 0
    found = ops.find(args.op)
    if found is None:
        raise problem("E602", f"there is no layer `{args.op}`", help=meant(args.op))
    print(describe(found).text())
    return 0
