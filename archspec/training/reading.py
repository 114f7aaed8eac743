"""Examples that are read when they are needed, by other processes where that is asked for."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from archspec.data import Examples
from archspec.diagnostics import Problem
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
        except Problem as problem:
            return problem

    def read(self, index: int, row: Row) -> list[View]:
        """An example, changed as its draws say. Raises Problem: E621 or E622."""
        preparation, loss = self.recipe.data, self.recipe.loss
        sample = self.examples[index]
        check(sample, self.frame, loss.ignore)
        if preparation.elastic or preparation.resize:
            check_alike(sample)
        if loss.border and self.frame.map:
            sample = sample._replace(weight=border_weights(sample, loss))
        if preparation.elastic and row is not None:
            sample = deformed(sample, preparation.elastic, row)
        if preparation.resize:
            sample = resized(sample, preparation.resize, row)
        return views(sample, self.frame, preparation, loss.ignore, row)

    def stacks(self, requests: Iterator[list[Request]], workers: int, pinned: bool) -> Iterator[Stack]:
        """The examples of each list, at most as many at a time as it has requests."""
        loader: DataLoader[list[View] | Problem] = DataLoader(
            self,
            batch_sampler=requests,
            collate_fn=stacked,
            num_workers=workers,
            pin_memory=pinned,
            generator=torch.Generator(),  # it would take a number of the one that dropout uses
        )
        for made in loader:
            if isinstance(made, Problem):
                raise made
            yield from made


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
