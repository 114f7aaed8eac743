"""Deeper plain networks train worse, deeper residual ones do not.

He et al. 2016, sections 1 and 4.2, Figures 1 and 6.
"""

from collections.abc import Sequence
from statistics import mean
from typing import NamedTuple

from archspec.experiments import Settings
from archspec.experiments.outcome import Claim, Measured, Outcome
from archspec.experiments.runs import train
from archspec.experiments.setting import described
from archspec.experiments.subjects import DEEP, SHALLOW, Bench, bench, subjects
from archspec.figures.scene import Scene
from archspec.plots import Axis, Series, plot
from archspec.plots.beside import beside
from archspec.report.tabular import Line, Table


class Point(NamedTuple):
    """One network after one epoch."""

    network: str
    seed: int
    epoch: int
    train_error: float
    """Per cent."""
    test_error: float


def run(settings: Settings) -> Outcome:
    """Train what is not there yet. Raises Problem: E602, E620, E621, E624, E625, E626."""
    trained = train(settings, subjects(settings.data))
    found = [Point(each.name, each.seed, *epoch) for each in trained for epoch in each.curve]
    images = trained[0].images
    return Outcome(
        "Degradation",
        (table(found),),
        claims(found, bench(settings.data)),
        {"curves": figure(found)},
        Measured(Point._fields, found),
        described(settings, images),
        (*NOTES.get(settings.data, ()), EXPLAINED),
    )


EXPLAINED = (
    "He et al. (2016, section 4.1) argue that plain networks with batch normalization do not suffer from vanishing "
    "gradients; the experiment `gradients` has what is found here. The training error shows that this is a matter of "
    "optimization, not of overfitting."
)
NOTES = {
    "digits": (
        "Small real images, small networks and a fixed budget show the same phenomenon as the paper's, and exaggerate "
        "it: on CIFAR-10 plain-56 is a few points behind plain-20, not tens of them. Longer training narrows the gap "
        "slowly.",
    )
}
"""What must be known of a data set."""


def last(found: Sequence[Point], network: str) -> list[Point]:
    """A network after its last epoch, seed by seed."""
    return list({each.seed: each for each in found if each.network == network}.values())


def table(found: Sequence[Point]) -> Table:
    """Errors at the end."""
    lines, totals = [], []
    for network in dict.fromkeys(each.network for each in found):
        ends = last(found, network)
        for each in ends:
            lines.append(Line((network, str(each.seed), f"{each.train_error:.2f}", f"{each.test_error:.2f}")))
        means = (mean(each.train_error for each in ends), mean(each.test_error for each in ends))
        totals.append(Line((network, "mean", *(f"{value:.2f}" for value in means))))
    headings = ("network", "seed", "training error", "test error")
    title = "Error in per cent after the last epoch"
    return Table(title, headings, (False, True, True, True), tuple(lines), tuple(totals), ())


def claims(found: Sequence[Point], asked: Bench) -> tuple[Claim, ...]:
    """What the paper says, and whether it held for every seed."""

    def apart(kind: str) -> list[float]:
        """By how many points the deeper network's training error is above the other's, seed by seed."""
        ends = zip(last(found, f"{kind}-{DEEP}"), last(found, f"{kind}-{SHALLOW}"), strict=True)
        return [deep.train_error - shallow.train_error for deep, shallow in ends]

    plain, residual = apart("plain"), apart("ResNet")
    behind = f", by {asked.behind:g} points or more" if asked.behind else ""
    margin = f", within {asked.margin:g} points" if asked.margin else ""
    return (
        Claim(
            f"plain-{DEEP} has a higher training error than plain-{SHALLOW}{behind}",
            "He et al. 2016, Figures 1 and 6 (left)",
            shown(plain),
            all(each >= asked.behind and each > 0 for each in plain),
        ),
        Claim(
            f"ResNet-{DEEP} has no higher training error than ResNet-{SHALLOW}{margin}",
            "He et al. 2016, Figure 6 (middle)",
            shown(residual),
            all(each <= asked.margin for each in residual),
        ),
    )


def shown(differences: Sequence[float]) -> str:
    """Differences of errors, seed by seed."""
    return ", ".join(f"{each:+.2f}" for each in differences)


COLORS = {SHALLOW: "conv", DEEP: "pool"}


def figure(found: Sequence[Point]) -> Scene:
    """Learning curves, as in Figure 6: solid for the test error, dashed for the training error; means of the seeds."""
    highest = max(max(each.train_error, each.test_error) for each in found)
    plots = []
    for kind in ("plain", "ResNet"):
        series = []
        for depth, color in COLORS.items():
            of = [each for each in found if each.network == f"{kind}-{depth}"]
            tests, trains = curve(of, "test_error"), curve(of, "train_error")
            series += [
                Series(f"{kind}-{depth} test", tests, color=color),
                Series("train", trains, color=color, dashed=True),
            ]
        y = Axis("error", unit=" %", low=0.0, high=highest)
        plots.append(plot(series, Axis("epoch"), y, title=f"{kind} networks of {SHALLOW} and {DEEP} layers"))
    return beside(plots, "Learning curves of plain and residual networks")


def curve(found: Sequence[Point], error: str) -> tuple[tuple[float, float], ...]:
    """The mean error over the seeds, epoch by epoch."""
    epochs = sorted({each.epoch for each in found})
    return tuple((float(epoch), mean(getattr(p, error) for p in found if p.epoch == epoch)) for epoch in epochs)
