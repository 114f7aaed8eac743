"""`archspec weights import FILE PATH[:COLUMN] -o OUT`, `archspec weights export PATH[:COLUMN] -o OUT`"""

import argparse
from pathlib import Path

from archspec.cli import sentence
from archspec.cli.choices import add_changes, add_choices, add_weights, changes
from archspec.cli.console import show
from archspec.cli.networks import target, wanted
from archspec.cli.progress import Progress
from archspec.diagnostics import problem
from archspec.rewrite import rewrite
from archspec.rewrite.heads import without_heads

ACTIONS = {
    "import": "make a .safetensors file of a checkpoint",
    "export": "write the weights that a build would use",
}
MAP = "how the other program names the tensors: FILE.map, or NAME for vgg.NAME.map beside vgg.arch"


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="import|export", required=True)
    reading, writing = (
        actions.add_parser(name, help=help, description=sentence(help)) for name, help in ACTIONS.items()
    )
    reading.add_argument(
        "file", metavar="FILE", help="a .safetensors file, or one of torch.save: its pickle is not run"
    )
    reading.add_argument("--no-aux", action="store_true", help="leave the network's heads out; the file may have them")
    add_changes(writing)
    add_weights(writing)
    for parser in (reading, writing):
        parser.add_argument("path", metavar="PATH[:COLUMN]", help="a spec, or a column of it")
        parser.add_argument("-o", "--output", metavar="OUT", help="a .safetensors file, or a folder")
        parser.add_argument("--map", metavar="NAME|FILE", help=MAP)
        add_choices(parser)


def run(args: argparse.Namespace) -> int:
    """Write a .safetensors file for one network, or when exporting one for each of a table."""
    {"import": take, "export": give}[args.action](args)
    return 0


def take(args: argparse.Namespace) -> None:
    """Make a network's file of a checkpoint. Raises Problem E608 when several networks are named."""
    from archspec.checkpoints import other_names
    from archspec.checkpoints.checkpoint import Checkpoint
    from archspec.weights.store import export

    whole, *others = wanted(args)
    if others:
        help = f"choose one: `{args.path}:{whole.column}`"
        raise problem("E608", f"{args.path} holds {len(others) + 1} networks, and {args.file} is of one", help=help)
    graph = without_heads(whole) if args.no_aux else whole
    names, warnings = other_names(whole, args.map, args.path)
    show(warnings)
    checkpoint = Checkpoint(Path(args.file), names)
    checkpoint.match(graph, whole)
    path = target(graph, args.output, ".safetensors")
    export(graph, Progress(checkpoint, graph), path)
    print(f"read {args.file}: {', '.join([f'{len(checkpoint.entries)} tensors', *checkpoint.notes])}")
    print(f"wrote {path}")


def give(args: argparse.Namespace) -> None:
    """Write the weights that a build with the same options would use."""
    from archspec.checkpoints import other_names
    from archspec.weights.store import export

    for whole in wanted(args):
        graph, opened = rewrite(whole, changes(args), args.weights, args.seed)
        names, warnings = other_names(graph, args.map, args.path)
        show(warnings)
        weights = Progress(opened, graph)
        path = target(graph, args.output, ".safetensors")
        export(graph, weights, path, names)
        print(f"wrote {path}")
