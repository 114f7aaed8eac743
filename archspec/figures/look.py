"""What is asked of a figure."""

from typing import NamedTuple


class Page(NamedTuple):
    """The room that a figure has, in points."""

    width: float
    height: float
    zoom: float = 1.0
    """How much larger the figure is made once it is laid out, words and lines too, where that fits."""

    def enlargement(self, width: float, height: float) -> float:
        """How much larger a figure of this size is made."""
        return max(1.0, min(self.zoom, self.zoom * self.width / width, self.zoom * self.height / height))


PAGES = {"column": Page(252, 648), "text": Page(516, 648), "slide": Page(516, 290, zoom=1.86)}
"""A column and the whole text of a two-column paper (IEEE: 3 1/2 and 7 1/16 inches, 9 inches high), and a slide of
16:9, of 960 by 540 points, which is laid out as a paper's text."""


class Look(NamedTuple):
    """What is asked of a style."""

    page: Page = PAGES["column"]
    unfold: bool = False
    """Whether what repeats is drawn as often as it stands there."""
    block: str | None = None
    """The block whose inside is drawn."""
