"""Whether a quantity grows little by little."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from scipy.stats import spearmanr

RANKED = 0.9
"""Spearman's rank correlation with the number of changes that counts as growing, at least."""
STEP = 1 / 3
"""The part of the whole growth that may come at once, at most."""
SMOOTH = f"rank correlation {RANKED} or more, no step above {100 * STEP:.0f} % of the whole growth"
"""What is called smooth."""


class Growth(NamedTuple):
    """How a quantity changes, step by step."""

    correlation: float
    """Spearman's, of the quantity with the number of steps."""
    largest: float
    """The largest step up, as a part of the whole growth."""

    @property
    def holds(self) -> bool:
        """Whether it grows little by little."""
        return self.correlation >= RANKED and self.largest <= STEP

    def __str__(self) -> str:
        return f"rank correlation {self.correlation:.2f}, largest step {100 * self.largest:.0f} % of the growth"


def gradual(values: Sequence[float]) -> Growth:
    """How these change from one to the next; `inf` is the largest step where the last is not above the first."""
    growth = values[-1] - values[0]
    steps = max(after - before for before, after in pairwise(values))
    ranked = float(spearmanr(range(len(values)), values).statistic) if min(values) < max(values) else 0.0
    return Growth(ranked, steps / growth if growth > 0 else float("inf"))
