"""`archspec explain CODE`"""

import argparse
import sys

from archspec.diagnostics import problem
from archspec.explain import codes, page
from archspec.language.suggest import did_you_mean


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "code", nargs="?", metavar="CODE", help="a code such as E203; without one, all codes are listed"
    )


def run(args: argparse.Namespace) -> int:
    """Print one page, or the list of all."""
    if args.code is None:
        for code in codes():
            print(page(code).partition("\n")[0].removeprefix("# "))
        return 0
    code = args.code.upper()
    if code not in codes():
        raise problem(
            "E602",
            f"there is no code `{args.code}`",
            help=did_you_mean(code, codes()) or "`archspec explain` lists them",
        )
    sys.stdout.write(page(code))
    return 0
