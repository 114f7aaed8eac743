"""The command. Each subcommand is one file here, imported when it is asked for.

Exit status: 0 when all is well, 1 when a spec, a file or a tool is not, 2 for a wrong use of the command.
"""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn, Protocol, cast

import archspec

COMMANDS = {
    "check": "check specs: shapes, counts, and every claim",
    "fmt": "lay specs out: cells, labels, sizes and comments below each other",
    "summary": "list a network's layers with sizes, parameters and multiply-adds",
    "sizes": "say which input sizes a network takes, and why not the others",
    "build": "write a network as ONNX, PyTorch, a figure or JSON",
    "draw": "draw the figure of a network, or of several side by side",
    "diff": "say what changed from one network to another, in their own terms",
    "paths": "count the paths through a network by their length, and plot them",
    "verify": "run a network in PyTorch and in ONNX, and compare values and counts",
    "train": "train a network by a recipe, on a CPU, a GPU or several",
    "evaluate": "test the network of a run, in PyTorch or as an ONNX file",
    "explain": "explain a diagnostic's code, with a wrong and a right example",
    "ops": "list the layers that a spec can use and their options, or show one at work",
    "schema": "print the JSON Schema of graphs",
    "weights": "make .safetensors files, of a checkpoint or of the weights of a build",
    "convolutionalize": "make a spec whose fully connected layers are convolutions",
    "table": "make a spec of the table of a paper, or write networks as one",
    "lesion": "make a spec of a network without some of its residual modules or layers",
    "experiment": "run the experiments of papers: degradation, lesion, gradients, ensembles",
    "completion": "print a completion script for a shell",
}


LIGHT = ("check", "summary", "draw", "build")
"""Those that make graphs, and do not describe what graphs are made of."""


class Command(Protocol):
    """What the file of a subcommand provides."""

    def arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace) -> int: ...


def command(name: str) -> Command:
    """The subcommand of this name."""
    return cast(Command, import_module(f"archspec.cli.{name}"))


def make_parser(wanted: Sequence[str]) -> argparse.ArgumentParser:
    """The command line, with the arguments of the wanted subcommands; where there is none, all are named."""
    parser = argparse.ArgumentParser(
        prog="archspec",
        description="A compiler for neural-network configuration tables.",
        epilog="`archspec COMMAND --help` has the options of each command.",
    )
    parser.add_argument("--version", action="version", version=f"archspec {archspec.__version__}")
    # with a name, argparse needs not format the usage for it
    commands = parser.add_subparsers(prog=parser.prog, dest="command", metavar="COMMAND", required=True)
    for name in wanted or COMMANDS:
        subparser = commands.add_parser(name, help=COMMANDS[name], description=sentence(COMMANDS[name]))
        if name in wanted:
            command(name).arguments(subparser)
    return parser


def sentence(help: str) -> str:
    """What a list of commands says of one, as that command's own help says it."""
    return f"{help[0].upper()}{help[1:]}."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Gives its exit status."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    gc.set_threshold(200_000)  # a command makes many small records that all live to its end
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy imports 40 ms sooner, and no command multiplies matrices
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for them reads every installed package
    wanted = [word for word in words[:1] if word in COMMANDS]
    args = make_parser(wanted).parse_args(words)
    try:
        status = command(args.command).run(args)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # the reader of a pipe left: nothing is wrong, and nobody is there to be told
        drop_output()
        return 1
    except OSError as error:
        if error.filename is not None:  # a file's, and so a fault of whoever opened it
            raise
        drop_output()
        return unwritten(error)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except Exception as error:
        return refuse(error)


def drop_output() -> None:
    """Let what is still to be written go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def unwritten(error: OSError) -> int:
    """Say that standard output takes no more: its disk is full, say."""
    from archspec.diagnostics import problem
    from archspec.files import reason

    return refuse(problem("E605", "cannot write standard output", reason(error)))


def run() -> NoReturn:
    """The command as a process: it ends as soon as all is written, without taking every record apart first."""
    # a stream that is closed takes everything and gives nothing
    sys.stdin, sys.stdout, sys.stderr = (
        stream or os.fdopen(os.open(os.devnull, os.O_RDWR), mode)
        for stream, mode in ((sys.stdin, "r"), (sys.stdout, "w"), (sys.stderr, "w"))
    )
    archspec.light = light(sys.argv[1:])
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def light(words: Sequence[str]) -> bool:
    """Whether a command makes graphs of specs alone: one that is read as JSON is a model of pydantic."""
    return words[:1] != [] and words[0] in LIGHT and not any(word.endswith(".json") for word in words)


def refuse(error: Exception) -> int:
    """Say what a user can mend; anything else is our own fault and raised on."""
    from archspec.cli.console import show
    from archspec.diagnostics import Problem

    if not isinstance(error, Problem):
        raise error
    show(error.diagnostics)
    return 1
