"""What is asked of a figure."""

from typing import NamedTuple


class Page(NamedTuple):
    """The room that a figure has, in points."""

    width: float
    height: float
    zoom: float = 1.0
    """How much larger the figure is made once it is laid out, words and lines too."""


PAGES = {"column": Page(252, 648), "text": Page(516, 648), "slide": Page(480, 270, zoom=2.0)}
"""A column and the whole text of a two-column paper (IEEE: 3 1/2 and 7 1/16 inches, 9 inches high), and a slide of
16:9, which is laid out at half its size."""


class Look(NamedTuple):
    """What is asked of a style."""

    page: Page = PAGES["column"]
    unfold: bool = False
    """Whether what repeats is drawn as often as it stands there."""
    block: str | None = None
    """The block whose inside is drawn."""
