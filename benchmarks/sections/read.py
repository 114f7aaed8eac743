"""From text to a checked graph with counts, beside those that read text or trace a module, within a warm process."""

from collections.abc import Iterator

from benchmarks.measure import Entrant, Measured
from benchmarks.models import MODELS
from benchmarks.section import Asked, Section, Target, named, peer
from benchmarks.serving import calls
from benchmarks.table import Row, quotient

COUNTERS = {"torchinfo, meta": "torchinfo_meta", "torchinfo": "torchinfo", "fvcore": "fvcore"}
FIRST = {"ptflops": "ptflops", "calflops": "calflops", "thop": "thop"}
"""Those that run the whole network to do the same again: measured on the first one alone."""
READERS = {"nnef parser and shapes": "nnef", "onnx parser and shapes": "onnx"}
OURS = "archspec"


def measure(asked: Asked) -> Section:
    """Every network in turn."""
    rows: list[Row] = []
    targets: list[Target] = []
    for network in asked.networks:
        found = named(calls(list(entrants(asked, network)), asked.rounds, say=asked.say))
        title = MODELS[network].title
        rows += [Row("read", title, theirs, found[OURS]) for name, theirs in found.items() if name != OURS]
        targets += promised(network, found)
    return Section("Within a process: text, or a module, to counts and shapes", rows, targets)


def entrants(asked: Asked, network: str) -> Iterator[Entrant]:
    """Ours, those that read text, and those that trace a module made before."""
    model = MODELS[network]
    yield peer("reading", "archspec", model.spec, shown=OURS, expected=model.params, package="lark")
    for shown, name in READERS.items():
        held = model.params + 2 * model.normalized  # statistics are tensors like any other to them
        yield peer("reading", name, asked.layers(network), shown=shown, expected=held, package=name)
    for shown, name in (COUNTERS | FIRST if network == asked.networks[0] else COUNTERS).items():
        package = name.removesuffix("_meta")
        yield peer("counting", name, network, shown=shown, expected=model.params, package=package)


def promised(network: str, found: dict[str, Measured]) -> Iterator[Target]:
    """How much faster a text is to be read than torchinfo counts: as it runs the network, and on the meta device."""
    bounds = {"vgg_e": 1 / 50, "resnet152": 1 / 15}
    if network in bounds:
        for theirs in ("torchinfo", "torchinfo, meta"):
            text = f"text of {MODELS[network].title} to checked graph, of the call of {theirs}"
            yield Target(text, quotient(found[OURS].seconds, found[theirs].seconds), bounds[network])
