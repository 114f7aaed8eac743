"""`archspec sizes PATH[:COLUMN] [--to N]`"""

import argparse
from collections.abc import Sequence

from archspec.analysis.sizes import Answer
from archspec.cli.choices import add_choices, choices, positive
from archspec.cli.console import print_json
from archspec.cli.progress import Line
from archspec.network import sizes
from archspec.report.sizes import answer_json, answer_text


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH[:COLUMN]", help="a spec, or a column of it")
    parser.add_argument("--to", metavar="N", type=positive, default=1024, help="the largest side listed (default 1024)")
    parser.add_argument("--json", action="store_true", help="print one object, or a list of them for a whole table")
    add_choices(parser)


def run(args: argparse.Namespace) -> int:
    """Print the input sizes that one network takes, or each network of a table."""
    answers = sizes(args.path, args.to, choices(args))
    work_out(answers)
    if args.json:
        found = list(map(answer_json, answers))
        print_json(found[0] if len(found) == 1 else found)
    else:
        print("\n".join(map(answer_text, answers)), end="")
    return 0


def work_out(answers: Sequence[Answer]) -> None:
    """Try all sides that will be listed, and show how far that is."""
    line = Line()
    for answer in answers:
        for side in range(1, answer.to + 1):
            answer.sizes.takes(side)
            line.show(f"{answer.name}: {side:,} of {answer.to:,} sides")
    line.clear()
