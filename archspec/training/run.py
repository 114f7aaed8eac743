"""A run from its beginning, or from where it was cut off, to its end."""

from collections.abc import Callable, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import torch
from torch import nn

from archspec.backends.torch.module import module
from archspec.data import DataSet
from archspec.diagnostics import problem
from archspec.graph import Graph
from archspec.recipes import Recipe
from archspec.rewrite import Changes, rewrite
from archspec.rewrite.logits import logits
from archspec.training import checkpoint, folder, metrics, optimizer
from archspec.training.balance import balance
from archspec.training.checkpoint import BEST, LAST, Place
from archspec.training.feed import Feed
from archspec.training.folder import Settings
from archspec.training.frame import frame
from archspec.training.loop import Here, Loop, Watch, finite, scored, test, together
from archspec.training.loss import Criterion
from archspec.training.machine import Machine
from archspec.training.metrics import Board, Row
from archspec.training.normalize import Normalizer, normalizer
from archspec.training.processes import joined
from archspec.training.score import Score
from archspec.weights import Weights, open_weights


@dataclass(frozen=True)
class Keeping:
    """What a run leaves behind, and when."""

    folder: Path
    resume: bool = False
    """Whether to go on with a run that is there; where there is none it begins all the same."""
    tensorboard: bool = False
    steps: int | None = None
    """A checkpoint is written at the end of each epoch, and every so many steps besides."""


@dataclass(frozen=True)
class Trained:
    """A run that is done."""

    folder: Path
    graph: Graph
    rows: tuple[Row, ...]
    """What it came to, epoch by epoch."""

    @property
    def best(self) -> Row:
        """The first epoch with the lowest test error, whose weights are in `best.safetensors`."""
        return min(self.rows, key=lambda row: (row.test_error, row.step))

    def module(self, which: str = "best") -> nn.Module:
        """The network with the weights of the `best` or the `last` epoch: N x C x H x W of prepared images, to logits.

        Raises Problem E601 where they are not there.
        """
        return module(*rewrite(self.graph, Changes(logits=True), str(self.folder / f"{which}.safetensors")))


def train(
    settings: Settings,
    data: DataSet,
    machine: Machine,
    keeping: Keeping,
    weights: Weights,
    watch: Watch,
    seen: Callable[[int], None] | None = None,
) -> Trained:
    """Train a network, and keep what comes of it in a folder.

    `watch` is told of each step, and `seen`, before the first one, how many images have been gone through to prepare
    them.

    Raises Problem: E622 where the data do not fit, E624 where the folder does not, E625 without the device or the
    processes that are asked for, E626 where the loss stops being a number.
    """
    device = machine.place()
    machine.settle(device)
    with joined(device) as processes:
        here = Here(machine, device, processes)
        place = found(settings, keeping, here)
        graph = logits(settings.graph)
        going = bool(place and place.step)
        start = open_weights(str(keeping.folder / LAST), 0, graph) if going else weights
        network = machine.laid(module(graph, start).to(device))
        prepared = folder.preparation(keeping.folder) if place else measured(settings, data, here, seen)
        work = Work.of(graph, network, settings, data, prepared, here)
        if place is None and processes.leads:
            folder.begin(keeping.folder, settings, prepared)  # all that could be refused has been
        elif place and place.step:
            optimizer.restore(network, work.loop.optimizer, checkpoint.remembered(keeping.folder, place.step))
        place = place or Place()
        board = Board(keeping.folder, place.step) if keeping.tensorboard and processes.leads else None
        with machine.room(), closing(board) if board else nullcontext():
            rows = work.all(keeping, place, watch, board)
    return Trained(keeping.folder, settings.graph, rows)


def found(settings: Settings, keeping: Keeping, here: Here) -> Place | None:
    """Where the run is that a folder holds; None where there is none.

    Raises Problem E624 where there is one that is not to be gone on with, or another than this.
    """
    there = (keeping.folder / folder.RUN).exists()
    here.processes.wait()  # all have looked before one writes
    if not there:
        return None
    if not keeping.resume:
        help = "`--resume` goes on with it; `-o FOLDER` names another"
        raise problem("E624", f"{keeping.folder} holds a run already", help=help)
    folder.same(keeping.folder, settings)
    return checkpoint.where(keeping.folder) or Place()


def measured(settings: Settings, data: DataSet, here: Here, seen: Callable[[int], None] | None) -> Normalizer:
    """What the training images are prepared by: one process goes through them, for all."""
    found = normalizer(data.train, settings.recipe.data, seen) if here.processes.leads else None
    return here.processes.shared(found)


def criterion_of(graph: Graph, recipe: Recipe, data: DataSet) -> Criterion:
    """The loss of a network, its heads' too, with weights of classes where the recipe asks for them."""
    heads = [head.weight for head in graph.heads]
    if not recipe.loss.balance:
        return Criterion(recipe.loss, heads)
    found = frame(graph)
    labels = (data.train[index].label for index in range(len(data.train)))
    weights = balance(labels, found.classes, recipe.loss.ignore if found.map else None)
    return Criterion(recipe.loss, heads, torch.from_numpy(weights))


