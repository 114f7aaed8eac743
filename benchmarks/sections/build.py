"""`archspec build --to onnx` beside PyTorch's exporters and the libraries that build graphs by hand."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import ROOT, Entrant, Measured, processes
from benchmarks.models import MODELS
from benchmarks.onnx_file import parameters
from benchmarks.section import EXPORTERS, Asked, Section, Target, named, ours, peer, within
from benchmarks.table import Row, quotient

NEW, OLD = EXPORTERS.values()
WRITERS = {"onnx.helper": "helper", "onnx-ir": "onnx_ir", "spox": "spox"}
BY_HAND = ("vgg_e", "resnet50", "googlenet")
"""The networks that are built by hand."""
HE, ZEROS, CALL = "archspec build", "archspec build --weights zeros", "archspec, its call"
WIDE = 10 * 12_000 * 12_001
LIMIT = "generate and write"


def measure(asked: Asked) -> Section:
    """Every network in turn."""
    rows: list[Row] = []
    targets: list[Target] = []
    for network in asked.networks:
        found = named(processes(list(entrants(asked, network)), asked.rounds, say=asked.say))
        rows += compared(network, found)
        targets += promised(network, found)
    if not asked.quick:
        (wide,) = processes([tenfold(asked.lists)], 1, say=asked.say)
        targets.append(Target(f"build {WIDE:,} weights, ten times VGG-E's, peak memory", wide.megabytes, 120, "MB"))
    return Section("Building an ONNX file with random weights", rows, targets)


def entrants(asked: Asked, network: str) -> Iterator[Entrant]:
    """Ours, in three ways, and the peers. The exporters fold batch normalization: scales and shifts are gone."""
    model = MODELS[network]
    whole, folded = model.params + 2 * model.normalized, model.params - model.normalized
    for name, shown in EXPORTERS.items():
        yield peer("exporting", name, network, shown=shown, expected=folded, package="onnxscript")
    if network in BY_HAND:
        for shown, name in WRITERS.items():
            package = "onnx" if name == "helper" else name
            yield peer("writing", name, asked.layers(network), shown=shown, expected=whole, package=package)
    for name, options in ((HE, ()), (ZEROS, ("--weights", "zeros"))):
        built = ours("build", network, "--to", "onnx", "-o", "model.onnx", *options, expected=whole, answer=held)
        yield replace(built, name=name)
    bare = (sys.executable, str(ROOT / "benchmarks" / "limits.py"), asked.tensors(network), "weights.data")
    yield Entrant(LIMIT, bare, whole, package="numpy")
    yield peer("exporting", "archspec", model.spec, shown=CALL, expected=whole, package="onnx")


def tenfold(folder: Path) -> Entrant:
    """A network with ten times the weights of VGG-E, 5.8 GB of them: is our memory the same?"""
    spec = folder / "wide.arch"
    spec.write_text("net wide\ninput 1x1x12000\n\nFC-12000 x10\n", encoding="utf-8")
    command = (sys.executable, "-m", "archspec", "build", str(spec), "--to", "onnx", "-o", "model.onnx")
    return Entrant("archspec build, ten times the weights", command, WIDE, held)


def held(output: str, folder: Path) -> int:
    """The parameters in the file."""
    return parameters(folder / "model.onnx")


def compared(network: str, found: dict[str, Measured]) -> Iterator[Row]:
    """Whole processes with random weights, and the calls alone."""
    title = MODELS[network].title
    peers = [name for name in (NEW, OLD, *WRITERS) if name in found]
    for name in peers:
        yield Row("build", title, found[name], found[HE], found[LIMIT])
    yield Row("build --weights zeros", title, found[NEW], found[ZEROS])
    for name in peers:
        yield Row("build, the call alone", title, within(found[name]), within(found[CALL]))


def promised(network: str, found: dict[str, Measured]) -> Iterator[Target]:
    """The targets."""
    title, he = MODELS[network].title, found[HE]
    bounds = {NEW: 1 / 6, OLD: 1 / 6} if network == "vgg_e" else {NEW: 1 / 15, OLD: 1 / 4}
    for name, bound in bounds.items():
        yield Target(f"build {title}, of {name}'s time", quotient(he.seconds, found[name].seconds), bound)
    if network == "vgg_e":
        yield Target(f"build {title}, of the bare {LIMIT}", quotient(he.seconds, found[LIMIT].seconds), 1.3)
        yield Target(f"build {title}, peak memory", he.megabytes, 120, "MB")
        yield Target(f"build {title} --weights zeros", found[ZEROS].seconds, 0.6, "s")
