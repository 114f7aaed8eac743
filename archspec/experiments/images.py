"""The images that networks are looked at with, as the networks see them."""

from typing import NamedTuple

import numpy as np
import torch

from archspec.data import DataSet, Examples
from archspec.experiments import Settings
from archspec.experiments.subjects import subjects
from archspec.training.batch import Batch
from archspec.training.feed import Feed
from archspec.training.folder import Settings as RunSettings
from archspec.training.machine import Machine
from archspec.training.normalize import Normalizer, normalizer
from archspec.training.plan import planned, recipe_of

BATCH = 512
"""Images that go through a network at a time."""


class Images(NamedTuple):
    """A set of images, and what becomes of them before a network sees them."""

    found: DataSet
    asked: RunSettings
    """What a run of the first network with the seed 0 is of."""
    normalizer: Normalizer
    device: torch.device
    """Where networks look at them: a GPU where there is one."""

    def batches(self, examples: Examples, most: int | None = None) -> list[Batch]:
        """The examples, or the first of them, in order and with nothing random done to them."""
        feed = Feed(examples, self.asked.graph, self.asked.recipe, self.normalizer, self.device, training=False)
        count = len(feed) if most is None else min(most, len(feed))
        return list(feed.batches([np.arange(start, min(start + BATCH, count)) for start in range(0, count, BATCH)]))


def images(settings: Settings) -> Images:
    """The data set that is asked for, as its recipe prepares it. Raises Problem: E602, E620, E621, E622, E623."""
    torch.set_num_threads(1)  # what is found does not depend on the number of processors
    first = subjects(settings.data)[0].network().graph
    asked, found = planned(first, settings.data, recipe_of(settings.recipe, settings.data), 0, "he")
    return Images(found, asked, normalizer(found.train, asked.recipe.data), Machine().place())
