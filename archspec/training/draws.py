"""What chance decides about training examples: numbers of (seed, epoch, example), whatever came before them."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Draw(IntEnum):
    """The columns: what each number decides."""

    SCALE = 0
    TOP = 1
    LEFT = 2
    FLIP = 3
    COLOR = 4
    """The first of three, one for each principal component."""
    ELASTIC = 7
    """The key of the example's own random displacements."""


COLUMNS = Draw.ELASTIC + 1
COLORS = slice(Draw.COLOR, Draw.ELASTIC)


def draws(seed: int, epoch: int, count: int) -> NDArray[np.float64]:
    """Uniform numbers in [0, 1) for an epoch: a row for each training example, a column for each `Draw`.

    They are those of the counter-based generator Philox whose key is (seed, epoch).
    """
    key = np.array([seed, epoch], np.uint64)
    return np.random.Generator(np.random.Philox(key=key)).random((count, COLUMNS))


def pick(draw: NDArray[np.float64] | np.float64, choices: int) -> NDArray[np.int64]:
    """A number from 0 to `choices` - 1, each as likely, for each uniform number."""
    return np.floor(draw * choices).astype(np.int64)
