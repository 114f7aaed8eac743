"""`archspec weights export PATH[:COLUMN] -o FILE.safetensors`"""

import argparse
from pathlib import Path

from archspec.cli.build import target, wanted
from archspec.cli.choices import add_changes, add_choices, add_weights, changes
from archspec.cli.progress import Progress
from archspec.rewrite import rewrite


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["export"], help="what to do")
    parser.add_argument("path", metavar="PATH[:COLUMN]", help="a spec, or a column of it")
    parser.add_argument("-o", "--output", metavar="OUT", help="a .safetensors file, or a folder")
    add_changes(parser)
    add_weights(parser)
    add_choices(parser)


def run(args: argparse.Namespace) -> int:
    """Write the weights that a build with the same options would use."""
    from archspec.weights.store import export

    for whole in wanted(args):
        graph, opened = rewrite(whole, changes(args), args.weights, args.seed)
        weights = Progress(opened, graph)
        path = target(graph, args.output, ".safetensors")
        export(graph, weights, Path(path))
        print(f"wrote {path}")
    return 0
