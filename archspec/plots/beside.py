"""Plots side by side, as one figure as wide as a page's text."""

from collections.abc import Sequence

from archspec.figures.scene import Scene, moved

GAP = 12.0
"""Between two plots: two that are 252 points wide fill a page of 516."""


def beside(plots: Sequence[Scene], title: str, about: str = "") -> Scene:
    """Plots in a row, their lower edges in line. `about` is for those who cannot see them, or what each plot says."""
    height = max(plot.height for plot in plots)
    items, left = [], 0.0
    for plot in plots:
        items += [moved(item, left, height - plot.height) for item in plot.items]
        left += plot.width + GAP
    told = about or " ".join(plot.about.removesuffix(".") + "." for plot in plots)
    return Scene(left - GAP, height, title, told, tuple(items), plots[0].theme)
