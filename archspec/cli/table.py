"""`archspec table import FILE|-`, `archspec table export PATH[:COLUMN] --to FORMAT`"""

import argparse
from importlib import import_module
from typing import cast

from archspec.cli import Command, sentence

ACTIONS = {
    "import": "make a spec of a table that was copied from a paper, and check what the table claims",
    "export": "write networks as the table of a paper",
}


def action(name: str) -> Command:
    """What does one of them."""
    return cast(Command, import_module(f"archspec.cli.table_{name}"))


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, help in ACTIONS.items():
        action(name).arguments(actions.add_parser(name, help=help, description=sentence(help)))


def run(args: argparse.Namespace) -> int:
    """Read or write a table."""
    return action(args.action).run(args)
