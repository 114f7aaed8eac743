"""From labelled images to batches on the device, as a recipe says."""

from collections.abc import Iterator, Sequence
from itertools import repeat

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from archspec.data import Examples
from archspec.diagnostics import problem
from archspec.graph import Graph
from archspec.recipes import Recipe
from archspec.training.augment import Moves, blanked, recolor
from archspec.training.batch import Batch
from archspec.training.fitting import by
from archspec.training.frame import Frame, frame
from archspec.training.normalize import Normalizer
from archspec.training.reading import Reader, Readers
from archspec.training.resident import Resident, in_memory, stays, there


class Feed:
    """Batches of examples, prepared as the recipe says: for training, with the random changes that draws decide.

    Arrays of the right size are moved to the device once. Other examples are read when they are needed, by `workers`
    processes. Raises Problem: E621 for what cannot be read, E622 for what does not fit the network.
    """

    def __init__(
        self,
        examples: Examples,
        graph: Graph,
        recipe: Recipe,
        normalizer: Normalizer,
        device: torch.device | str,
        training: bool,
        workers: int = 0,
    ) -> None:
        self.examples, self.recipe, self.training = examples, recipe, training
        self.device = torch.device(device)
        self.frame = frame(graph)
        check_recipe(self.frame, recipe, normalizer)
        self.mean, self.factor, self.colors = (there(part, self.device) for part in normalizer)
        reader = Reader(examples, self.frame, recipe)
        if len(examples):
            reader.read(0, None)  # what does not fit is said before the first step
        self.readers = Readers(reader, workers, self.device.type == "cuda")
        arrays = in_memory(examples)
        self.resident = (
            Resident(arrays, self.frame, recipe.loss, self.device)
            if arrays and stays(arrays, self.frame, recipe.data)
            else None
        )

    def __len__(self) -> int:
        return len(self.examples)

    def batches(self, order: Sequence[NDArray[np.int64]], draws: NDArray[np.float64] | None = None) -> Iterator[Batch]:
        """A batch for each array of indices. `draws` has a row for each example; without them nothing is random."""
        if not self.training:
            draws = None
        if self.resident:
            for indices in order:
                yield self.prepared(self.resident.take(indices), None if draws is None else draws[indices])
        else:
            yield from self.read(order, draws)

    def read(self, order: Sequence[NDArray[np.int64]], draws: NDArray[np.float64] | None) -> Iterator[Batch]:
        """Batches of examples that are read; more of them where an image has several tiles."""
        requests = ([(int(i), None if draws is None else draws[i]) for i in indices] for indices in order)
        rows = repeat(None) if draws is None else (draws[indices] for indices in order)
        stacks = self.readers.stacks(requests)
        padded = self.recipe.data.fit == "ignore"
        for stack, drawn in zip(stacks, rows, strict=False):
            batch, inside = stack.to(self.device)
            yield self.prepared(batch, drawn, inside if padded else None)

    def prepared(self, batch: Batch, rows: NDArray[np.float64] | None, inside: Tensor | None = None) -> Batch:
        """A batch as the network sees it: normalized, and changed as the draws of its examples say."""
        preparation = self.recipe.data
        images, labels, weights = batch
        images = (images.float() - self.mean) * self.factor
        if rows is not None and preparation.color:
            images = recolor(images, rows, self.colors, preparation.color)
        if inside is not None:
            images = blanked(images, inside)
        if rows is not None and (preparation.pad or preparation.flip):
            moves = Moves(rows, preparation, self.device)
            images = moves.move(images)
            if self.frame.map:
                labels = moves.move(labels[:, None], self.recipe.loss.ignore)[:, 0]
                weights = None if weights is None else moves.move(weights[:, None])[:, 0]
        return Batch(images, labels, weights)


def check_recipe(frame: Frame, recipe: Recipe, normalizer: Normalizer) -> None:
    """Raises Problem E622 for what a recipe asks and this network cannot have."""
    mean = normalizer.mean.shape[-2:]
    if mean != (1, 1) and (mean != frame.size or recipe.data.fit == "mirror"):
        help = '`center = "channel"` in the recipe takes images of any size'
        raise problem("E622", "the mean image is not of the size that the network sees", by(mean), help)
    if recipe.data.fit == "mirror" and frame.offset is None:
        found = "its pixels lie otherwise than those of the input" if frame.map else "it gives one class for an image"
        help = 'another `fit` in the recipe, such as "crop"'
        raise problem("E622", "images cannot be cut by the network's map", found, help)
    if recipe.data.pad >= min(frame.size):
        found = f"{recipe.data.pad:,} zeros on each side of {by(frame.size)} pixels"
        raise problem("E622", "a part of a padded image may hold nothing of it", found, "a smaller `pad` in the recipe")
    if recipe.data.flip and not frame.centered:
        raise problem(
            "E622",
            "images cannot be mirrored for this network",
            "its map does not lie in the middle of its input",
            "`flip = false` in the recipe",
        )
