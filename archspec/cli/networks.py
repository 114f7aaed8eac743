"""The networks that a command line names, and the file that each is written to."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from archspec.checks.checkup import sound
from archspec.cli.choices import checkup, choices
from archspec.cli.console import show
from archspec.diagnostics import Problem, problem
from archspec.files import is_folder
from archspec.graph import Graph
from archspec.network import read_graph


def graphs(path: str, args: argparse.Namespace) -> list[Graph]:
    """The networks of a spec, or of a graph as JSON. Raises Problem E608 where there is none."""
    if path.endswith(".json"):
        return [read_graph(path, choices(args))]
    result = checkup(path, choices(args))
    found = [network.graph for network in sound(result) if network.graph]
    show(result.diagnostics)
    if not found:
        raise problem("E608", f"{path} holds no network", "only blocks")
    return found


def several(path: str, found: Sequence[Graph], why: str = "") -> Problem:
    """What to say of several networks where one is needed."""
    names = ", ".join(str(graph.column) for graph in found)
    return problem(
        "E608", f"{path} holds {len(found)} networks{why}", names, f"choose one: `{path}:{found[-1].column}`"
    )


def one(path: str, args: argparse.Namespace) -> Graph:
    """The one network of a spec. Raises Problem E608 where there are several."""
    found = graphs(path, args)
    if len(found) > 1:
        raise several(path, found)
    return found[0]


def is_one_file(output: str | None) -> bool:
    """Whether what is asked for has room for one network alone: a file, or standard output."""
    return output is not None and not is_folder(Path(output))


def wanted(args: argparse.Namespace) -> list[Graph]:
    """The networks to build: one, unless a folder or no place at all is named. Raises Problem E608 otherwise."""
    found = graphs(args.path, args)
    if len(found) > 1 and is_one_file(args.output):
        raise several(args.path, found, f", and {args.output} is one file")
    return found


def target(graph: Graph, output: str | None, ending: str) -> Path:
    """The file to write: the one named, or one named after the network."""
    name = f"{graph.name}_{graph.column}" if graph.column else graph.name
    if output is None:
        return Path(name + ending)
    path = Path(output)
    return path / (name + ending) if is_folder(path) else path
