"""The figures of Veit et al. 2016: the error without one part (Figure 3), and with several changes (Figure 5)."""

from collections.abc import Callable, Iterable, Sequence
from statistics import mean

from archspec.experiments.lesions import Lesion, graded, mean_error
from archspec.figures.scene import Scene
from archspec.plots import Axis, Series, plot
from archspec.plots.beside import beside

ERROR = Axis("test error", unit=" %", low=0.0, high=100.0)


def figures(found: Sequence[Lesion]) -> dict[str, Scene]:
    """Both, of means over the seeds."""
    names = dict.fromkeys(each.network for each in found)
    several, shuffled = ([each for each in found if each.kind == kind] for kind in ("several", "shuffled"))
    changed = [
        curves([(float(group[0].what), group) for group in graded(several)], "modules taken out"),
        curves([(mean(each.kept for each in group), group) for group in graded(shuffled)], KEPT),
    ]
    return {
        "lesion": beside(
            [one([each for each in found if each.network == name]) for name in names],
            "The test error without one layer or module",
        ),
        "lesions": beside(changed, "The test error without several modules, and with modules in another order"),
    }


KEPT = "order kept, by Kendall's rank correlation"


def one(found: Sequence[Lesion]) -> Scene:
    """A bar for each part that was taken out, and a line for the whole network."""
    network = found[0].network
    parts = dict.fromkeys(each.what for each in found if each.kind == "one")
    errors = [mean_error([each for each in found if (each.kind, each.what) == ("one", part)]) for part in parts]
    whole = mean_error([each for each in found if each.kind == "whole"])
    bars = tuple((float(number), error) for number, error in enumerate(errors, 1))
    series = [
        Series(f"{network} without one", bars, "bars", "stage3"),
        Series("whole", ((1.0, whole), (float(len(errors)), whole)), color="pool", dashed=True),
    ]
    part = "layer" if network.startswith("plain") else "module"
    x = Axis(f"{part} taken out, from the input")
    return plot(series, x, ERROR, title=f"{network} without each {part} in turn")


def curves(points: Sequence[tuple[float, Sequence[Lesion]]], label: str) -> Scene:
    """Means as a line, lowest and highest as dashed ones."""
    lines = [
        Series("mean", tuple((x, mean_error(group)) for x, group in points), color="conv"),
        Series("lowest and highest", extremes(points, min), color="quiet", dashed=True),
        Series("", extremes(points, max), color="quiet", dashed=True),
    ]
    return plot(lines, Axis(label), ERROR, title=f"ResNet-56: test error over {label}")


def extremes(
    points: Sequence[tuple[float, Sequence[Lesion]]], choice: Callable[[Iterable[float]], float]
) -> tuple[tuple[float, float], ...]:
    """The lowest or the highest error of each group."""
    return tuple((x, choice(each.error for each in group)) for x, group in points)
