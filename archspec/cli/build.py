"""`archspec build PATH[:COLUMN] --to FORMAT [-o OUT]`"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from archspec.backends import MODES, Backend, backends, formats
from archspec.checks.checkup import sound
from archspec.cli.choices import add_changes, add_choices, add_weights, changes, checkup, choices
from archspec.cli.console import show
from archspec.cli.progress import Progress
from archspec.diagnostics import problem
from archspec.files import is_folder
from archspec.graph import Graph
from archspec.network import read_graph
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


def wanted(args: argparse.Namespace) -> list[Graph]:
    """The networks to build: one, unless a folder or no place at all is named. Raises Problem E608 otherwise."""
    if args.path.endswith(".json"):
        return [read_graph(args.path, choices(args))]
    result = checkup(args.path, choices(args))
    graphs = [network.graph for network in sound(result) if network.graph]
    show(result.diagnostics)
    several = args.output is None or is_folder(Path(args.output))
    if len(graphs) > 1 and not several:
        names = ", ".join(str(graph.column) for graph in graphs)
        raise problem(
            "E608",
            f"{args.path} holds {len(graphs)} networks, and {args.output} is one file",
            names,
            f"choose one: `{args.path}:{graphs[-1].column}`",
        )
    if not graphs:
        raise problem("E608", f"{args.path} holds no network", "only blocks")
    return graphs


def target(graph: Graph, output: str | None, ending: str) -> Path:
    """The file to write: the one named, or one named after the network."""
    name = f"{graph.name}_{graph.column}" if graph.column else graph.name
    if output is None:
        return Path(name + ending)
    path = Path(output)
    return path / (name + ending) if is_folder(path) else path


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
