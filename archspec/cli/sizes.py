"""`archspec sizes PATH[:COLUMN] [--to N]`"""

import argparse
from collections.abc import Sequence

from archspec.analysis.sizes import ENDLESS, Answer, answers
from archspec.cli.choices import add_choices, choices, opened, positive
from archspec.cli.console import print_json
from archspec.cli.progress import Line
from archspec.network import parted
from archspec.report.sizes import answer_json, answer_text


def arguments(parser: argparse.ArgumentParser) -> None:
    what = "a spec, a column of it, or - for standard input"
    parser.add_argument("path", metavar="PATH[:COLUMN]", help=what)
    parser.add_argument("--to", metavar="N", type=largest, default=1024, help="the largest side listed (default 1024)")
    parser.add_argument("--json", action="store_true", help="print one object, or a list of them for a whole table")
    add_choices(parser)


def largest(text: str) -> int:
    """Read the largest side to be listed."""
    side = positive(text)
    if side > ENDLESS:
        raise argparse.ArgumentTypeError(f"{text} is more than {ENDLESS:,}: the formula has those as well")
    return side


def run(args: argparse.Namespace) -> int:
    """Print the input sizes that one network takes, or each network of a table."""
    name, column = parted(args.path)
    asked = choices(args)
    told = answers(opened(name, asked.limits.bytes), column, args.to, asked)
    work_out(told)
    if args.json:
        found = list(map(answer_json, told))
        print_json(found[0] if len(found) == 1 else found)
    else:
        print("\n".join(map(answer_text, told)), end="")
    return 0


def work_out(answers: Sequence[Answer]) -> None:
    """Try all sides that will be listed, and show how far that is."""
    line = Line()
    for answer in answers:
        for side in range(1, answer.to + 1):
            answer.sizes.takes(side)
            line.show(f"{answer.name}: {side:,} of {answer.to:,} sides")
    line.clear()
