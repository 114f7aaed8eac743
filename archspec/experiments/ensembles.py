"""Which paths carry the gradient: short ones (Veit et al. 2016, section 4.3, Figure 6).

The number of paths of each length is counted exactly; how much gradient goes through one is sampled.
"""

from collections.abc import Sequence
from itertools import accumulate
from statistics import mean
from typing import NamedTuple

from numpy.random import default_rng

from archspec.analysis.paths import paths
from archspec.experiments import Settings
from archspec.experiments.deletion import with_weights
from archspec.experiments.outcome import Claim, Measured, Outcome
from archspec.experiments.runs import Trained, train
from archspec.experiments.setting import described
from archspec.experiments.single_paths import Backward, magnitude
from archspec.experiments.subjects import DEEP, subject
from archspec.figures.scene import Scene
from archspec.plots import Axis, Series, plot
from archspec.plots.beside import beside
from archspec.report.tabular import Line, Table

IMAGES = 64
"""Training images whose gradient is taken."""
DRAWS = 32
"""Paths of each length that are measured, for each seed."""
MOST = 95.0
"""Per cent of the gradient that counts as almost all."""


class Length(NamedTuple):
    """The paths of one length through one trained network."""

    seed: int
    length: int
    """Residual modules whose branches they take."""
    paths: int
    norm: float
    """Of the gradient at an image that comes through one path: the mean over paths and images."""
    share: float
    """Per cent of what all paths carry: their number times that norm."""


def run(settings: Settings) -> Outcome:
    """Train what is not there yet, and measure. Raises Problem: E602, E620, E621, E624, E625, E626."""
    trained = train(settings, [subject(settings.data, "residual", DEEP)])
    found: list[Length] = []
    for each in trained:
        settings.show(f"{each.name}, seed {each.seed}")
        found += lengths(each)
    return Outcome(
        "The gradient by the length of paths",
        (table(found),),
        claims(found),
        {"paths": figure(found)},
        Measured(Length._fields, found),
        described(settings, trained[0].images),
        (NOTE,),
    )


NOTE = (
    f"Through each of {DRAWS} random paths of every length the gradient of the loss of {IMAGES} training images is "
    "taken back to the images, in the trained network in evaluation mode. The paper does so for the 54 modules of a "
    "network of 110 layers, where paths of 5 to 17 modules carry almost all; that the error grows smoothly with the "
    "number of modules taken out is part of the experiment `lesion`."
)


def lengths(trained: Trained) -> list[Length]:
    """What the paths of each length carry."""
    (batch,) = trained.images.batches(trained.images.found.train, IMAGES)
    network = with_weights(trained.graph, trained.state)
    backward = Backward(network, trained.graph, batch.images, batch.labels)
    counts = [int(count) for count in paths(trained.graph).counts]
    norms = [sampled(backward, length, len(counts) - 1, trained.seed) for length in range(len(counts))]
    total = sum(count * norm for count, norm in zip(counts, norms, strict=True))
    return [
        Length(trained.seed, length, count, norm, 100 * count * norm / total if total else 0.0)
        for length, (count, norm) in enumerate(zip(counts, norms, strict=True))
    ]


def sampled(backward: Backward, length: int, modules: int, seed: int) -> float:
    """The gradient's norm through random paths of a length, on average."""
    choices = (default_rng([seed, length, draw]).choice(modules, length, replace=False) for draw in range(DRAWS))
    return mean(magnitude(backward.through({int(each) for each in choice})) for choice in choices)


def by_seed(found: Sequence[Length]) -> list[list[Length]]:
    """The lengths of each network, shortest first."""
    return [[each for each in found if each.seed == seed] for seed in dict.fromkeys(each.seed for each in found)]


def below_mean(lengths: Sequence[Length]) -> float:
    """Per cent of the gradient on paths shorter than the mean length of all paths."""
    middle = sum(each.length * each.paths for each in lengths) / sum(each.paths for each in lengths)
    return sum(each.share for each in lengths if each.length < middle)


def carriers(lengths: Sequence[Length]) -> tuple[int, int]:
    """The lengths that are left when as many as may be, with no more gradient than is not counted, go off both ends."""
    spare = (100 - MOST) / 2
    low = sum(below <= spare for below in accumulate(each.share for each in lengths))
    high = sum(above <= spare for above in accumulate(each.share for each in reversed(lengths)))
    return low, len(lengths) - 1 - high


def table(found: Sequence[Length]) -> Table:
    """Which lengths carry the gradient, seed by seed."""
    lines = []
    for each in by_seed(found):
        low, high = carriers(each)
        share = 100 * sum(one.paths for one in each[low : high + 1]) / sum(one.paths for one in each)
        average = sum(one.share * one.length for one in each) / 100
        cells = (f"{low} to {high}", f"{share:.3g} %", f"{average:.1f}", f"{below_mean(each):.2f} %")
        lines.append(Line((str(each[0].seed), *cells)))
    headings = ("seed", f"{MOST:.0f} % of the gradient", "of the paths", "mean length", "below that of all")
    return Table(
        "The paths that carry the gradient of ResNet-56, by their length in modules",
        headings,
        (True,) * 5,
        tuple(lines),
        (),
        (),
    )


def claims(found: Sequence[Length]) -> tuple[Claim, ...]:
    """What the paper says, and whether it held for every seed."""
    short = [below_mean(each) for each in by_seed(found)]
    ends = [(each[0].norm, each[-1].norm) for each in by_seed(found)]
    return (
        Claim(
            f"almost all of the gradient, {MOST:.0f} % or more, comes from paths shorter than the mean length",
            "Veit et al. 2016, section 4.3, Figure 6c",
            ", ".join(f"{each:.2f} %" for each in short),
            all(each >= MOST for each in short),
        ),
        Claim(
            "the gradient through one path falls exponentially with its length: the longest carries less than a "
            "millionth of the shortest",
            "Veit et al. 2016, section 4.3, Figure 6b",
            ", ".join(f"{longest:.1e} of {shortest:.1e}" for shortest, longest in ends),
            all(longest < 1e-6 * shortest for shortest, longest in ends),
        ),
    )


def figure(found: Sequence[Length]) -> Scene:
    """The norm of the gradient through one path, and what all paths of a length carry beside how many there are."""
    seeds = by_seed(found)
    total = sum(each.paths for each in seeds[0])
    single = [(float(each[0].length), mean(one.norm for one in each)) for each in zip(*seeds, strict=True)]
    carried = [(float(each[0].length), mean(one.share for one in each)) for each in zip(*seeds, strict=True)]
    counts = tuple((float(each.length), 100 * each.paths / total) for each in seeds[0])
    label = Axis("residual modules on the path")
    return beside(
        [
            plot(
                [Series("gradient through one path", tuple(single), color="conv")],
                label,
                Axis("norm at the input", log=True),
                title="The gradient through one path, by its length",
            ),
            plot(
                [
                    Series("gradient", tuple(carried), "bars", "stage4"),
                    Series("paths", counts, color="conv", dashed=True),
                ],
                label,
                Axis("share", unit=" %", low=0.0),
                title="The share of the gradient and of the paths, by length",
            ),
        ],
        "Which paths carry the gradient of ResNet-56",
    )
