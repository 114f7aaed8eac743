"""`archspec explain CODE` and `archspec explain FILE:LINE[:COLUMN]`"""

import argparse
import re
import sys

from archspec.cli.choices import add_choices, choices, opened
from archspec.cli.console import print_json
from archspec.diagnostics import problem
from archspec.explain import codes, page
from archspec.language.suggest import did_you_mean
from archspec.network import parted


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        nargs="?",
        metavar="CODE|FILE:LINE[:COLUMN]",
        help="a code such as E203, or a line of a spec: what became of it; without either, all codes are listed",
    )
    parser.add_argument("--in", dest="within", metavar="PATH[:COLUMN]", help="a spec that uses the line's file")
    parser.add_argument("--json", action="store_true", help="print an object about the line")
    add_choices(parser)


def run(args: argparse.Namespace) -> int:
    """Print one page, the list of all, or what a line became."""
    if args.what is None:
        for code in codes():
            print(page(code).partition("\n")[0].removeprefix("# "))
        return 0
    place = re.fullmatch(r"(.+?):([0-9]{1,7})(?::([^:]+))?", args.what)
    if place:
        return explain(place[1], int(place[2]), place[3], args)
    code = args.what.upper()
    if code not in codes():
        help = did_you_mean(code, codes()) or "`archspec explain` lists them; a line of a spec is FILE:LINE"
        raise problem("E602", f"there is no code `{args.what}`", help=help)
    sys.stdout.write(page(code))
    return 0


def explain(path: str, number: int, column: str | None, args: argparse.Namespace) -> int:
    """Print what a line became."""
    from archspec.analysis.lines import explain_line
    from archspec.report.lines import line_json, line_text

    asked = choices(args)
    within, column = parted(args.within) if args.within else (None, column)
    source, spec = (opened(name, asked.limits.bytes) if name else None for name in (path, within))
    assert source
    line = explain_line(source, number, asked, column, spec)
    if args.json:
        print_json(line_json(line))
    else:
        print(line_text(line), end="")
    return 0
