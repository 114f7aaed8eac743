"""Small networks, recipes and examples, and the batches that they give."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from texts import network

from archspec.data import Arrays, Examples, Sample
from archspec.diagnostics import Problem
from archspec.recipes import Optimizer, Preparation, Recipe
from archspec.training.batch import Batch
from archspec.training.feed import Feed
from archspec.training.normalize import normalizer

RAW = {"center": "none", "scale": "none"}
"""Images stay as they are."""
NET = "net small\ninput 6x5 RGB\nconv3-4 relu\nFC-3\n"
MAPPED = "net mapped\ninput 8x8 gray\nconv3-4(pad=0) relu\nconv1-3\n"
"""Gives a map of 6x6, which lies one pixel into the input on each side."""


def recipe(**preparation: Any) -> Recipe:
    return Recipe(epochs=1, batch=4, optimizer=Optimizer(rate=0.1), data=Preparation(**preparation))


def random_arrays(count: int, shape: tuple[int, ...], classes: int = 3, seed: int = 0) -> Arrays:
    chance = np.random.default_rng(seed)
    images = chance.integers(0, 256, (count, *shape), np.uint8)
    return Arrays(images, chance.integers(0, classes, count))


def feed(examples: Examples, text: str, asked: Recipe, training: bool = True) -> Feed:
    return Feed(examples, network(text), asked, normalizer(examples, asked.data), "cpu", training)


def only(fed: Feed, rows: NDArray[np.float64] | None = None) -> Batch:
    (batch,) = fed.batches([np.arange(len(fed))], rows)
    return batch


class Read:
    """Examples that are read one at a time."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays

    def __len__(self) -> int:
        return len(self.arrays)

    def __getitem__(self, index: int) -> Any:
        return self.arrays[index]


def maps(count: int, size: int, seed: int = 0) -> Arrays:
    chance = np.random.default_rng(seed)
    images = chance.integers(0, 256, (count, 1, 8, 8), np.uint8)
    labels = chance.choice([0, 1, 2, 255], (count, size, size)).astype(np.uint8)
    return Arrays(images, labels, chance.random((count, size, size), np.float32))


def refused(examples: Examples, text: str, **preparation: Any) -> str:
    return refused_by(examples, text, recipe(**preparation))


def refused_by(examples: Examples, text: str, asked: Recipe) -> str:
    with pytest.raises(Problem) as raised:
        feed(examples, text, asked)
    (said,) = raised.value.diagnostics
    assert said.code == "E622"
    return f"{said.message}: {said.found} ({said.help})"


def sized(height: int, width: int, seed: int = 0) -> Sample:
    """A gray image whose label at each pixel is its value, from 0 to 2."""
    image = np.random.default_rng(seed).integers(0, 3, (1, height, width), np.uint8)
    return Sample(image, image[0])


class Listed(list[Sample]):
    """Examples of several sizes."""
