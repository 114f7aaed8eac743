"""Images per second of a training step with random images on the device: ours beside a hand-written module, in turn."""

from collections.abc import Iterator
from statistics import median
from time import perf_counter
from typing import NamedTuple

import torch

import archspec
from archspec.graph.counts import count
from benchmarks.gpu.cards import peak_of
from benchmarks.gpu.finding import Asked, Finding, in_time, judged
from benchmarks.models import MODELS
from benchmarks.training import Setting, Trained, certain_loss, finished, made

WARM, ROUNDS, STEPS = 3, 7, 3
LEAST, FLOOR = 0.97, 2500.0
"""Of the hand-written module's images per second, and of ResNet-50 in the best setting on an A100 or better: NVIDIA
DeepLearningExamples tells 2,470 for an A100."""
A100 = 312e12
APART = 2**-6
"""How far the losses of both may be apart, as a part of them: bf16 has 8 bits."""
PASSES = 6
"""Operations of a training step for each multiply-add: two, forward, and for gradients of values and of weights."""


class Cell(NamedTuple):
    """A cell of the table."""

    network: str
    batch: int
    compiled: bool
    nhwc: bool
    bf16: bool

    def __str__(self) -> str:
        layout, precision = "NHWC" if self.nhwc else "NCHW", "bf16" if self.bf16 else "fp32 (TF32)"
        return f"{self.network} {self.batch} {'compile' if self.compiled else 'eager'} {layout} {precision}"


BEST = Cell("resnet50", 256, True, True, True)
EAGER = [Cell("resnet50", 256, False, nhwc, bf16) for nhwc in (True, False) for bf16 in (True, False)]
OTHERS = [Cell(name, batch, True, True, True) for name, batch in (("vgg_d", 64), ("googlenet", 256), ("unet", 4))]
COMPILED = [Cell("resnet50", 256, True, nhwc, bf16) for nhwc, bf16 in ((True, False), (False, True), (False, False))]
CELLS = (BEST, *EAGER, *OTHERS, *COMPILED)
"""In the order in which they matter."""
QUICK = (Cell("resnet50", 2, False, True, True), Cell("resnet50", 2, False, False, False))
SMALL = "64x64"


def run(asked: Asked) -> Iterator[Finding]:
    """Every cell, as far as the time goes."""
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.benchmark = True
    cells = {str(cell): cell for cell in (QUICK if asked.quick else CELLS)}
    yield from in_time(asked, list(cells), lambda name: beside(asked, cells[name]))


def beside(asked: Asked, cell: Cell) -> Iterator[Finding]:
    """A cell: both networks take turns, A B A B, from the same weights."""
    setting = Setting(asked.device, cell.bf16, cell.nhwc, cell.compiled)
    size = SMALL if asked.quick else None
    pair = [made(cell.network, which, size, cell.batch, setting) for which in ("ours", "hand")]
    one, other = map(certain_loss, pair)
    for each in pair:
        for _ in range(WARM):
            each.once()
    rounds, steps = (2, 1) if asked.quick else (ROUNDS, STEPS)
    rates = [[rate(each, steps) for each in pair] for _ in range(rounds)]
    our_rate, their_rate = (median(column) for column in zip(*rates, strict=True))
    ratio = median(ours / theirs for ours, theirs in rates)
    figures = {"images/s": our_rate, "by hand": their_rate, "ratio": ratio, "losses apart": abs(one / other - 1)}
    peak = peak_of(torch.cuda.get_device_name(), cell.bf16) if asked.cuda else None
    if peak:
        macs = count(archspec.load(MODELS[cell.network].spec).graph).macs
        figures["% of peak"] = 100 * PASSES * macs * our_rate / peak
    yield verdict(asked, cell, figures, peak)


def verdict(asked: Asked, cell: Cell, figures: dict[str, float], peak: float | None) -> Finding:
    """Whether it is as fast as was promised; sizes that are tiny promise nothing."""
    if asked.quick and figures["losses apart"] <= APART:
        return Finding(str(cell), "passed", "it ran; the sizes are too small for a promise", figures)
    if figures["losses apart"] > APART:
        return judged(str(cell), False, "the two do not compute the same", **figures)
    floor = FLOOR if cell == BEST and peak and peak >= A100 else 0.0
    sound = figures["ratio"] >= LEAST and figures["images/s"] >= floor
    return judged(str(cell), sound, f"at least {LEAST:g} of the hand-written one and {floor:,.0f} images/s", **figures)


def rate(work: Trained, steps: int) -> float:
    """Images per second over some steps."""
    finished(work.setting)
    started = perf_counter()
    for _ in range(steps):
        work.once()
    finished(work.setting)
    return steps * len(work.images) / (perf_counter() - started)
