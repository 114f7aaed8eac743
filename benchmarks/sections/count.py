"""`archspec summary` and `archspec check` beside those that count a PyTorch module, as whole processes."""

from collections.abc import Iterator

from benchmarks.measure import Entrant, Measured, processes
from benchmarks.models import MODELS
from benchmarks.section import BARE, START, Asked, Section, Target, named, ours, peer
from benchmarks.table import Row, megabytes, quotient

PEERS = ("torchinfo", "fvcore", "ptflops", "calflops", "thop")
EVERYWHERE = ("torchinfo", "fvcore")
"""The others do the same again: as whole processes they are measured on the first network."""


def measure(asked: Asked) -> Section:
    """Every network in turn."""
    rows: list[Row] = []
    targets: list[Target] = []
    for at, network in enumerate(asked.networks):
        names = PEERS if at == 0 and not asked.quick else EVERYWHERE
        found = named(processes(entrants(network, names), asked.rounds, say=asked.say))
        rows += compared(network, names, found)
        targets += promised(network, found)
    return Section("Counting, whole processes", rows, targets, started(asked))


def started(asked: Asked) -> str:
    """What Python and the two libraries take by themselves."""
    found = processes([START, BARE], asked.rounds, say=asked.say)
    told = ", ".join(
        f"`{each.name}` takes {1000 * (each.seconds or 0):.0f} ms and {megabytes(each)} MB" for each in found
    )
    return f"{told}. The latter is the limit in the table; a sound spec needs neither library.\n"


def entrants(network: str, names: tuple[str, ...]) -> list[Entrant]:
    """Ours, the limit, and the peers."""
    params = MODELS[network].params
    peers = [peer("counting", name, network, shown=name, expected=params, package=name) for name in names]
    return [*peers, ours("summary", network), ours("check", network), BARE]


def compared(network: str, names: tuple[str, ...], found: dict[str, Measured]) -> Iterator[Row]:
    """A row for each peer and command."""
    for command in ("summary", "check"):
        for name in names if command == "summary" else EVERYWHERE:
            yield Row(command, MODELS[network].title, found[name], found[f"archspec {command}"], found[BARE.name])


def promised(network: str, found: dict[str, Measured]) -> Iterator[Target]:
    """The targets."""
    title = MODELS[network].title
    check, summary = found["archspec check"], found["archspec summary"]
    for name in EVERYWHERE:
        theirs = found[name]
        if network == "vgg_e":
            yield Target(f"check {title}, of {name}'s time", quotient(check.seconds, theirs.seconds), 1 / 12)
            yield Target(f"check {title}, of {name}'s memory", quotient(check.megabytes, theirs.megabytes), 1 / 15)
        if network in ("vgg_e", "resnet152"):
            yield Target(f"summary {title}, of {name}'s time", quotient(summary.seconds, theirs.seconds), 1 / 10)
    if network == "vgg_e":
        yield Target(f"check {title}, of `{BARE.name}`", quotient(check.seconds, found[BARE.name].seconds), 1.5)
