"""The images that networks are looked at with, as the networks see them."""

from typing import NamedTuple

import numpy as np

from archspec.data import DataSet, Examples
from archspec.experiments import Settings
from archspec.graph import Graph
from archspec.recipes import Recipe
from archspec.training.batch import Batch
from archspec.training.feed import Feed
from archspec.training.normalize import Normalizer, normalizer
from archspec.training.plan import planned, recipe_of

BATCH = 512
"""Images that go through a network at a time."""


class Images(NamedTuple):
    """A set of images, and what becomes of them before a network sees them."""

    found: DataSet
    recipe: Recipe
    normalizer: Normalizer

    def batches(self, examples: Examples, graph: Graph, most: int | None = None) -> list[Batch]:
        """The examples, or the first of them, in order and with nothing random done to them."""
        feed = Feed(examples, graph, self.recipe, self.normalizer, "cpu", training=False)
        count = len(feed) if most is None else min(most, len(feed))
        return list(feed.batches([np.arange(start, min(start + BATCH, count)) for start in range(0, count, BATCH)]))


def images(settings: Settings, graph: Graph) -> Images:
    """The data set that is asked for, as its recipe prepares it. Raises Problem: E602, E620, E621, E622, E623."""
    asked, found = planned(graph, settings.data, recipe_of(settings.recipe, settings.data), 0, "he")
    return Images(found, asked.recipe, normalizer(found.train, asked.recipe.data))
