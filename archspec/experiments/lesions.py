"""Test errors of networks that were changed, and their order: from those least changed to those most."""

from collections.abc import Sequence
from statistics import mean
from typing import Literal, NamedTuple

Kind = Literal["whole", "one", "several", "shuffled"]
"""Nothing was changed; one part or several modules were taken out; modules swapped places."""
BIN, FEWEST = 0.05, 3
"""The width of a group of orders in rank correlation, and the orders that make one."""


class Lesion(NamedTuple):
    """One network that was changed."""

    kind: Kind
    network: str
    seed: int
    what: str
    """The part; how many modules; how many swaps."""
    draw: int
    kept: float
    """How much of the modules' order is left: Kendall's rank correlation with the one that was trained."""
    error: float
    """Per cent of the test images."""


def chosen(found: Sequence[Lesion], network: str, seed: int, kind: Kind) -> list[Lesion]:
    """Those of one network and kind."""
    return [each for each in found if (each.network, each.seed, each.kind) == (network, seed, kind)]


def graded(found: Sequence[Lesion]) -> list[list[Lesion]]:
    """Those of one kind in groups that are changed alike, least first: as many modules taken out, or orders alike."""
    groups: dict[int, list[Lesion]] = {}
    for each in found:
        groups.setdefault(int((1 - each.kept) / BIN) if each.kind == "shuffled" else int(each.what), []).append(each)
    return [group for _, group in sorted(groups.items()) if len(group) >= FEWEST]


def mean_error(group: Sequence[Lesion]) -> float:
    """The mean of some errors."""
    return mean(each.error for each in group)
