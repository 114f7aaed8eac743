"""The order in which training takes its examples: a function of the seed and the epoch, for any number of processes."""

from collections.abc import Iterator, Sequence

import numpy
from numpy.typing import NDArray

Indices = NDArray[numpy.int64]


def shuffled(seed: int, epoch: int, count: int) -> Indices:
    """The numbers from 0 to `count` in the order of an epoch. Philox's raw numbers are the same in all of NumPy's
    versions, where its shuffling need not be."""
    drawn = numpy.random.Philox(numpy.random.SeedSequence((seed, epoch))).random_raw(count)
    return numpy.argsort(drawn, kind="stable")


def batches(order: Indices, batch: int, start: int = 0) -> Iterator[Indices]:
    """The full batches of an epoch, from number `start` on. What is left over waits for the next epoch's order."""
    for step in range(start, len(order) // batch):
        yield order[step * batch : (step + 1) * batch]


def share(indices: Indices, rank: int, processes: int) -> Indices:
    """A process's part of a batch: neighbours in it, as many as the others have or one more."""
    first, last = (len(indices) * part // processes for part in (rank, rank + 1))
    return indices[first:last]


def parts(indices: Indices, count: int) -> Sequence[Indices]:
    """A batch cut into so many parts, which go through the network one after the other."""
    return [share(indices, part, count) for part in range(count)]


def in_turn(count: int, batch: int, rank: int = 0, processes: int = 1) -> list[Indices]:
    """All examples in their order, in batches, for testing: a process's part of them."""
    own = share(numpy.arange(count), rank, processes)
    return [own[start : start + batch] for start in range(0, len(own), batch)]
