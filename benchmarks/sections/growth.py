"""How time and memory grow with the number of layers: archspec beside those that can follow, for at most a minute each.

The network is a chain of 3x3 convolutions of 8 channels, each with its ReLU.
"""

import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.measure import Entrant, Measured, Say, processes
from benchmarks.onnx_file import parameters
from benchmarks.section import EXPORTERS, Asked, Section, Target, named, peer, stated
from benchmarks.serving import calls
from benchmarks.table import Row, grid, megabytes, quotient, seconds

if TYPE_CHECKING:
    from archspec.figures.scene import Scene

SIZES = (100, 1_000, 10_000, 100_000)
LIMIT = 60.0
"""Seconds of a run."""
PER_PAIR = 584
"""Parameters of one convolution."""
OURS = {
    "check": ("check", "folded"), "check, line by line": ("check", "written"), "summary": ("summary", "folded"),
    "build": ("build", "folded", "--to", "onnx", "--weights", "zeros", "-o", "model.onnx"),
    "draw": ("draw", "folded", "-o", "figure.svg"),
}  # fmt: skip
"""Commands, the spec that each is given, and its options."""


class Follower(NamedTuple):
    """A peer: its function, the module it needs, and what of ours does the same."""

    function: str
    package: str
    beside: str


FOLLOWERS = {
    "torchinfo": Follower("torchinfo", "torchinfo", "summary"),
    "fvcore": Follower("fvcore", "fvcore", "summary"),
    EXPORTERS["dynamo"]: Follower("dynamo", "onnxscript", "build"),
    EXPORTERS["legacy"]: Follower("legacy", "torch", "build"),
}


class Grown(NamedTuple):
    """What was measured of a number of layers, by name."""

    layers: int
    found: dict[str, Measured]


def measure(asked: Asked) -> Section:
    """Every number of layers in turn."""
    grown: list[Grown] = []
    for layers in SIZES[:2] if asked.quick else SIZES:
        peers = () if asked.quick and grown else followers(layers, grown)
        wanted = [*commands(layers, write(asked.lists, layers)), *peers]
        grown.append(Grown(layers, named(repeated(wanted, asked.rounds, asked.say))))
    targets = [] if asked.quick else [*promised(grown), inferred(asked)]
    return Section("Growth: a chain of layers, whole processes", list(rows(grown)), targets, table(grown), plots(grown))


