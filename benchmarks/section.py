"""A part of the benchmarks: what it is asked for, and what it finds."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.measure import Answer, Entrant, Measured, Run, Say, last_number
from benchmarks.models import MODELS
from benchmarks.table import Row

if TYPE_CHECKING:
    from archspec.figures.scene import Scene

EXPORTERS = {"dynamo": "torch.onnx.export", "legacy": "torch.onnx.export, dynamo=False"}
"""PyTorch's, new and old: what their functions and files are called here, and what a table calls them."""


class Asked(NamedTuple):
    """What is to be measured."""

    networks: Sequence[str]
    """Of `benchmarks.models`."""
    rounds: int
    say: Say
    lists: Path
    """The folder that holds what `benchmarks.layers` writes of each network."""
    quick: bool = False
    """Whether a minute is all there is."""

    def layers(self, network: str) -> str:
        """The file of a network's layers."""
        return str(self.lists / f"{network}.json")

    def tensors(self, network: str) -> str:
        """The file of a network's tensors, for `benchmarks.limits`."""
        return str(self.lists / f"{network}.tensors")


@dataclass(frozen=True)
class Target:
    """What has been promised, and what this run found."""

    text: str
    value: float | None
    """Nothing where it is not measured."""
    bound: float
    unit: str = "x"
    """`x` for a ratio, else that of both numbers: `s`, `MB`."""
    least: bool = False
    """Whether the value must be at least, not at most, the bound."""

    @property
    def met(self) -> bool | None:
        """Whether it is kept; nothing where it is not known."""
        if self.value is None:
            return None
        return self.value >= self.bound if self.least else self.value <= self.bound


class Section(NamedTuple):
    """What a part found."""

    title: str
    rows: Sequence[Row] = ()
    targets: Sequence[Target] = ()
    text: str = ""
    """What it says besides its rows, in Markdown."""
    plots: Sequence[tuple[str, "Scene"]] = ()
    """Plots by the end of their file's name: `growth`."""


def peer(room: str, name: str, *arguments: str, shown: str, expected: int, package: str = "torch") -> Entrant:
    """A function of `benchmarks.peers`, as a program."""
    command = (sys.executable, "-m", "benchmarks.peer", room, name, *arguments)
    return Entrant(shown, command, expected, package=package)


def stated(output: str, folder: Path) -> int:
    """The number of parameters in what `archspec summary` or `archspec check` prints."""
    total = re.search(r"^ok .*? ([\d,]+) parameters|^total .* ([\d,]+) +[\d,]+$", output, re.MULTILINE)
    return last_number((total[1] or total[2]) if total else "", folder)


def ours(command: str, network: str, *options: str, expected: object = None, answer: Answer = stated) -> Entrant:
    """A command of archspec on the spec of a network; it answers with the number of parameters unless told."""
    model = MODELS[network]
    words = (sys.executable, "-m", "archspec", command, model.spec, *options)
    return Entrant(f"archspec {command}", words, expected or model.params, answer)


def within(measured: Measured) -> Measured:
    """The call alone of a program that tells how long it took."""
    runs = [Run(run.call) for run in measured.runs if run.call is not None]
    return Measured(measured.entrant, runs, measured.fault)


def named(found: Sequence[Measured]) -> dict[str, Measured]:
    """What was measured, by name."""
    return {each.name: each for each in found}


BARE = Entrant("import lark, pydantic", (sys.executable, "-c", "import lark, pydantic; print(1)"), 1)
"""The libraries of the grammar and of the typed graph."""
START = Entrant("python -c pass", (sys.executable, "-c", "print(1)"), 1)
"""What every command waits for."""
