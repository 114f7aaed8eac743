"""Images made up from the seed, as many as wanted, of which a network can learn the classes; nothing is kept."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator, Philox
from numpy.typing import NDArray

from archspec.data import DataSet, Sample, Wanted
from archspec.data.fitting import digest
from archspec.diagnostics import problem

COUNT, MOST = 512, 10_000_000
"""Training examples unless told, and at most; there are a quarter as many to test on."""
LOOKS, TRAIN, TEST = 101, 102, 103
"""What numbers are drawn for: how a class looks, training examples, test examples. Training draws others."""
GRID, NOISE = 4, 40.0
"""Squares of a class's pattern along each side, and the noise's deviation, of 255."""


def open(asked: str, rest: str, wanted: Wanted, seed: int) -> DataSet:
    """Classes are patterns of squares, and classes of pixels are coloured discs and rectangles; both under noise.

    Raises Problem E602 for a number of examples that is none.
    """
    if rest and not (rest.isascii() and rest.isdigit() and 1 <= int(rest[:12]) <= MOST):
        help = f"a number from 1 to {MOST:,}: `synthetic:512`"
        raise problem("E602", f"`{asked}` asks for no number of examples", help=help)
    count = int(rest or COUNT)
    train, test = Made(wanted, seed, TRAIN, count), Made(wanted, seed, TEST, max(1, count // 4))
    told = np.array([seed % 2**64, count, wanted.classes, *wanted.input, *(wanted.map or ())], np.uint64)
    return DataSet(asked, train, test, (), digest(told, train[0].image, test[0].image))


@dataclass(frozen=True)
class Made:
    """Examples that are made when asked for: each is a function of the seed and its index."""

    wanted: Wanted
    seed: int
    purpose: int
    count: int

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> Sample:
        random = drawn(self.seed, self.purpose, index)
        if self.wanted.map:
            label = shapes(random, self.wanted)
            image = colors(self.seed, self.wanted)[label].transpose(2, 0, 1)
        else:
            label = np.asarray(index % self.wanted.classes)
            image = pattern(self.seed, int(label), self.wanted.input)
        noisy = image + NOISE * random.standard_normal(self.wanted.input, np.float32)
        return Sample(np.rint(noisy).clip(0, 255).astype(np.uint8), label)


def drawn(seed: int, purpose: int, index: int) -> Generator:
    """The random numbers of one thing."""
    key = np.array([seed % 2**64, index], np.uint64)  # of a tuple, NumPy would make floats if one is large
    return Generator(Philox(key=key, counter=(0, 0, 0, purpose)))


def pattern(seed: int, label: int, input: tuple[int, int, int]) -> NDArray[np.float32]:
    """How a class looks: C x H x W, of 4 x 4 squares, each of a colour of its own."""
    channels, height, width = input
    squares = 255 * drawn(seed, LOOKS, label).random((channels, GRID, GRID), np.float32)
    rows, columns = (np.arange(side) * GRID // side for side in (height, width))
    return squares[:, rows[:, None], columns]


def colors(seed: int, wanted: Wanted) -> NDArray[np.float32]:
    """How the pixels of each class look: classes x C, in each channel spread evenly in an order of its own."""
    random = drawn(seed, LOOKS, 0)
    orders = [random.permutation(wanted.classes) for _ in range(wanted.input[0])]
    return ((np.stack(orders, axis=1) + 0.5) * (255 / wanted.classes)).astype(np.float32)


def shapes(random: Generator, wanted: Wanted) -> NDArray[np.int64]:
    """A map of classes: H x W, one to four discs and rectangles of the classes from 1 on, over class 0."""
    _, height, width = wanted.input
    rows, columns = np.ogrid[:height, :width]
    label = np.zeros((height, width), np.int64)
    for _ in range(random.integers(1, 5)):
        y, x = random.integers(height), random.integers(width)
        half = random.uniform(0.1, 0.3) * min(height, width)
        down, across = abs(rows - y), abs(columns - x)
        round = random.random() < 0.5
        inside = down**2 + across**2 <= half**2 if round else np.maximum(down, across) <= half
        label[inside] = random.integers(1, wanted.classes) if wanted.classes > 1 else 0
    return label
