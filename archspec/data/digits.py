"""Handwritten digits that come with scikit-learn: 1,797 images of 8x8 in 16 shades, nothing to download."""

import re

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from archspec.data import Arrays, DataSet, Wanted
from archspec.data.fitting import check_fit, digest
from archspec.diagnostics import problem

TRAIN = 1437
"""Images for training, four fifths; the other 360 are for testing."""
SIDE, LARGEST = 8, 256
CLASSES = tuple("0123456789")


def open(asked: str, rest: str, wanted: Wanted, seed: int) -> DataSet:
    """The digits, 8x8 gray, or enlarged: `digits:16x16`, `digits:32x32x3`. The split is always the same.

    Raises Problem: E602 for what is no size, E622 where the network takes another.
    """
    height, width, channels = size(asked, rest)
    if not rest and wanted.input != (channels, height, width):
        takes = "x".join(map(str, (*wanted.input[1:], wanted.input[0])))
        found = f"digits are {height}x{width}x{channels}, the network takes {takes}"
        help = f"`--data digits:{takes}` enlarges them; `--input 8x8x1` makes the network smaller"
        raise problem("E622", "the data do not fit the network", found, help)
    check_fit(asked, wanted, channels, CLASSES)
    shades, labels = load_digits(return_X_y=True)
    images = np.rint(enlarged(shades.reshape(-1, SIDE, SIDE), height, width) * (255 / 16)).astype(np.uint8)
    images = images[:, None].repeat(channels, 1)
    order = np.random.RandomState(0).permutation(len(images))
    train, test = (Arrays(images[part], labels[part].astype(np.int64)) for part in (order[:TRAIN], order[TRAIN:]))
    hashed = digest(train.images, train.labels, test.images, test.labels)
    return DataSet(asked, train, test, CLASSES, hashed)


def size(asked: str, rest: str) -> tuple[int, int, int]:
    """Height, width and channels that are asked for. Raises Problem E602."""
    found = re.fullmatch(r"(\d{1,3})x(\d{1,3})(?:x([13]))?", rest or f"{SIDE}x{SIDE}")
    height, width, channels = (int(number or 1) for number in found.groups()) if found else (0, 0, 0)
    if not all(SIDE <= side <= LARGEST for side in (height, width)):
        help = f"height x width, from {SIDE} to {LARGEST}, and 1 or 3 channels: `digits:16x16`, `digits:32x32x3`"
        raise problem("E602", f"`{asked}` asks for no size that digits can have", help=help)
    return height, width, channels


def enlarged(images: NDArray[np.float64], height: int, width: int) -> NDArray[np.float32]:
    """Images scaled up bilinearly: pixels are squares, their colours in the centres, and the border's go on outward."""
    rows, columns = weights(images.shape[1], height), weights(images.shape[2], width)
    return rows @ images.astype(np.float32) @ columns.T


def weights(old: int, new: int) -> NDArray[np.float32]:
    """The share of each old pixel in each new one, along one axis: new x old."""
    centres = ((np.arange(new) + 0.5) * old / new - 0.5).clip(0, old - 1)
    return np.maximum(0, 1 - abs(centres[:, None] - np.arange(old))).astype(np.float32)
