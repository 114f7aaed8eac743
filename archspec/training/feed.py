"""From labelled images to batches on the device, as a recipe says."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from archspec.data import Examples
from archspec.diagnostics import problem
from archspec.graph import Graph
from archspec.recipes import Recipe
from archspec.training.augment import Moves, recolor
from archspec.training.batch import Batch
from archspec.training.fitting import by
from archspec.training.frame import Frame, frame
from archspec.training.normalize import Normalizer
from archspec.training.resident import Resident, in_memory, there


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
        self.examples, self.recipe, self.training, self.workers = examples, recipe, training, workers
        self.device = torch.device(device)
        self.frame = frame(graph)
        check_recipe(self.frame, recipe, normalizer)
        self.mean, self.factor, self.colors = (there(part, self.device) for part in normalizer)
        arrays = in_memory(examples)
        assert arrays is not None
        self.resident = Resident(arrays, self.frame, recipe, self.device)

    def __len__(self) -> int:
        return len(self.examples)

    def batches(self, order: Sequence[NDArray[np.int64]], draws: NDArray[np.float64] | None = None) -> Iterator[Batch]:
        """A batch for each array of indices. `draws` has a row for each example; without them nothing is random."""
        for indices in order:
            rows = draws[indices] if self.training and draws is not None else None
            yield self.prepared(self.resident.take(indices), rows)

    def prepared(self, batch: Batch, rows: NDArray[np.float64] | None) -> Batch:
        """A batch as the network sees it: normalized, and changed as the draws of its examples say."""
        preparation = self.recipe.data
        images, labels, weights = batch
        images = (images.float() - self.mean) * self.factor
        if rows is None:
            return Batch(images, labels, weights)
        if preparation.color:
            images = recolor(images, rows, self.colors, preparation.color)
        if preparation.pad or preparation.flip:
            moves = Moves(rows, preparation, self.device)
            images = moves.move(images)
            if self.frame.map:
                labels = moves.move(labels[:, None], self.recipe.loss.ignore)[:, 0]
                weights = None if weights is None else moves.move(weights[:, None])[:, 0]
        return Batch(images, labels, weights)


def check_recipe(frame: Frame, recipe: Recipe, normalizer: Normalizer) -> None:
    """Raises Problem E622 for what a recipe asks and this network cannot have."""
    mean = normalizer.mean.shape[-2:]
    if mean not in ((1, 1), frame.size):
        help = '`center = "channel"` in the recipe takes images of any size'
        raise problem("E622", "the mean image is not of the size that the network sees", by(mean), help)
    if recipe.data.flip and not frame.centered:
        raise problem(
            "E622",
            "images cannot be mirrored for this network",
            "its map does not lie in the middle of its input",
            "`flip = false` in the recipe",
        )