def write(folder: Path, layers: int) -> dict[str, str]:
    """Specs of a chain: with its repetition told, and written line by line."""
    head = "net chain\ninput 8x8x8\ndefault conv -> relu\n\n"
    texts = {"folded": f"conv3-8 x{layers // 2}\n", "written": "conv3-8\n" * (layers // 2)}
    for name, text in texts.items():
        folder.joinpath(f"{name}{layers}.arch").write_text(head + text, encoding="utf-8")
    return {name: str(folder / f"{name}{layers}.arch") for name in texts}


def commands(layers: int, specs: dict[str, str]) -> Iterator[Entrant]:
    """Ours."""
    answers = {"build": held, "draw": pictured}
    for name, (command, spec, *options) in OURS.items():
        words = (sys.executable, "-m", "archspec", command, specs[spec], *options)
        yield Entrant(name, words, layers // 2 * PER_PAIR, answers.get(command, stated))


def held(output: str, folder: Path) -> int:
    """The parameters in the ONNX file."""
    return parameters(folder / "model.onnx")


def pictured(output: str, folder: Path) -> int:
    """The parameters of what is drawn, as a figure tells those who cannot see it."""
    told = (folder / "figure.svg").read_text(encoding="utf-8").partition(" parameters")[0]
    return int(told.split()[-1].replace(",", ""))


def followers(layers: int, grown: Sequence[Grown]) -> Iterator[Entrant]:
    """The peers that may be done in time: time grows no less than the layers do."""
    for name, follower in FOLLOWERS.items():
        last = grown[-1].found.get(name) if grown else None
        if not grown or (last and last.seconds and last.seconds * layers / grown[-1].layers < LIMIT):
            words = ("chains", follower.function, str(layers))
            yield peer(*words, shown=name, expected=layers // 2 * PER_PAIR, package=follower.package)


def repeated(wanted: Sequence[Entrant], rounds: int, say: Say) -> list[Measured]:
    """All of them, those that take more than a few seconds only once."""
    found = processes(wanted, 1, LIMIT, say)
    quick = [each for each in found if each.seconds is not None and each.seconds < LIMIT / 10]
    for each, more in zip(quick, processes([each.entrant for each in quick], rounds - 1, LIMIT, say), strict=True):
        each.runs, each.fault = each.runs + more.runs, more.fault
    return found


def rows(grown: Sequence[Grown]) -> Iterator[Row]:
    """A row for each peer and number of layers that it was tried on."""
    for layers, found in grown:
        for name, follower in FOLLOWERS.items():
            if name in found:
                yield Row(f"{follower.beside}, {layers:,} layers", "chain", found[name], found[follower.beside])


def table(grown: Sequence[Grown]) -> str:
    """Seconds and peak memory of everyone by the number of layers."""
    headings = ["seconds, memory", *(f"{layers:,} layers" for layers, _ in grown)]
    lines = [[label(name), *(cell(found.get(name)) for _, found in grown)] for name in (*OURS, *FOLLOWERS)]
    note = f"A peer is tried where its last time, grown as the layers are, is below {LIMIT:g} s. We build with zeros."
    return f"{grid(headings, lines)}\n\n{note}\n"


def label(name: str) -> str:
    """What a table and a plot call it."""
    return f"archspec {name}" if name in OURS else name


def cell(measured: Measured | None) -> str:
    """What one of them took, or that it was not tried."""
    if measured is None:
        return "not tried"
    return measured.fault or f"{seconds(measured)}, {megabytes(measured)} MB"


def promised(grown: Sequence[Grown]) -> Iterator[Target]:
    """The targets: at most twelve times the time for ten times the layers, and bounds on the most."""
    for before, after in pairwise(grown[1:]):
        for name in OURS:
            factor = quotient(after.found[name].seconds, before.found[name].seconds)
            yield Target(f"{name}, {after.layers:,} layers, of the time of {before.layers:,}", factor, 12)
    layers, found = grown[-1]
    yield Target(f"check, {layers:,} layers", found["check"].seconds, 8, "s")
    yield Target(f"check, {layers:,} layers, peak memory", found["check"].megabytes, 700, "MB")
    yield Target(f"build, {layers:,} layers", found["build"].seconds, 15, "s")


def inferred(asked: Asked) -> Target:
    """Shapes and counts beside ONNX's shape inference of the same layers, both within a process."""
    layers = SIZES[-1]
    params, spec = layers // 2 * PER_PAIR, str(asked.lists / f"folded{layers}.arch")
    ours = peer("reading", "archspec", spec, shown="archspec", expected=params, package="lark")
    theirs = peer("chains", "inference", str(layers), shown="onnx", expected=params, package="onnx")
    mine, other = calls([ours, theirs], asked.rounds, LIMIT, asked.say)
    text = f"{layers:,} layers, text to checked graph, of onnx.shape_inference's time"
    return Target(text, quotient(mine.seconds, other.seconds), 1)


def plots(grown: Sequence[Grown]) -> "list[tuple[str, Scene]]":
    """Seconds over layers, both by factors."""
    from archspec.plots import Axis, Series, plot

    colors = ("conv", "point", "pool", "up", "unpool", "upsample", "copy", "ink", "quiet")
    series = []
    for name, color in zip((*OURS, *FOLLOWERS), colors, strict=True):
        times = ((layers, found[name].seconds) for layers, found in grown if name in found)
        points = tuple((float(layers), seconds) for layers, seconds in times if seconds)
        series.append(Series(label(name), points, color=color, dashed=name not in OURS))
    drawn = [each for each in series if each.points]
    x, y = Axis("layers", log=True), Axis("seconds", log=True)
    return [("growth", plot(drawn, x, y, title="Growth with the number of layers", width=516, height=300))]
