"""DistributedDataParallel with one process, over NCCL on a GPU and Gloo elsewhere: the steps are those without it."""

from collections.abc import Iterator
from functools import partial

import torch
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

from benchmarks.gpu.finding import Asked, Finding, in_time, judged
from benchmarks.gpu.networks import smallest
from benchmarks.gpu.step import distance, ours, trained, without_dropout

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
    network, graph = ours(smallest(name))
    work = trained(without_dropout(network), graph, BATCH, asked.device, clip=1.0)
    before = work.snapshot()
    for _ in range(STEPS):
        work.step()
    expected = work.snapshot()
    work.restore([*before, *map(torch.zeros_like, expected[len(before) :])])
    work.network = DistributedDataParallel(network)
    for _ in range(STEPS):
        work.step()
    apart = distance(work.snapshot()[: len(before)], expected[: len(before)], before)
    why = f"the steps are {apart:.2g} apart (at most {TOLERANCE:g})"
    yield judged(f"{name} {backend}", apart <= TOLERANCE, why, apart=apart)
