"""`archspec schema`"""

import argparse

from archspec.cli.console import print_json
from archspec.graph.document import schema


def arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(args: argparse.Namespace) -> int:
    """Print the JSON Schema of what `--to json` writes."""
    print_json(schema())
    return 0
