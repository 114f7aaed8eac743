"""The values that every way from the input to a value passes."""

from collections.abc import Sequence
from functools import reduce


class Dominators:
    """The tree of them, grown by one value at a time; whatever two values share is found in logarithmic time.

    Each value knows the one above it and one further up, after Myers' skew-binary jump pointers (1983).
    """

    def __init__(self, root: str) -> None:
        self.above, self.jump, self.depth = {root: root}, {root: root}, {root: 0}

    def add(self, value: str, inputs: Sequence[str]) -> str:
        """Add a value made of earlier ones. Gives the last value that every way to it passes before."""
        above = reduce(self.common, inputs)
        jump = self.jump[above]
        even = self.depth[above] - self.depth[jump] == self.depth[jump] - self.depth[self.jump[jump]]
        self.above[value], self.depth[value] = above, self.depth[above] + 1
        self.jump[value] = self.jump[jump] if even else above
        return above

    def common(self, one: str, other: str) -> str:
        """The last value that every way to both passes."""
        one, other = (self.up(each, min(self.depth[one], self.depth[other])) for each in (one, other))
        while one != other:
            way = self.jump if self.jump[one] != self.jump[other] else self.above
            one, other = way[one], way[other]
        return one

    def up(self, value: str, depth: int) -> str:
        """The value at some depth that every way to this one passes."""
        while self.depth[value] > depth:
            jump = self.jump[value]
            value = jump if self.depth[jump] >= depth else self.above[value]
        return value
