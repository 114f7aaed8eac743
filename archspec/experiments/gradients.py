"""Vanishing and exploding gradients: how large the gradient of each convolution is before any training.

With batch normalization and without it, in plain and in residual networks of 20 and of 56 layers.
"""

from collections.abc import Sequence
from statistics import geometric_mean
from typing import NamedTuple

import torch
from torch.nn import functional

from archspec.backends.torch.module import module
from archspec.experiments import Settings
from archspec.experiments.deletion import remaining
from archspec.experiments.images import images
from archspec.experiments.outcome import Claim, Measured, Outcome
from archspec.experiments.setting import described
from archspec.experiments.subjects import Subject, subjects
from archspec.figures.scene import Scene
from archspec.graph import Graph
from archspec.plots import Axis, Series, plot
from archspec.plots.beside import beside
from archspec.report.tabular import Line, Table
from archspec.training.batch import Batch
from archspec.weights import open_weights

IMAGES = 128
FEW, MANY = 10.0, 100.0
"""Factors between gradients that claims are about."""


class Measure(NamedTuple):
    """One network with the weights of one seed."""

    subject: Subject
    normalized: bool
    seed: int
    norms: tuple[float, ...]
    """Of each convolution's gradient, from the input on."""

    @property
    def ratio(self) -> float:
        """How much larger the first convolution's gradient is than the last one's."""
        return self.norms[0] / self.norms[-1]


def run(settings: Settings) -> Outcome:
    """Measure all networks. Raises Problem: E602, E620, E621."""
    found = []
    prepared = images(settings)
    (batch,) = prepared.batches(prepared.found.train, IMAGES)
    for subject in subjects(settings.data):
        whole = subject.graph()
        for graph in (whole, unnormalized(whole)):
            for seed in range(settings.seeds):
                settings.show(f"{subject.name}, seed {seed}")
                found.append(Measure(subject, graph is whole, seed, norms(graph, seed, batch)))
    return Outcome(
        "Gradients at initialization",
        (table(found),),
        claims(found),
        {"gradients": figure(found)},
        measured(found),
        described(settings, prepared),
        (NOTE,),
    )


NOTE = (
    "He et al. (2016, section 4.1) argue that plain networks with batch normalization do not suffer from vanishing "
    "gradients, and none vanish here; but at initialization theirs grow from the output to the input by a factor for "
    "each layer, as Yang et al. (2019) derive for any network of this kind."
)


def unnormalized(graph: Graph) -> Graph:
    """The network without its batch normalizations."""
    return remaining(graph, [node.path for node in graph.nodes if node.op.kind == "bn"])


def norms(graph: Graph, seed: int, batch: Batch) -> tuple[float, ...]:
    """The Euclidean norm of the loss's gradient for the weights of each convolution, from the input on."""
    network = module(graph, open_weights("he", seed, graph)).to(batch.images.device).train()
    loss = functional.cross_entropy(network(batch.images), batch.labels)
    weights = [network.get_parameter(f"{node.path}.weight") for node in graph.nodes if node.op.kind == "conv"]
    return tuple(float(gradient.norm()) for gradient in torch.autograd.grad(loss, weights))


def chosen(found: Sequence[Measure], name: str, normalized: bool) -> list[Measure]:
    """Those of one network, seed by seed."""
    return [each for each in found if each.subject.name == name and each.normalized is normalized]


def claims(found: Sequence[Measure]) -> tuple[Claim, ...]:
    """What is said of gradients, and whether it held for every seed."""

    def firsts(kind: str) -> list[float]:
        """How many times the 20-layer network's first gradient the 56-layer network's is, without normalization."""
        shallow, deep = (chosen(found, f"{kind}-{depth}", False) for depth in (20, 56))
        return [one.norms[0] / other.norms[0] for one, other in zip(deep, shallow, strict=True)]

    vanishing, exploding = firsts("plain"), firsts("ResNet")
    plain, residual = ([each.ratio for each in chosen(found, f"{kind}-56", True)] for kind in ("plain", "ResNet"))
    return (
        Claim(
            f"without batch normalization the first layer's gradient vanishes with depth: less than 1/{MANY:.0f} in "
            "plain-56 of what it is in plain-20",
            "Glorot & Bengio 2010; He et al. 2016, section 1",
            listed(vanishing),
            all(each < 1 / MANY for each in vanishing),
        ),
        Claim(
            f"without batch normalization residual networks explode: more than {FEW:.0f} times in ResNet-56 of what it "
            "is in ResNet-20",
            "Zhang, Dauphin & Ma 2019, section 2",
            listed(exploding),
            all(each > FEW for each in exploding),
        ),
        Claim(
            f"with batch normalization plain-56's gradient grows towards the input: more than {MANY:.0f} times from "
            "the last convolution to the first",
            "Yang et al. 2019",
            listed(plain),
            all(each > MANY for each in plain),
        ),
        Claim(
            f"with batch normalization ResNet-56's gradient stays within a factor of {MANY:.0f} between them",
            "He et al. 2016b, section 2",
            listed(residual),
            all(1 / MANY < each < MANY for each in residual),
        ),
    )


def listed(values: Sequence[float]) -> str:
    """Figures of the seeds."""
    return ", ".join(f"{value:.3g}" for value in values)


def table(found: Sequence[Measure]) -> Table:
    """The gradients of three layers of each network."""
    lines = []
    for normalized in (True, False):
        for name in dict.fromkeys(each.subject.name for each in found):
            of = chosen(found, name, normalized)
            places = (0, len(of[0].norms) // 2, -1)
            cells = [listed([each.norms[place] for each in of]) for place in places]
            lines.append(Line((name, "yes" if normalized else "no", *cells, listed([each.ratio for each in of]))))
    headings = ("network", "normalized", "first convolution", "middle", "last", "first / last")
    title = "Norm of the gradient of a convolution's weights, seed by seed"
    return Table(title, headings, (False,) * 6, tuple(lines), (), ())


def measured(found: Sequence[Measure]) -> Measured:
    """Every number."""
    return Measured(
        ("network", "normalized", "seed", "convolution", "norm"),
        [
            (each.subject.name, "yes" if each.normalized else "no", each.seed, number, norm)
            for each in found
            for number, norm in enumerate(each.norms, 1)
        ],
    )


def figure(found: Sequence[Measure]) -> Scene:
    """Both plots: geometric means over the seeds."""
    plots = []
    for normalized, said in ((True, "with batch normalization"), (False, "without batch normalization")):
        series = []
        for subject in dict.fromkeys(each.subject for each in found):
            columns = zip(*(each.norms for each in chosen(found, subject.name, normalized)), strict=True)
            points = tuple((float(number), geometric_mean(column)) for number, column in enumerate(columns, 1))
            color = "pool" if subject.kind == "plain" else "conv"
            series.append(Series(subject.name, points, color=color, dashed=subject.depth == 20))
        x, y = Axis("convolution, from the input"), Axis(f"norm of the gradient, {said}", log=True)
        plots.append(plot(series, x, y, title=f"Gradients {said}"))
    return beside(plots, "Gradients of convolutions at initialization")
