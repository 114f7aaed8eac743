"""Which positions of a map a layer looks at, along one side: in whole numbers, for any size of the map."""

from fractions import Fraction
from typing import NamedTuple


class Taps(NamedTuple):
    """Output position `o` takes the input positions `i` with `every * i = step * o + first + t * apart`, t < `number`.

    A window has `every` 1 and its stride as `step`; what undoes it has both the other way round.
    """

    step: int
    first: int
    number: int = 1
    apart: int = 1
    every: int = 1

    @property
    def undone(self) -> "Taps":
        """The taps of the transpose: input and output change places."""
        return Taps(self.every, -self.first - (self.number - 1) * self.apart, self.number, self.apart, self.step)

    @property
    def still(self) -> bool:
        """Whether position for position the middle of the taps is the position itself."""
        return self.step == self.every and 2 * self.first + (self.number - 1) * self.apart == 0

    @property
    def jump(self) -> Fraction:
        """How far the taps move from one output position to the next."""
        return Fraction(self.step, self.every)

    @property
    def centre(self) -> Fraction:
        """The middle of the first position's taps."""
        return (self.first + Fraction((self.number - 1) * self.apart, 2)) / self.every


Both = tuple[Taps | None, Taps | None]
"""Those of the rows and those of the columns; None where every position takes the whole side."""

OWN: Both = (Taps(1, 0), Taps(1, 0))
"""Every position takes its own."""
WHOLE: Both = (None, None)
