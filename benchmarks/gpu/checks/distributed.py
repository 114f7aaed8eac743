"""DistributedDataParallel with one process, over NCCL on a GPU and Gloo elsewhere: the steps are those without it."""

from collections.abc import Iterator
from functools import partial

import torch
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

from benchmarks.gpu.finding import Asked, Finding, in_time, judged
from benchmarks.gpu.networks import smallest
from benchmarks.gpu.step import clipped, distance, ours, restore, snapshot
from benchmarks.training import Setting

NETWORKS = ("cifar_resnet:20", "googlenet", "fcn:8s")
"""Batch normalization, heads, and weights that are not trained."""
QUICK = NETWORKS[:1]
BATCH, STEPS, TOLERANCE = 4, 3, 1e-4


def run(asked: Asked) -> Iterator[Finding]:
    """Each network in a group of one process."""
    torch.backends.cudnn.deterministic = True
    backend = "nccl" if asked.cuda else "gloo"
    distributed.init_process_group(backend, store=distributed.HashStore(), rank=0, world_size=1)
    try:
        yield from in_time(asked, QUICK if asked.quick else NETWORKS, partial(alike, asked, backend))
    finally:
        distributed.destroy_process_group()


def alike(asked: Asked, backend: str, name: str) -> Iterator[Finding]:
    """The same steps with and without."""
    work = clipped(ours(smallest(name), BATCH, Setting(asked.device)))
    before = snapshot(work)
    for _ in range(STEPS):
        work.once()
    expected = snapshot(work)[: len(before)]
    restore(work, before)
    beside = work._replace(run=DistributedDataParallel(work.network))
    for _ in range(STEPS):
        beside.once()
    apart = distance(snapshot(work)[: len(before)], expected, before)
    why = f"the steps are {apart:.2g} apart (at most {TOLERANCE:g})"
    yield judged(f"{name} {backend}", apart <= TOLERANCE, why, apart=apart)
