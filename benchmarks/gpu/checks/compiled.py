"""torch.compile: one graph without a break, nothing compiled anew from step to step, the gradients of eager."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch._dynamo.utils import counters

from benchmarks.gpu.finding import Asked, Finding, in_time, judged
from benchmarks.gpu.networks import fitting, shipped, smallest
from benchmarks.gpu.step import clipped, distance, gradients, ours
from benchmarks.training import Setting, Trained

BATCH, STEPS = 4, 3
TRACED = "aot_eager"
"""Compiles without making kernels: quick enough for every network, and breaks where inductor would."""
INDUCTOR = ("cifar_resnet:20", "alexnet:owt", "resnet:18", "unet:paper", "googlenet", "deconvnet:bn", "vgg:A")
QUICK = ("cifar_resnet:20", "unet_same:plain")
LONGEST = 1000
"""Layers; more are traced for minutes."""
TOLERANCE = 1e-3
"""How far gradients of fp32 may be from eager's, as a part of their norm: kernels add in another order."""


def run(asked: Asked) -> Iterator[Finding]:
    """Some networks with inductor, then every one traced, as far as the time goes."""
    yield from in_time(asked, () if asked.quick else INDUCTOR, partial(compiled, asked, "inductor"))
    yield from in_time(asked, QUICK if asked.quick else shipped(), partial(compiled, asked, TRACED))


def compiled(asked: Asked, backend: str, name: str) -> Iterator[Finding]:
    """The same gradients as eager, then more steps, with as many compilations as the first one."""
    small = asked.quick or not asked.cuda
    graph = smallest(name) if small else fitting(name, BATCH, 8e9)
    if len(graph.nodes) > LONGEST:
        yield Finding(f"{name} {backend}", "not run", f"{len(graph.nodes):,} layers take minutes to trace")
        return
    work = clipped(ours(graph, BATCH, Setting(asked.device)))
    with exact():
        expected = gradients(work)
        found, breaks, graphs = traced(work, backend=backend)
    apart = distance(found, expected)
    why = f"{breaks} graph breaks, {graphs} graphs, gradients {apart:.2g} apart (at most {TOLERANCE:g})"
    sound = not breaks and graphs == 1 and apart <= TOLERANCE
    yield judged(f"{name} {backend}", sound, why, **{"graphs": graphs, "breaks": breaks, "gradients apart": apart})


def traced(work: Trained, **options: Any) -> tuple[list[torch.Tensor], int, int]:
    """The gradients of a compiled network, then steps; how often its graph broke, and how many graphs there are."""
    torch._dynamo.reset()
    counters.clear()
    with torch._dynamo.config.patch(error_on_recompile=True):
        work = work._replace(run=torch.compile(work.network, fullgraph=True, **options))
        found = gradients(work)
        for _ in range(STEPS):
            torch.compiler.cudagraph_mark_step_begin()
            work.once()
    return found, sum(counters["graph_break"].values()), counters["stats"]["unique_graphs"]


@contextmanager
def exact() -> Iterator[None]:
    """Products of full precision, and the same algorithms every time."""
    cudnn, before = torch.backends.cudnn, torch.backends.cudnn.allow_tf32
    cudnn.allow_tf32, cudnn.deterministic = False, True
    try:
        yield
    finally:
        cudnn.allow_tf32, cudnn.deterministic = before, False
