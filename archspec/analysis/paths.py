"""The paths through a network and how long they are (Veit, Wilber & Belongie 2016), exactly.

A path goes from the input to the output and takes one input of every sum, concatenation or product.
"""

from collections.abc import Mapping
from fractions import Fraction
from itertools import accumulate
from math import comb
from typing import Literal, NamedTuple

from archspec.diagnostics import problem
from archspec.graph import Graph, Node
from archspec.graph.residual import Module, carried, modules

Unit = Literal["modules", "layers"]
UNITS: tuple[Unit, ...] = ("modules", "layers")
MOST_BITS = 14_000
"""Digits, in base two, of the number of paths."""
ROOM = 1 << 24
"""Digits, in base two, of the numbers of paths of all lengths together."""


class Paths(NamedTuple):
    """How many paths there are of each length."""

    unit: Unit
    modules: Mapping[str, Module]
    """The residual modules, by the paths of their sums."""
    counts: tuple[Fraction, ...]
    """The number of paths by length, from 0 on; whole numbers, but for averages over what is deleted."""

    @property
    def total(self) -> Fraction:
        """The number of paths."""
        return sum(self.counts, Fraction(0))

    @property
    def shortest(self) -> int:
        """The length of the shortest path."""
        return next(length for length, count in enumerate(self.counts) if count)

    @property
    def longest(self) -> int:
        """The length of the longest path."""
        return max(length for length, count in enumerate(self.counts) if count)

    @property
    def mean(self) -> Fraction:
        """The mean length."""
        return sum((length * count for length, count in enumerate(self.counts)), Fraction(0)) / self.total

    @property
    def variance(self) -> Fraction:
        """The variance of lengths."""
        squares = sum((length**2 * count for length, count in enumerate(self.counts)), Fraction(0))
        return squares / self.total - self.mean**2

    def share(self, low: int, high: int) -> Fraction:
        """The share of paths whose length is `low` to `high`."""
        return sum(self.counts[low : high + 1], Fraction(0)) / self.total

    def central(self, share: Fraction) -> tuple[int, int]:
        """The lengths that are left when as much as may be, the same at most, is cut off either end."""
        spare = (1 - share) / 2 * self.total
        low = sum(below <= spare for below in accumulate(self.counts))
        high = sum(above <= spare for above in accumulate(reversed(self.counts)))
        return low, len(self.counts) - 1 - high

    def without(self, deleted: int) -> "Paths":
        """What is left when some modules lose their branches, on average over all choices of that many.

        A path survives if it takes none of the branches. Where modules follow one another, every choice leaves as
        many. Raises Problem E602 where there are not as many modules, or lengths are counted in layers.
        """
        many = len(self.modules)
        if self.unit != "modules" or deleted > many:
            found = f"it has {many}" if self.unit == "modules" else "lengths are counted in layers"
            raise problem("E602", f"there are not {deleted} residual modules to delete", found)
        chance = [Fraction(comb(many - length, deleted), comb(many, deleted)) for length in range(many + 1)]
        return self._replace(counts=tuple(count * chance[length] for length, count in enumerate(self.counts)))


def paths(graph: Graph, unit: Unit = "modules") -> Paths:
    """Count the paths to the main output by the residual branches on them, or by their weight layers.

    Raises Problem E616 where there are no residual modules to count, and where there is more to count than room.
    """
    found = modules(graph)
    if unit == "modules" and not found:
        help = "`--unit layers` counts the weight layers on each path of any network"
        raise problem("E616", f"{graph.full_name} has no residual modules", help=help)
    one = counted(graph, found, unit, 0)
    longest = max_length(graph, found, unit)
    width = one.bit_length() + 1
    if width > MOST_BITS or width * (longest + 1) > ROOM:
        message = f"the paths of {graph.full_name} are too many to count by length"
        raise problem("E616", message, f"about 2^{width - 1:,}, up to {longest:,} long")
    whole = counted(graph, found, unit, width)
    mask = (1 << width) - 1
    return Paths(unit, found, tuple(Fraction(whole >> width * length & mask) for length in range(longest + 1)))


def counted(graph: Graph, found: Mapping[str, Module], unit: Unit, width: int) -> int:
    """The number of paths of each length as the digits of one number, which are `width` bits wide.

    To make paths longer by one is to shift their numbers by one digit. With a width of 0 all lengths are one.
    """
    last = {path: node.path for node in graph.nodes for path in carried(node)}
    known: dict[str, int] = {graph.input.name: 1}
    for node in graph.nodes:
        known[node.path] = sum(known[path] << width * longer(node, path, found, unit) for path in carried(node))
        if not width and known[node.path].bit_length() > MOST_BITS:
            return known[node.path]
        for path in {*carried(node)} - {graph.outputs[0]}:
            if last[path] == node.path:
                del known[path]
    return known[graph.outputs[0]]


def longer(node: Node, path: str, found: Mapping[str, Module], unit: Unit) -> bool:
    """Whether a path that goes from a value into a layer is longer by one."""
    if unit == "layers":
        return node.op.weight_layer
    return node.path in found and path in found[node.path].branches


def max_length(graph: Graph, found: Mapping[str, Module], unit: Unit) -> int:
    """The length of the longest path to any value."""
    known: dict[str, int] = {graph.input.name: 0}
    for node in graph.nodes:
        known[node.path] = max(known[path] + longer(node, path, found, unit) for path in carried(node))
    return known[graph.outputs[0]]
