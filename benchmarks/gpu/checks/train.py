"""Every shipped network trains: five steps in fp32, and five in bf16 autocast with channels last."""

from collections.abc import Iterator
from functools import partial
from math import isfinite

import torch

from benchmarks.gpu.finding import Asked, Finding, in_time, judged
from benchmarks.gpu.networks import fitting, shipped, smallest
from benchmarks.gpu.step import clipped, learned, ours
from benchmarks.training import Setting, Trained

STEPS, BATCH = 5, 4
QUICK = ("cifar_resnet:20", "unet_same:plain")
ENDLESS = "cifar_plain:1202"
"""Its gradients grow by a sixth from layer to layer, beyond float32: what residual connections are for."""


def run(asked: Asked) -> Iterator[Finding]:
    """Every network, as far as the time goes."""
    names = [name for name in (QUICK if asked.quick else shipped()) if name != ENDLESS]
    yield from in_time(asked, names, partial(steps, asked))
    yield Finding(ENDLESS, "not run", "its gradients are beyond float32, in whatever program")


def steps(asked: Asked, name: str) -> Iterator[Finding]:
    """A network in both precisions, from the same weights."""
    graph = smallest(name) if asked.quick else fitting(name, BATCH, room(asked))
    size = "x".join(map(str, graph.input.shape[1:]))
    for kind, bf16 in (("fp32", False), ("bf16", True)):
        work = clipped(ours(graph, BATCH, Setting(asked.device, bf16, channels_last=bf16)))
        yield moved(f"{name} {kind} {size}", work)


def moved(subject: str, work: Trained) -> Finding:
    """Five steps on the same images: the loss and all weights stay finite, and all weights move."""
    weights = learned(work)
    before = [weight.detach().clone() for weight in weights]
    losses = torch.stack([work.once() for _ in range(STEPS)]).tolist()
    finite = all(map(isfinite, losses)) and all(bool(torch.isfinite(weight).all()) for weight in weights)
    still = sum(map(torch.equal, before, weights))
    why = f"{still} tensors did not move, all finite: {finite}, losses {', '.join(f'{loss:.4g}' for loss in losses)}"
    return judged(subject, finite and not still, why, **{"first loss": losses[0], "last loss": losses[-1]})


def room(asked: Asked) -> float:
    """Bytes that a network may need: three quarters of what is free, for what layers need while they run."""
    if not asked.cuda:
        return 4e9
    torch.cuda.empty_cache()  # what is kept for later networks is free too
    return 0.75 * torch.cuda.mem_get_info()[0]
