"""CUDA graphs: a whole step captured and replayed, and torch.compile's own (mode=reduce-overhead)."""

from collections.abc import Iterator
from functools import partial

import torch
from torch._dynamo.utils import counters

from benchmarks.gpu.checks.compiled import TOLERANCE, exact, traced
from benchmarks.gpu.finding import NEEDS_CUDA, Asked, Finding, in_time, judged
from benchmarks.gpu.networks import fitting
from benchmarks.gpu.step import distance, gradients, ours, restore, snapshot
from benchmarks.training import Setting, Trained

BATCH, STEPS, WARM = 4, 3, 3
WHOLE = ("cifar_resnet:20", "resnet:50", "googlenet", "vgg:A", "unet:paper", "deconvnet:bn", "fcn:8s")
REDUCED = ("cifar_resnet:20", "unet_same:plain")


def run(asked: Asked) -> Iterator[Finding]:
    """Both kinds, of several families."""
    if not asked.cuda:
        yield from (Finding(f"{name} whole step", "not run", NEEDS_CUDA) for name in WHOLE)
        yield from (Finding(f"{name} reduce-overhead", "not run", NEEDS_CUDA) for name in REDUCED)
        return
    yield from in_time(asked, WHOLE, partial(whole_step, asked))
    yield from in_time(asked, REDUCED, partial(reduced, asked))


def made(asked: Asked, name: str) -> Trained:
    """A network to be captured."""
    return ours(fitting(name, BATCH, 8e9), BATCH, Setting(asked.device))


def whole_step(asked: Asked, name: str) -> Iterator[Finding]:
    """Forward, backward and update as one graph: replayed, it changes the weights as eager steps do."""
    work = made(asked, name)
    with exact():
        graph = captured(work)
        before = snapshot(work)
        for _ in range(STEPS):
            graph.replay()
        found = snapshot(work)
        restore(work, before)
        for _ in range(STEPS):
            work.once()
        expected = snapshot(work)
    apart = distance(found, expected, before)
    why = f"the steps are {apart:.2g} apart (at most {TOLERANCE:g})"
    yield judged(f"{name} whole step", apart <= TOLERANCE, why, **{"apart": apart})


def captured(work: Trained) -> torch.cuda.CUDAGraph:
    """A step as a graph, after some on a stream beside, as PyTorch asks."""
    beside = torch.cuda.Stream()
    beside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(beside):
        for _ in range(WARM):
            work.once()
    torch.cuda.current_stream().wait_stream(beside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        work.once()
    return graph


def reduced(asked: Asked, name: str) -> Iterator[Finding]:
    """torch.compile's own graphs: none is skipped, and the gradients are eager's."""
    work = made(asked, name)
    with exact():
        expected = gradients(work)
        found, breaks, graphs = traced(work, mode="reduce-overhead")
    apart, skipped = distance(found, expected), counters["inductor"]["cudagraph_skips"]
    why = f"{breaks} breaks, {graphs} graphs, {skipped} skipped, gradients {apart:.2g} apart (at most {TOLERANCE:g})"
    sound = not breaks and graphs == 1 and not skipped and apart <= TOLERANCE
    yield judged(f"{name} reduce-overhead", sound, why, **{"skipped": skipped, "apart": apart})
