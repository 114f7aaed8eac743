"""Examples that are read when they are needed, by other processes where that is asked for."""

import signal
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from archspec.data import Examples, named
from archspec.diagnostics import Problem, problem
from archspec.recipes import Recipe
from archspec.training.batch import Batch
from archspec.training.borders import border_weights
from archspec.training.elastic import deformed
from archspec.training.fitting import check, check_alike
from archspec.training.frame import Frame
from archspec.training.resize import resized
from archspec.training.windows import Row, View, views

Request = tuple[int, Row]
"""The index of an example, and its draws."""


class Stack(NamedTuple):
    """Examples as they were read, at the network's sizes; their images are not normalized yet."""

    images: Tensor
    labels: Tensor
    weights: Tensor | None
    inside: Tensor
    """N x 2: rows and columns that are an image's."""

    def to(self, device: torch.device) -> tuple[Batch, Tensor]:
        """The same on a device: a batch, and what is inside."""
        images, labels, inside = (
            part.to(device, non_blocking=True) for part in (self.images, self.labels, self.inside)
        )
        weights = None if self.weights is None else self.weights.to(device, non_blocking=True)
        return Batch(images, labels, weights), inside


class Reader(Dataset[list[View] | Problem]):
    """What a network sees of each example. A problem is given, not raised: it has to leave its process whole."""

    def __init__(self, examples: Examples, frame: Frame, recipe: Recipe) -> None:
        self.examples, self.frame, self.recipe = examples, frame, recipe

    def __getitem__(self, request: Request) -> list[View] | Problem:
        try:
            return self.read(*request)
        except Problem as met:
            return met

    def read(self, index: int, row: Row) -> list[View]:
        """An example, changed as its draws say. Raises Problem: E621 or E622."""
        preparation, loss = self.recipe.data, self.recipe.loss
        sample, name = self.examples[index], named(self.examples, index)
        check(name, sample, self.frame, loss.ignore)
        if preparation.elastic or preparation.resize:
            check_alike(name, sample)
        if loss.border and self.frame.map:
            sample = sample._replace(weight=border_weights(sample, loss))
        if preparation.elastic and row is not None:
            sample = deformed(sample, preparation.elastic, row)
        if preparation.resize:
            sample = resized(name, sample, preparation.resize, row)
        return views(name, sample, self.frame, self.recipe, row)


class Requests:
    """What is asked for next: it changes from epoch to epoch, while the processes that read stay."""

    lists: Iterable[list[Request]] = ()

    def __iter__(self) -> Iterator[list[Request]]:
        return iter(self.lists)


class Readers:
    """Processes that read, or this one where there are none."""

    def __init__(self, reader: Reader, workers: int, pinned: bool) -> None:
        self.reader, self.workers, self.pinned = reader, workers, pinned
        self.requests = Requests()
        self.loader = self.loading()

    def loading(self) -> DataLoader[list[View] | Problem]:
        """A loader, whose processes start when it is asked for something."""
        return DataLoader(
            self.reader,
            batch_sampler=self.requests,
            collate_fn=stacked,
            num_workers=self.workers,
            pin_memory=self.pinned,
            persistent_workers=self.workers > 0,
            worker_init_fn=deaf,
            generator=torch.Generator(),  # it would take a number of the one that dropout uses
        )

    def stacks(self, lists: Iterable[list[Request]]) -> Iterator[Stack]:
        """The examples of each list, at most as many at a time as it has requests; one call after the other.

        Raises Problem: what reading does, or E625 where a process was ended from outside.
        """
        self.requests.lists = lists
        with alive():
            for made in self.loader:
                if isinstance(made, Problem):
                    self.loader = self.loading()  # the other's processes end now: the traceback would keep them
                    raise made
                yield from made


@contextmanager
def alive() -> Iterator[None]:
    """Raises Problem E625 where a process that reads is no more."""
    try:
        yield
    except RuntimeError as error:
        if not str(error).startswith("DataLoader worker"):
            raise
        found, help = str(error).partition(". ")[0], "fewer `--workers`, or more memory, also shared memory, for them"
        raise problem("E625", "a process that reads images was ended", found, help) from None


def deaf(worker: int) -> None:
    """Ctrl-C is for the process that trains; those that read for it end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def stacked(found: Sequence[list[View] | Problem]) -> list[Stack] | Problem:
    """The views of some examples, as many together as there are examples."""
    seen: list[View] = []
    for each in found:
        if isinstance(each, Problem):
            return each
        seen += each
    return [stack(seen[start : start + len(found)]) for start in range(0, len(seen), len(found))]


def stack(seen: Sequence[View]) -> Stack:
    """Views as tensors."""
    images, labels, weights, inside = zip(*seen, strict=True)
    together = None if weights[0] is None else torch.from_numpy(np.stack(weights))
    return Stack(torch.from_numpy(np.stack(images)), torch.from_numpy(np.stack(labels)), together, torch.tensor(inside))
