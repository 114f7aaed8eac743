"""`archspec build PATH[:COLUMN] --to FORMAT [-o OUT]`"""

import argparse
import shutil
import sys
import tempfile

from archspec.backends import MODES, Backend, backends, formats
from archspec.cli.choices import add_changes, add_choices, add_weights, changes
from archspec.cli.networks import target, wanted
from archspec.cli.progress import Progress
from archspec.diagnostics import problem
from archspec.graph import Graph
from archspec.rewrite import rewrite


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path",
        metavar="PATH[:COLUMN]",
        help="a spec, a column of it, a graph as JSON, or - for standard input",
    )
    parser.add_argument("--to", required=True, choices=sorted(formats()), help="what to write")
    parser.add_argument("-o", "--output", metavar="OUT", help="a file, a folder, or - for standard output")
    parser.add_argument("--mode", choices=MODES, help="what it is for; onnx: eval unless given, else train")
    add_changes(parser)
    add_weights(parser)
    for backend in backends():
        add_options(parser, backend)
    add_choices(parser)


def add_options(parser: argparse.ArgumentParser, backend: Backend) -> None:
    """Add the options that belong to one back end."""
    if not backend.OPTIONS:
        return
    group = parser.add_argument_group(f"options of --to {'|'.join(backend.FORMATS)}")
    for option in backend.OPTIONS:
        group.add_argument(
            f"--{option.name.replace('_', '-')}",
            type=option.type,
            default=option.default,
            choices=option.choices,
            metavar="N" if option.type is int else None,
            help=option.help,
        )


def run(args: argparse.Namespace) -> int:
    """Write one file for the network, or one for each network of a table."""
    graphs = wanted(args)
    backend = formats()[args.to]
    mode = args.mode or backend.MODE
    options = {option.name: getattr(args, option.name) for option in backend.OPTIONS} | {"mode": mode}
    for whole in graphs:
        graph, opened = rewrite(whole, changes(args, mode), args.weights, args.seed)
        weights = Progress(opened, graph)
        if args.output == "-":
            to_standard_output(backend, graph, args.to, weights, options)
            continue
        path = target(graph, args.output, backend.FORMATS[args.to])
        for written in backend.build(graph, path, args.to, weights, options):
            print(f"wrote {written}")
    return 0


def to_standard_output(
    backend: Backend, graph: Graph, format: str, weights: Progress, options: dict[str, object]
) -> None:
    """Build in a temporary folder and copy the file out. Raises Problem E608 when it is more than one file."""
    with tempfile.TemporaryDirectory() as folder:
        path = target(graph, folder, backend.FORMATS[format])
        written = backend.build(graph, path, format, weights, options)
        if len(written) > 1:
            raise problem("E608", "this network takes more than one file", help="name a file: `-o OUT`")
        with path.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
