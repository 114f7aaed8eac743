"""Training steps of a network and of the same by hand, in turn in one process: `python -m benchmarks.training NAME`.

A step is forward, backward and an update by SGD with momentum. Both have the same weights, input and labels, and before
they are timed their losses must agree. It prints the seconds of each step as JSON, by the clock and of processors.
With `--memory` it runs one of them alone, and prints the bytes that tensors take at most in a step, beside weights and
momentum. `--device cuda --bf16 --channels-last --compile` is for a GPU.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from itertools import accumulate
from time import perf_counter, process_time
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.profiler import ProfilerActivity, profile

import archspec
from archspec.backends.torch.module import module
from archspec.graph import Graph
from archspec.rewrite import Changes, rewrite
from benchmarks.models import MODELS
from benchmarks.same_weights import load

WARM = 2
"""Steps that come before those that count; compiled ones are compiled in the first."""
AGREES = 1e-4
"""How far the losses may lie apart, as a part of themselves; with bf16, its rounding."""


class Setting(NamedTuple):
    """What a step is run with."""

    device: str = "cpu"
    bf16: bool = False
    channels_last: bool = False
    compiled: bool = False

    def autocast(self) -> AbstractContextManager[object]:
        """That of the forward pass and the loss."""
        return torch.autocast(self.device, torch.bfloat16, enabled=self.bf16)


class Took(NamedTuple):
    """Seconds of a step."""

    wall: float
    cpu: float


class Trained(NamedTuple):
    """A network with what it is trained on."""

    network: nn.Module
    run: Callable[[Tensor], Tensor | tuple[Tensor, ...]]
    """The network, or what `torch.compile` makes of it."""
    optimizer: torch.optim.Optimizer
    images: Tensor
    labels: Tensor
    factors: tuple[float, ...]
    """Of the losses of the output and the heads."""
    setting: Setting

    def loss(self) -> Tensor:
        """Cross entropy of the output, and of each head by its weight."""
        with self.setting.autocast():
            given = self.run(self.images)
            values = given if isinstance(given, tuple) else (given,)
            losses = [f * F.cross_entropy(value, self.labels) for f, value in zip(self.factors, values, strict=True)]
        return torch.stack(losses).sum()

    def once(self) -> Tensor:
        """One step, which a GPU may not be done with. Gives the loss before it."""
        loss = self.loss()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.optimizer.zero_grad()
        return loss.detach()

    def step(self) -> Took:
        """One step, and what it took."""
        finished(self.setting)
        started, worked = perf_counter(), process_time()
        self.once()
        finished(self.setting)
        return Took(perf_counter() - started, process_time() - worked)


def finished(setting: Setting) -> None:
    """Wait for what is under way on a GPU."""
    if setting.device == "cuda":
        torch.cuda.synchronize()


def made(name: str, which: str, size: str | None, batch: int, setting: Setting) -> Trained:
    """A network that is `ours` or written by `hand`, the same weights in both, ready to be trained."""
    model = MODELS[name]
    graph, weights = rewrite(archspec.load(model.spec, input=size).graph, Changes(True, True, False), "he", 0)
    if which == "ours":
        network: nn.Module = module(graph, weights)
    else:
        with torch.device("meta"):
            network = model.build(training=True)
        load(network, graph, weights)
    return ready(network, graph, batch, setting)


def ready(network: nn.Module, graph: Graph, batch: int, setting: Setting, rate: float = 1e-4) -> Trained:
    """A network on its device, with random images and a class for each of them, or for each place of their maps."""
    layout = torch.channels_last if setting.channels_last else torch.contiguous_format
    network = network.train().to(setting.device, memory_format=layout)  # type: ignore[call-overload]
    chance = torch.Generator().manual_seed(0)
    images = torch.randn(batch, *graph.input.shape, generator=chance).to(setting.device, memory_format=layout)
    (classes, *places) = graph.shapes[graph.outputs[0]]
    labels = torch.randint(classes, (batch, *places), generator=chance).to(setting.device)
    fused = setting.device == "cuda"
    optimizer = torch.optim.SGD(network.parameters(), lr=rate, momentum=0.9, fused=fused)
    run = cast(nn.Module, torch.compile(network)) if setting.compiled else network
    factors = (1.0, *(head.weight for head in graph.heads))
    return Trained(network, run, optimizer, images, labels, factors, setting)


def certain_loss(trained: Trained) -> float:
    """The loss without dropout, whose chance is not the same in both."""
    dropouts = [layer for layer in trained.network.modules() if isinstance(layer, nn.Dropout)]
    for layer in dropouts:
        layer.eval()
    with torch.no_grad():
        loss = trained._replace(run=trained.network).loss().item()
    for layer in dropouts:
        layer.train()
    return loss


def pairs(ours: Trained, hand: Trained, count: int) -> Iterator[tuple[Took, Took]]:
    """What a step of each takes, which begin in turn. Raises ValueError where their losses differ."""
    losses = [certain_loss(each) for each in (ours, hand)]
    if abs(losses[0] - losses[1]) > losses[1] * (2**-7 if ours.setting.bf16 else AGREES):
        raise ValueError(f"the losses are {losses[0]} and {losses[1]}")
    for number in range(-WARM, count):
        first, second = (ours, hand) if number % 2 else (hand, ours)
        taken = {id(each): each.step() for each in (first, second)}
        if number >= 0:
            yield taken[id(ours)], taken[id(hand)]


def peak(trained: Trained) -> int:
    """The bytes that tensors take at most in a step, beside those that stay: weights, momentum and the input.

    On a GPU PyTorch's allocator tells; on a CPU its profiler lists what is allocated and freed.
    """
    trained.step()
    if trained.setting.device == "cuda":
        before = torch.cuda.memory_allocated()
        torch.cuda.reset_peak_memory_stats()
        trained.step()
        return torch.cuda.max_memory_allocated() - before
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as seen:
        trained.step()
    events = cast(torch.autograd.profiler.profile, seen.profiler).kineto_results.events()  # type: ignore[union-attr]
    changes = sorted((event.start_ns(), event.nbytes()) for event in events if event.name() == "[memory]")
    return max(accumulate(change for _, change in changes))


def make_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("name", choices=MODELS)
    parser.add_argument("--size", help="of the input, where it is not the network's own: 188x188")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=10, help="steps of each")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--bf16", action="store_true", help="under autocast")
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--compile", action="store_true", dest="compiled")
    parser.add_argument("--memory", choices=("ours", "hand"), help="run one of them, for its memory")
    return parser


def main(arguments: list[str] | None = None) -> None:
    """Measure, and print what was found."""
    args = make_parser().parse_args(arguments)
    setting = Setting(args.device, args.bf16, args.channels_last, args.compiled)
    ready = partial(made, args.name, size=args.size, batch=args.batch, setting=setting)
    if args.memory:
        print(json.dumps(peak(ready(args.memory))))
        return
    print(json.dumps(list(pairs(ready("ours"), ready("hand"), args.pairs))))


if __name__ == "__main__":
    main()
