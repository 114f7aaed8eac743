"""Whether a set of images suits a network, and what is said where it does not."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archspec.data import Wanted
from archspec.diagnostics import problem

NO_CLASS = 255
"""The class of pixels that do not count, as PASCAL VOC has it."""


def check_fit(asked: str, wanted: Wanted, channels: int, classes: Sequence[str] = (), maps: bool = False) -> None:
    """Raise Problem E622 where images have other channels or other classes than the network.

    `classes` are the set's, if it names them; `maps` is whether each pixel has a class. The images' size is not looked
    at: a recipe may scale or cut them.
    """
    if maps != (wanted.map is not None):
        kinds = ("one class for each image", "a class for each pixel")
        found = f"{asked} has {kinds[maps]}, the network gives {kinds[not maps]}"
        raise problem("E622", "the data do not fit the network", found)
    if channels != wanted.input[0]:
        found = f"the images of {asked} have {counted(channels, 'channel')}, the network's input has {wanted.input[0]}"
        raise problem("E622", "the data do not fit the network", found, "`input 32x32 gray` has 1, `input 32x32 RGB` 3")
    if classes and len(classes) != wanted.classes:
        found = f"{asked} has {counted(len(classes), 'class')}, the network gives {wanted.classes}"
        help = f"write {len(classes)} where the spec has the last layer's width, or `--set` it if the spec has a `let`"
        raise problem("E622", "the data do not fit the network", found, help)


def check_labels(name: str, labels: NDArray[Any], wanted: Wanted, ignore: int = NO_CLASS) -> None:
    """Raise Problem E622 where a label is no class of the network; in maps `ignore` may be none."""
    known = (labels >= 0) & (labels < wanted.classes)
    if wanted.map:
        known |= labels == ignore
    if not known.all():
        found = f"{name} has class {labels[~known].max()}, the network gives classes 0 to {wanted.classes - 1}"
        raise problem("E622", "the data do not fit the network", found)


def counted(number: int, what: str) -> str:
    """`1 class`, `10 classes`."""
    return f"{number} {what}{'' if number == 1 else 'es' if what.endswith('s') else 's'}"


def digest(*arrays: NDArray[Any] | None) -> str:
    """SHA-256 of arrays: of their types, shapes and numbers."""
    found = hashlib.sha256()
    for array in arrays:
        found.update(f"{None if array is None else (array.dtype.str, array.shape)}\n".encode())
        if array is not None:
            found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()