@dataclass
class Work:
    """A loop with what it is tested on, and what is kept of it."""

    loop: Loop
    tests: Feed
    again: Feed | None
    """The training examples as they are tested, where the recipe wants their error so."""
    rows: list[Row] = field(default_factory=list)
    began: float = 0.0
    """When the run began, on the clock of this process, what earlier ones took counted in."""

    @classmethod
    def of(
        cls,
        graph: Graph,
        network: nn.Module,
        settings: Settings,
        data: DataSet,
        prepared: Normalizer,
        here: Here,
    ) -> "Work":
        """What training takes. Raises Problem E622 where the data do not fit."""
        recipe = settings.recipe

        def feed(examples: Any, training: bool) -> Feed:
            return Feed(examples, graph, recipe, prepared, here.device, training, here.machine.workers)

        criterion = criterion_of(graph, recipe, data)
        loop = Loop.of(graph, network, recipe, settings.asked.seed, criterion, feed(data.train, True), here)
        again = feed(data.train, False) if recipe.train_error == "whole" else None
        return cls(loop, feed(data.test, False), again)

    def all(self, keeping: Keeping, place: Place, watch: Watch, board: Board | None) -> tuple[Row, ...]:
        """Train from a place to the end."""
        self.rows = self.before(keeping.folder, place.step)
        self.began = monotonic() - (self.rows[-1].seconds if self.rows else 0)
        score, step = self.resumed(place), place.step
        while step < self.loop.total:
            first, at = step, monotonic()
            for step in self.loop.epoch(first, score, watch):
                if keeping.steps and step % keeping.steps == 0 and not self.loop.ends(step):  # the end has its own
                    self.keep(keeping.folder, step, self.whole(score, step).sums())
            speed = (step - first) * self.loop.recipe.batch / (monotonic() - at)
            row = self.row(step, score, speed)
            score = scored(self.loop.feed)
            if board:
                board.add(row)
            self.add(row, keeping.folder)
        return tuple(self.rows)

    def before(self, place: Path, step: int) -> list[Row]:
        """What earlier epochs came to. Raises Problem E624 where the table does not have them all."""
        ends = [done for done in range(1, step + 1) if self.loop.ends(done)]
        rows = metrics.rows(place, step) if ends else []
        if [row.step for row in rows] != ends:
            found = f"{len(rows)} rows, {len(ends)} epochs were over by step {step:,}"
            raise problem("E624", f"{place / metrics.METRICS} does not have the run's epochs", found)
        return rows

    def resumed(self, place: Place) -> Score:
        """The score of the epoch that is under way; one process has it, and all add theirs up in the end."""
        score = scored(self.loop.feed)
        if place.sums and len(place.sums) != len(score.sums()):
            raise problem("E604", f"{LAST} is of another run", "it counts other classes than this one")
        return score.take(place.sums) if place.sums and self.loop.here.processes.leads else score

    def row(self, step: int, score: Score, speed: float) -> Row:
        """What an epoch came to. Raises Problem E626 where that is no number."""
        here, recipe = self.loop.here, self.loop.recipe
        running = self.whole(score, step)
        network, criterion = self.loop.network, self.loop.criterion
        trained = test(network, self.again, criterion, here, recipe.batch) if self.again else running
        tested = test(network, self.tests, criterion, here, recipe.batch)
        return Row(
            epoch=step / self.loop.per_epoch,
            step=step,
            rate=self.loop.rate(step - 1),
            train_loss=trained.loss,
            train_error=trained.error,
            test_loss=tested.loss,
            test_error=tested.error,
            mean_iu=tested.mean_iu,
            images_per_second=speed,
            seconds=monotonic() - self.began,
        )

    def add(self, row: Row, place: Path) -> None:
        """Write down what an epoch came to; first what later files rest on."""
        best = min((each.test_error for each in self.rows), default=float("inf"))
        self.rows.append(row)
        if self.loop.here.processes.leads:
            metrics.write(place, self.rows)
            if row.test_error < best:
                checkpoint.write_weights(place / BEST, self.loop.graph, self.loop.network, Place(row.step))
        self.keep(place, row.step)

    def whole(self, score: Score, step: int) -> Score:
        """The score of all processes. Raises Problem E626 where the loss or a weight is no number."""
        found = together(score, self.loop.feed, self.loop.here)
        finite(found, self.loop.network, step)
        return found

    def keep(self, place: Path, step: int, sums: Sequence[float] = ()) -> None:
        """Write a checkpoint; `sums` are those of the epoch that is under way."""
        if self.loop.here.processes.leads:
            remembered = optimizer.state(self.loop.network, self.loop.optimizer)
            checkpoint.write(place, self.loop.graph, self.loop.network, remembered, Place(step, tuple(sums)))
        self.loop.here.processes.wait()
