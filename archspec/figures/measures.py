"""How large things are, in points: roomy where there is room, and smaller down to what can still be read."""

from typing import NamedTuple


class Measures(NamedTuple):
    """The sizes of one figure."""

    font: float
    """Of the words in boxes."""
    small: float
    """Of all other words."""
    lead: float
    """From one line of a box to the next."""
    pad: float
    """From the words to the edge of their box."""
    gap: float
    """From a box to the next one, for the arrow."""
    into: float
    """From a box to the circle where values are added."""
    radius: float
    """Of that circle."""
    lane: float
    """From the boxes to the lines beside them."""

    def box(self, lines: int) -> float:
        """The height of a box."""
        return lines * self.lead - (self.lead - self.font) + 2 * self.pad

    @property
    def baseline(self) -> float:
        """From the top of a box to the baseline of its first line: in the middle, and a point above the edge."""
        return min(self.pad + 0.86 * self.font, 2 * self.pad + 0.79 * self.font - 1.05)


ROOMY = Measures(font=7.5, small=7, lead=9, pad=3.5, gap=8, into=6, radius=4, lane=12)
SNUG = Measures(font=7, small=6.5, lead=8.2, pad=2.4, gap=6.5, into=2.5, radius=3, lane=10)
TIGHT = Measures(font=6.2, small=6, lead=7.2, pad=1.6, gap=5, into=1.5, radius=2.3, lane=8)
DENSE = Measures(font=6, small=6, lead=6.6, pad=1.05, gap=4.05, into=0.6, radius=1.7, lane=7)
ALL = (ROOMY, SNUG, TIGHT, DENSE)
EDGE = 2.0
"""White around a figure."""
HEAD = 4.0
"""An arrow shorter than this has no head."""
