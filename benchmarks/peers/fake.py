"""A peer that does nothing, for trying what measures."""

from collections.abc import Callable, Iterator
from itertools import chain, repeat
from time import sleep


def sleeping(failing: str = "") -> Callable[[], int]:
    """Takes 0.3 s to be made, 0.2 s at first, and 0.05 s from then on; fails `before` or `within`, where told."""
    print("what a peer says is not its answer")
    sleep(0.3)
    if failing == "before":
        raise RuntimeError(failing)
    times: Iterator[float] = chain([0.2], repeat(0.05))

    def call() -> int:
        sleep(next(times))
        if failing:
            raise RuntimeError(failing)
        return 7

    return call
