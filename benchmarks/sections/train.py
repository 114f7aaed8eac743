"""Training steps beside those of the same networks by hand: `benchmarks.training`, one network after another."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from statistics import quantiles
from typing import Any, NamedTuple

from benchmarks.measure import ROOT, Entrant, Measured, Run, environment
from benchmarks.models import MODELS
from benchmarks.section import Asked, Section, Target
from benchmarks.table import Row, grid, quotient

TEXT = """Forward, backward and SGD with momentum, in float32, the heads of GoogLeNet included. Those by hand have
`nn.ReLU(inplace=True)` and `y += shortcut`. Both networks are in one process, with the same weights and input, and take
turns, each as often first as second; the ratios below are of the two steps of a turn. MB are what tensors take at most
in a step, beside weights, momentum and input, by PyTorch's profiler, each in a process of its own."""
HEADINGS = ("network", "ratio: median", "lower quartile", "upper quartile", "of processor time", "of memory")
HAND, OURS = Entrant("by hand", (), None), Entrant("archspec", (), None)


class Case(NamedTuple):
    """What a network is trained with: a step takes a second or so on two cores."""

    network: str
    batch: int
    size: str | None = None
    """Of the input, where it is not the paper's."""

    @property
    def words(self) -> tuple[str, ...]:
        """As arguments of `benchmarks.training`."""
        return (self.network, "--batch", str(self.batch), *(("--size", self.size) if self.size else ()))

    @property
    def work(self) -> str:
        return f"train, batch {self.batch}" + (f" of {self.size}" if self.size else "")


CASES = (Case("vgg_d", 1), Case("resnet50", 4), Case("googlenet", 8), Case("unet", 1, "188x188"))
PAIRS = 5
"""How often as many pairs as elsewhere runs: differences are small."""


class Found(NamedTuple):
    """A network's steps, by hand and ours."""

    case: Case
    hand: Measured
    ours: Measured

    def ratios(self, what: str = "wall") -> list[float]:
        """Our seconds as a part of theirs, pair by pair."""
        both = zip(self.ours.runs, self.hand.runs, strict=True)
        return [getattr(ours, what) / getattr(hand, what) for ours, hand in both]


def measure(asked: Asked) -> Section:
    """Every network in turn."""
    cases = [case for case in CASES if not asked.quick or case.network in asked.networks]
    found = [trained(asked, case) for case in cases]
    rows = [Row(each.case.work, MODELS[each.case.network].title, each.hand, each.ours) for each in found]
    targets = [target for each in found for target in promised(each)]
    return Section("Training steps", rows, targets, f"{TEXT}\n\n{grid(HEADINGS, map(line, found))}\n")


def trained(asked: Asked, case: Case) -> Found:
    """A network's steps, and the memory of each; where it fails, why."""
    asked.say(f"training {MODELS[case.network].title}")
    try:
        pairs = told(*case.words, "--pairs", str(PAIRS * asked.rounds))
        memory = [told(*case.words, "--memory", which) / 1e6 for which in ("ours", "hand")]
    except subprocess.CalledProcessError as failed:
        fault = f"failed: {failed.stderr.strip().splitlines()[-1]}"
        return Found(case, Measured(HAND, fault=fault), Measured(OURS, fault=fault))
    ours, hand = (
        Measured(entrant, [Run(*took, rss=megabytes) for took in steps])
        for entrant, megabytes, steps in zip((OURS, HAND), memory, zip(*pairs, strict=True), strict=True)
    )
    return Found(case, hand, ours)


def told(*words: str) -> Any:
    """What `benchmarks.training` prints. Raises CalledProcessError."""
    command = [sys.executable, "-m", "benchmarks.training", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def line(found: Found) -> Sequence[str]:
    """A network's ratios; nothing where they are not measured."""
    title = MODELS[found.case.network].title
    if found.ours.fault:
        return (title, "not measured", *[""] * (len(HEADINGS) - 2))
    low, middle, high = quantiles(found.ratios(), n=4)
    cpu = quantiles(found.ratios("cpu"), n=4)[1]
    memory = quotient(found.ours.megabytes, found.hand.megabytes)
    return title, *(f"{value:.3f}" for value in (middle, low, high, cpu, memory or 0))


def promised(found: Found) -> Iterator[Target]:
    """The targets."""
    title = MODELS[found.case.network].title
    middle = None if found.ours.fault else quantiles(found.ratios(), n=4)[1]
    yield Target(f"train {title}, of the time by hand", middle, 1.02)
    memory = quotient(found.ours.megabytes, found.hand.megabytes)
    yield Target(f"train {title}, of the memory by hand", memory, 1.0)
