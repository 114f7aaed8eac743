"""The loop: batches through the network, losses back, weights updated; by one process or by several together."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from math import prod
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim import Optimizer

from archspec.diagnostics import problem
from archspec.graph import Graph
from archspec.recipes import Recipe
from archspec.recipes.schedule import rate, total_steps
from archspec.training import optimizer as optimizers
from archspec.training.batch import Batch
from archspec.training.draws import draws
from archspec.training.feed import Feed
from archspec.training.loss import Criterion
from archspec.training.machine import Machine
from archspec.training.order import batches, in_turn, parts, share, shuffled
from archspec.training.processes import Processes
from archspec.training.score import Score
from archspec.training.synchronized import synchronize

TESTED = 256
"""Examples that are tested at a time, or as many as a step takes where that is less."""


class Here(NamedTuple):
    """What a process trains on."""

    machine: Machine
    device: torch.device
    processes: Processes


class Stepped(NamedTuple):
    """What somebody who watches is told after a step; the loss is looked up when it is wanted, since that waits."""

    step: int
    total: int
    epoch: float
    batch: int
    """Images of a step, in all processes."""
    score: Score
    """Of the epoch so far; in this process alone."""


Watch = Callable[[Stepped], None]


@dataclass
class Loop:
    """A network while it is trained."""

    graph: Graph
    """As it is trained: without a softmax at its ends."""
    network: nn.Module
    recipe: Recipe
    seed: int
    criterion: Criterion
    feed: Feed
    here: Here
    optimizer: Optimizer
    run: Callable[[Tensor], Any]
    """The network as it runs: compiled, and with gradients that are averaged over processes."""
    per_epoch: int
    """Steps of an epoch."""
    drops: bool
    """Whether something in the network is random."""

    @classmethod
    def of(
        cls, graph: Graph, network: nn.Module, recipe: Recipe, seed: int, criterion: Criterion, feed: Feed, here: Here
    ) -> "Loop":
        """The loop of a network on its device. Raises Problem E622 for a batch that the data do not fill."""
        refuse(recipe, len(feed), here.processes)
        lonely(graph, recipe, here.processes)
        if here.processes.size > 1 and recipe.synchronized:
            network = synchronize(network, here.device)
        network.train()
        made = optimizers.optimizer(graph, network, recipe.optimizer)
        random = any(node.op.kind == "dropout" for node in graph.nodes)
        per_epoch = len(feed) // recipe.batch
        return cls(graph, network, recipe, seed, criterion, feed, here, made, running(network, here), per_epoch, random)

    @property
    def total(self) -> int:
        """Steps of the run."""
        return total_steps(self.recipe, self.per_epoch)

    def epoch(self, start: int, score: Score, watch: Watch) -> Iterator[int]:
        """Train from a step to the end of its epoch, or of the run; gives the number of steps done after each."""
        epoch, first = divmod(start, self.per_epoch)
        left = min(self.per_epoch - first, self.total - start)
        order = shuffled(self.seed, epoch, len(self.feed))
        own = [
            share(part, *self.here.processes[:2])  # batch normalization sees a part in all processes together
            for indices in islice(batches(order, self.recipe.batch, first), left)
            for part in parts(indices, self.recipe.accumulate)
        ]
        given = self.feed.batches(own, draws(self.seed, epoch, len(self.feed)))
        for step in range(start, start + left):
            self.step(step, list(islice(given, self.recipe.accumulate)), score)
            done = step + 1
            watch(Stepped(done, self.total, done / self.per_epoch, self.recipe.batch, score))
            yield done

    def ends(self, step: int) -> bool:
        """Whether an epoch, or the run, is over when so many steps are done."""
        return step % self.per_epoch == 0 or step == self.total

    def rate(self, step: int) -> float:
        """The learning rate of a step."""
        return rate(self.recipe, step, self.per_epoch)

    def step(self, number: int, given: Sequence[Batch], score: Score) -> None:
        """One update of the weights, from a batch in one part or in several."""
        optimizers.set_rate(self.optimizer, self.rate(number))
        if self.drops:
            torch.manual_seed(noise(self.seed, number, self.here.processes.rank))
        self.update(given, score)

    def update(self, given: Sequence[Batch], score: Score) -> None:
        """Gradients of a batch, and what they do to the weights."""
        weights = [self.criterion.weight(batch) for batch in given]
        whole = self.whole(weights)
        for turn, (batch, weight) in enumerate(zip(given, weights, strict=True), 1):
            with nullcontext() if turn == len(given) else self.unshared():
                with self.here.machine.cast(self.here.device):
                    outputs = self.run(self.here.machine.laid(batch.images))
                total = self.criterion.total(outputs, batch)
                # averaged over the processes afterwards
                torch.autograd.backward([total * self.here.processes.size / whole])
            score.add(outputs if isinstance(outputs, Tensor) else outputs[0], batch, total, weight)
        optimizers.clip(self.network, self.recipe.optimizer.clip)
        self.optimizer.step()
        self.optimizer.zero_grad()

    def whole(self, weights: Sequence[Tensor]) -> Tensor:
        """What the losses of a step are divided by: the weights of all its examples or pixels, in all processes."""
        found = torch.stack(list(weights)).sum()
        if self.recipe.loss.reduction == "sum":
            return torch.ones_like(found)
        if self.here.processes.size > 1:
            torch.distributed.all_reduce(found)
        return found.clamp(min=1e-12)

    def unshared(self) -> Any:
        """Where gradients stay with this process, since more of the batch is to come."""
        return self.run.no_sync() if isinstance(self.run, DistributedDataParallel) else nullcontext()


def refuse(recipe: Recipe, examples: int, processes: Processes) -> None:
    """Raises Problem: E622 where the data do not fill a batch, E625 where a batch has too few for the processes."""
    if examples < recipe.batch:
        found = f"{examples:,} training examples, and a step takes {recipe.batch:,}"
        raise problem("E622", "the data do not fill a batch", found, "`batch` of the recipe says how many")
    if processes.size * recipe.accumulate > recipe.batch:
        found = f"{recipe.batch} examples for {processes.size} processes, in {recipe.accumulate} parts each"
        raise problem("E625", "a batch has too few examples", found, "start fewer processes")


def lonely(graph: Graph, recipe: Recipe, processes: Processes) -> None:
    """Raises Problem E622 where a batch normalization would see a single value, which has no variance."""
    alike = recipe.batch if recipe.synchronized else recipe.batch // processes.size
    first = next((n for n in graph.nodes if n.op.kind == "bn" and prod(graph.shapes[n.path][1:]) == 1), None)
    if first and alike // recipe.accumulate < 2:
        found = f"{first.path} has one value of each channel, for each of {alike // recipe.accumulate} examples"
        raise problem("E622", "the batch is too small for batch normalization", found, "a larger `batch` in the recipe")


def running(network: nn.Module, here: Here) -> Callable[[Tensor], Any]:
    """The network as it runs in training."""
    compiled = here.machine.compiled(network)
    if here.processes.size == 1:
        return compiled
    ids = [here.device.index] if here.device.type == "cuda" else None
    return DistributedDataParallel(compiled, device_ids=ids)


def noise(seed: int, step: int, rank: int) -> int:
    """The seed of what is random within a step: another one for each, so that a run can go on from any of them."""
    return int.from_bytes(sha256(f"{seed} {step} {rank}".encode()).digest()[:7], "little")


@torch.no_grad()
def test(network: nn.Module, feed: Feed, criterion: Criterion, here: Here, batch: int) -> Score:
    """What a network makes of all examples of a split, in all processes together."""
    was, score = network.training, scored(feed)
    network.eval()
    for given in feed.batches(in_turn(len(feed), min(batch, TESTED), *here.processes[:2]), None):
        with here.machine.cast(here.device):
            output = network(here.machine.laid(given.images))
        score.add(output, given, *criterion(output, given))
    network.train(was)
    return together(score, feed, here)


def scored(feed: Feed) -> Score:
    """A score before anything is counted."""
    frame = feed.frame
    return Score(frame.classes if frame.map else None, feed.recipe.loss.ignore, feed.device)


def together(score: Score, feed: Feed, here: Here) -> Score:
    """The score of all processes."""
    return scored(feed).take(here.processes.summed(score.sums(), here.device))


def finite(score: Score, network: nn.Module, step: int) -> None:
    """Raises Problem E626 where the loss has come to be no number, or the last step made one of a weight."""
    values = network.state_dict().items()
    wrong = None if math.isfinite(score.loss) else "the loss"
    wrong = wrong or next((name for name, value in values if not value.isfinite().all()), None)
    if wrong:
        help = "a lower `rate`, a longer `warmup` or `clip` in the recipe; the last checkpoint stays as it was"
        raise problem("E626", f"training failed: {wrong} is not finite", f"by step {step:,}", help)
