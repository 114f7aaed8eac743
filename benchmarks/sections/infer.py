"""onnxruntime on our files and on those of PyTorch's exporters, which hold the same weights."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Entrant, Measured, environment
from benchmarks.same_weights import RUN
from benchmarks.section import EXPORTERS, Asked, Section, Target, named, peer
from benchmarks.serving import calls
from benchmarks.table import Row, quotient

OURS = {"ours": "archspec", "folded": "archspec --fold-bn", "single": "archspec --external-data never"}
NETWORKS = ("vgg_e", "resnet50", "googlenet", "unet", "unpooling")
TURNS = {1: 4, 8: 2}
"""How often as many rounds as elsewhere, by batch: differences are small."""
TEXT = """Two threads, none of which waits by spinning; every output is compared with PyTorch's, to 1e-5. U-Net is run
at batch 1 alone: 8 take 12 seconds. `DeconvNet's unpooling` is its five poolings and unpoolings without the layers
between them, of 64 channels; the whole network spends its time in convolutions, which are the same in all files.
ONNX has no operator for a convolution with its activation, so no file has one: runtimes join them."""


def measure(asked: Asked) -> Section:
    """Every network in turn, each with files of its own."""
    rows: list[Row] = []
    targets: list[Target] = []
    for network in (each for each in NETWORKS if not asked.quick or each in asked.networks):
        with TemporaryDirectory() as folder:
            asked.say(f"writing {RUN[network].title} with every exporter")
            command = [sys.executable, "-m", "benchmarks.runnable", network]
            subprocess.run(command, cwd=folder, env=environment(), capture_output=True, check=False)
            for batch, level in cases(network, asked.quick):
                found = named(inferred(asked, Path(folder), network, batch, level))
                rows += compared(network, batch, level, found)
                targets += promised(network, batch, level, found)
            if network == "vgg_e":
                found = named(loaded(asked, Path(folder)))
                rows += [Row("load", RUN[network].title, each, found[OURS["ours"]]) for each in others(found)]
                half = quotient(found[OURS["ours"]].seconds, found[OURS["single"]].seconds)
                targets.append(Target("load VGG-E, of the time for a single file", half, 0.5))
    return Section("Inference in onnxruntime", rows, targets, TEXT)


def cases(network: str, quick: bool) -> Iterator[tuple[int, str]]:
    """Batches, with onnxruntime's optimization of the graph and without."""
    for batch in (1,) if quick or network in ("unet", "unpooling") else (1, 8):
        for level in ("on", "off"):
            yield batch, level


def inferred(asked: Asked, folder: Path, network: str, batch: int, level: str) -> list[Measured]:
    """Passes of a batch, file by file."""
    files = {**EXPORTERS, "ours": OURS["ours"]} | ({"folded": OURS["folded"]} if RUN[network].normalized else {})
    entrants = [entrant("infer", folder, file, shown, batch, level, str(batch)) for file, shown in files.items()]
    turns = 2 if network == "unet" else TURNS[batch]
    return calls(entrants, turns * asked.rounds, say=asked.say)


def loaded(asked: Asked, folder: Path) -> list[Measured]:
    """New sessions, file by file."""
    files = {**EXPORTERS, "ours": OURS["ours"], "single": OURS["single"]}
    return calls([entrant("load", folder, file, files[file], 1, "on") for file in files], asked.rounds, say=asked.say)


def entrant(call: str, folder: Path, file: str, shown: str, expected: int, *words: str) -> Entrant:
    """A function of `benchmarks.peers.running` on a file."""
    path = str(folder / f"{file}.onnx")
    return peer("running", call, path, *words, shown=shown, expected=expected, package="onnxruntime")


def others(found: dict[str, Measured]) -> list[Measured]:
    """All but ours."""
    return [each for name, each in found.items() if name != OURS["ours"]]


def compared(network: str, batch: int, level: str, found: dict[str, Measured]) -> Iterator[Row]:
    """Each exporter beside each of our files."""
    for shown in EXPORTERS.values():
        for name in (OURS["ours"], OURS["folded"]):
            if name in found:
                work = f"infer{name.removeprefix('archspec')}, batch {batch}, optimization {level}"
                yield Row(work, RUN[network].title, found[shown], found[name])


def promised(network: str, batch: int, level: str, found: dict[str, Measured]) -> Iterator[Target]:
    """The targets. Where onnxruntime does not fold batch normalization, ours is folded as theirs are."""
    mine = OURS["folded"] if level == "off" and OURS["folded"] in found else OURS["ours"]
    work = f"infer{mine.removeprefix('archspec')} {RUN[network].title}, batch {batch}, optimization {level}"
    for shown in (EXPORTERS["dynamo"],) if network == "unpooling" else EXPORTERS.values():
        ratio = quotient(found[mine].seconds, found[shown].seconds)
        yield Target(f"{work}, of {shown}'s time", ratio, 0.6 if network == "unpooling" else 1.02)
