"""What is in the ONNX files: nodes, bytes beside the weights, and how many values have a shape."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import environment
from benchmarks.models import MODELS
from benchmarks.section import EXPORTERS, Asked, Section, Target
from benchmarks.table import grid

FILES = {**EXPORTERS, "ours": "archspec", "folded": "archspec --fold-bn"}
HEADINGS = ("network", "written by", "nodes", "bytes beside the weights", "values with a shape", "of open batch")
Facts = Mapping[str, float]


def measure(asked: Asked) -> Section:
    """Every network in turn, written by everyone with the same weights."""
    lines: list[tuple[str, ...]] = []
    targets: list[Target] = []
    for network in asked.networks:
        asked.say(f"writing {MODELS[network].title} with every exporter")
        found = written(network)
        lines += [(MODELS[network].title, FILES[file], *cells(found[file])) for file in FILES if file in found]
        targets += promised(MODELS[network].title, found)
    return Section("What is in the files", (), targets, grid(HEADINGS, lines, words=2))


def written(network: str) -> dict[str, Facts]:
    """The facts of each file, by a process of its own: the exporters load much."""
    with TemporaryDirectory() as folder:
        for command in (["benchmarks.runnable", network, *FILES], ["benchmarks.onnx_facts", *FILES]):
            done = subprocess.run(
                [sys.executable, "-m", *command], cwd=folder, env=environment(), capture_output=True, text=True
            )
        facts = Path(folder, "facts.json")
        return json.loads(facts.read_text(encoding="utf-8")) if done.returncode == 0 else {}


def cells(facts: Facts) -> tuple[str, ...]:
    """Figures as a table has them."""
    return (f"{facts['nodes']:,}", f"{facts['bytes']:,}", f"{facts['shaped']:.0%}", f"{facts['open']:.0%}")


def promised(title: str, found: Mapping[str, Facts]) -> list[Target]:
    """The targets; the exporters fold batch normalization, so ours are those with it folded."""
    if not {"folded", "dynamo"} <= found.keys():
        return [Target(f"nodes of {title}, of the best exporter's", None, 1)]
    ours, new = found["folded"], found["dynamo"]
    fewest = min(facts["nodes"] for file, facts in found.items() if file in EXPORTERS)
    return [
        Target(f"nodes of {title}, of the best exporter's", ours["nodes"] / fewest, 1),
        Target(f"bytes of {title} beside the weights, of the new exporter's", ours["bytes"] / new["bytes"], 1 / 5),
    ]
