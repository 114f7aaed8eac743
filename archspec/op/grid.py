"""Where the positions of a map lie on the network's input, in exact fractions."""

from fractions import Fraction
from typing import NamedTuple

Two = tuple[Fraction, Fraction]
"""A number for the rows and one for the columns."""


class Axis(NamedTuple):
    """One side of a map: position i is centred on `start + i * jump` of the input, pixel 0 on 0."""

    jump: Fraction
    start: Fraction

    def step(self, jump: Fraction, start: Fraction) -> "Axis":
        """The side whose position i is centred on `start + i * jump` of this one."""
        return Axis(self.jump * jump, self.start + self.jump * start)


class Grid(NamedTuple):
    """Both sides of a map."""

    rows: Axis
    columns: Axis

    def step(self, jumps: Two, starts: Two) -> "Grid":
        """The grid whose positions lie on this one at `starts` and every `jumps` from there."""
        return Grid(self.rows.step(jumps[0], starts[0]), self.columns.step(jumps[1], starts[1]))

    def shift(self, rows: int, columns: int) -> "Grid":
        """The grid that begins so many rows and columns further on."""
        return self.step((Fraction(1), Fraction(1)), (Fraction(rows), Fraction(columns)))

    @property
    def bits(self) -> int:
        """The digits of its longest number, in base two."""
        return max(part.bit_length() for axis in self for place in axis for part in place.as_integer_ratio())


PIXELS = Grid(Axis(Fraction(1), Fraction(0)), Axis(Fraction(1), Fraction(0)))
"""The input's own grid."""
