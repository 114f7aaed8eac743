"""Progress of long work on a terminal; nothing in a pipe, and nothing in the first two seconds."""

import sys
import time
from math import prod
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from archspec.graph import Graph
    from archspec.op import Weight
    from archspec.weights import Weights

PATIENCE = 2.0
"""Seconds of silence."""


class Line:
    """A line on the terminal that is rewritten, ten times a second at most."""

    def __init__(self) -> None:
        self.shown = False
        self.next = time.monotonic() + PATIENCE

    def due(self) -> bool:
        """Whether it would be written now: what it says may take work to find out."""
        return sys.stderr.isatty() and time.monotonic() >= self.next

    def show(self, text: str) -> None:
        """Write this in place of what stands there."""
        if self.due():
            self.next, self.shown = time.monotonic() + 0.1, True
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Leave nothing there."""
        if self.shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self.shown = False


class Progress:
    """Weights that say how many of them have been asked for."""

    def __init__(self, weights: "Weights", graph: "Graph") -> None:
        self.weights = weights
        self.seed = weights.seed
        self.total = sum(prod(weight.shape) for _, _, weight in graph.tensors())
        self.done = 0
        self.line = Line()
        self.lock = Lock()

    def describe(self) -> str:
        """Where the weights come from."""
        return self.weights.describe()

    def fill(self, name: str, weight: "Weight", start: int, out: "NDArray[float32]") -> str | None:
        """Values of one tensor."""
        told = self.weights.fill(name, weight, start, out)
        with self.lock:
            self.done += out.size
            if self.done < self.total:
                self.line.show(f"{self.done:,} of {self.total:,} weights")
            else:
                self.line.clear()
        return told
