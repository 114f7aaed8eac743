"""`archspec ops [LAYER]`"""

import argparse

from archspec import ops
from archspec.diagnostics import problem
from archspec.language.suggest import meant
from archspec.op.describe import describe, manual, markdown


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("op", nargs="?", metavar="LAYER", help="one layer; without it, all are listed")
    parser.add_argument("--markdown", action="store_true", help="print the pages of all layers (docs/layers.md)")


def run(args: argparse.Namespace) -> int:
    """Print how layers are written."""
    if args.markdown:
        print(HEADING + manual(ops.every()), end="")
    elif args.op is None:
        width = max(len(op.form) for op in ops.every())
        for op in ops.every():
            print(f"{op.form.ljust(width)}  {describe(op).summary}")
    else:
        found = ops.find(args.op)
        if found is None:
            raise problem("E602", f"there is no layer `{args.op}`", help=meant(args.op))
        print(markdown(describe(found)), end="")
    return 0


HEADING = """# Layers

Every layer that a spec can use, in alphabetical order. A name in braces stands for the option of that name; what
is not written has its default. `archspec ops LAYER` prints one page; `archspec ops --markdown` prints this one.

"""
