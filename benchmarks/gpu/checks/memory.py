"""Memory of a training step, beside what `archspec summary` says that training keeps."""

from collections.abc import Iterator
from functools import partial
from math import prod

import torch
from torch import Tensor

from archspec.analysis.memory import Setting, kept
from archspec.graph import Graph
from archspec.rewrite.logits import logits
from benchmarks.gpu.finding import NEEDS_CUDA, Asked, Finding, in_time, judged
from benchmarks.gpu.networks import fitting, smallest
from benchmarks.gpu.step import held, learned, ours
from benchmarks.training import Setting as Run
from benchmarks.training import Trained

NETWORKS = ("resnet:50", "vgg:D", "googlenet", "unet:paper", "deconvnet:bn")
QUICK = ("resnet:50", "googlenet")
BATCHES = {"unet:paper": 4}
BATCH = 32
KEPT, PEAK = 0.05, (0.9, 1.25)
"""How far the values kept may be from the prediction, and the bounds of the peak's ratio to it. What layers need for
themselves while they run is not predicted."""
MB = 1e6


def run(asked: Asked) -> Iterator[Finding]:
    """Five networks in fp32 and in bf16 autocast."""
    yield from in_time(asked, QUICK if asked.quick else NETWORKS, partial(both, asked))


def both(asked: Asked, name: str) -> Iterator[Finding]:
    """One network in both precisions."""
    batch = 2 if asked.quick else BATCHES.get(name, BATCH)
    graph = smallest(name) if asked.quick else fitting(name, batch, 16e9)
    for bf16 in (False, True):
        subject = f"{name} {'bf16' if bf16 else 'fp32'}, batch {batch}"
        if bf16 and any(node.op.kind == "lrn" for node in graph.nodes):
            yield Finding(subject, "not run", "autocast normalizes over channels in fp32, which is not predicted")
            continue
        work = ours(graph, batch, Run(asked.device, bf16))
        yield from (on_cuda if asked.cuda else on_cpu)(subject, work, predicted(logits(graph), batch, bf16))


def predicted(graph: Graph, batch: int, bf16: bool) -> float:
    """What lies between the passes: what `summary` counts, what the loss keeps, autocast's weights.

    In fp32 the images themselves are kept, which the caller has anyway; autocast keeps its copy of them.
    """
    values = dict(kept(graph, Setting(batch, "bf16" if bf16 else "fp32")))
    if not bf16:
        values.pop(graph.input.name, None)
    copies = sum(prod(weight.shape) for _, _, weight in graph.tensors() if len(weight.shape) > 1)
    scores = sum(prod(graph.shapes[path]) for path in graph.results)
    return sum(values.values()) + 4 * batch * scores + 2 * copies * bf16


def on_cuda(subject: str, work: Trained, expected: float) -> Iterator[Finding]:
    """As the allocator counts it: behind the forward pass, and at most."""
    work.once()
    torch.cuda.synchronize()
    before = torch.cuda.memory_allocated()
    loss = work.loss()
    found = torch.cuda.memory_allocated() - before
    del loss
    yield behind(subject, found, expected)
    torch.cuda.reset_peak_memory_stats()
    work.once()
    gradients = sum(weight.nbytes for weight in learned(work))
    whole = sum(tensor.nbytes for tensor in (*held(work), work.images, work.labels)) + gradients + expected
    most = torch.cuda.max_memory_allocated()
    low, high = PEAK
    figures = {"MB": most / MB, "predicted MB": whole / MB, "ratio": most / whole}
    yield judged(f"{subject}: peak", low <= most / whole <= high, f"not within {low} and {high} of it", **figures)


def on_cpu(subject: str, work: Trained, expected: float) -> Iterator[Finding]:
    """As autograd is handed it, each memory once."""
    own = {tensor.untyped_storage().data_ptr() for tensor in (*held(work), work.images, work.labels)}
    found: dict[int, Tensor] = {}

    def pack(tensor: Tensor) -> Tensor:
        found[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        loss = work.loss()
    kept = sum(tensor.untyped_storage().nbytes() for place, tensor in found.items() if place not in own)
    del loss
    yield behind(subject, kept, expected)
    yield Finding(f"{subject}: peak", "not run", NEEDS_CUDA)


def behind(subject: str, found: float, expected: float) -> Finding:
    """What is kept between the passes, beside the prediction."""
    ratio = found / expected
    figures = {"MB": found / MB, "predicted MB": expected / MB, "ratio": ratio}
    return judged(f"{subject}: kept", abs(ratio - 1) <= KEPT, f"more than {KEPT:.0%} from it", **figures)
