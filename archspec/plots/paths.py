"""The plot of path lengths, as in Veit et al. 2016, Figure 6a."""

from collections.abc import Sequence
from math import sqrt

from archspec.analysis.paths import Paths
from archspec.figures.scene import Scene
from archspec.graph import Graph
from archspec.plots import Axis, Series, plot

NAMES = {"modules": "residual modules on a path", "layers": "weight layers on a path"}


def draw(
    graph: Graph,
    found: Paths,
    ranges: Sequence[tuple[int, int]],
    left: Paths | None,
    *,
    log: bool,
    theme: str,
) -> Scene:
    """A bar for each length, darker where lengths are asked for; a dashed line for what deleting modules leaves."""
    asked = {length for low, high in ranges for length in range(low, high + 1)}
    values = heights(found, log)
    others = tuple(point for point in values if point[0] not in asked)
    series = [Series("", others, "bars", "stage3")]
    if len(others) < len(values):
        names = ", ".join(f"{low} to {high}" for low, high in ranges)
        series.append(
            Series(f"{names} {found.unit}", tuple(point for point in values if point[0] in asked), "bars", "stage5")
        )
    if left:
        series.append(Series("what deletion leaves", heights(left, log), "line", "pool", dashed=True))
    label = "number of paths" if log else "share of paths"
    about = (
        f"The lengths of the paths through {graph.full_name}, from {found.shortest} to {found.longest} {found.unit}: "
        f"mean {float(found.mean):.4g}, standard deviation {sqrt(found.variance):.4g}."
    )
    title = f"Lengths of the paths through {graph.full_name}"
    x, y = Axis(NAMES[found.unit]), Axis(label, log=log, unit="" if log else " %")
    return plot([each for each in series if each.points], x, y, title=title, about=about, theme=theme)


def heights(found: Paths, log: bool) -> tuple[tuple[float, float], ...]:
    """The share of each length in percent, or the number of its paths where it is plotted by factors."""
    values = (count if log else 100 * count / found.total for count in found.counts)
    return tuple((float(length), float(value)) for length, value in enumerate(values) if value or not log)
