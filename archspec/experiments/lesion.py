"""Networks without some of their parts, and with parts in another order (Veit et al. 2016, sections 4.1 and 4.2).

Each layer of plain-20 and each module of ResNet-56 is taken out of the trained network in turn, then several modules at
random, then modules swap places. Nothing is trained again.
"""

from collections.abc import Iterator, Sequence
from statistics import mean, median

from numpy.random import default_rng

from archspec.experiments import Settings
from archspec.experiments.deletion import error, remaining, units, with_weights
from archspec.experiments.gradual import SMOOTH, Growth, gradual
from archspec.experiments.lesion_plots import figures
from archspec.experiments.lesions import Lesion, chosen, graded, mean_error
from archspec.experiments.outcome import Claim, Measured, Outcome
from archspec.experiments.runs import Trained, train
from archspec.experiments.setting import described
from archspec.experiments.shuffling import exchangeable, order_kept, reordered, swapped
from archspec.experiments.subjects import DEEP, SHALLOW, subject
from archspec.graph.residual import modules
from archspec.op import Mismatch
from archspec.report.tabular import Line, Table

MOST = 20
"""Modules that are taken out together, and pairs that swap places."""
DRAWS = 12
"""Random choices of as many modules, or pairs."""
BROKEN, UNTOUCHED = 60.0, 3.0
"""Per cent of error, and points above that of the whole network."""


def run(settings: Settings) -> Outcome:
    """Train what is not there yet, and measure. Raises Problem: E602, E620, E621, E624, E625, E626."""
    plain, residual = subject(settings.data, "plain", SHALLOW), subject(settings.data, "residual", DEEP)
    trained = train(settings, [plain, residual])
    found: list[Lesion] = []
    for each in trained:
        settings.show(f"{each.name}, seed {each.seed}")
        found += single(each)
        if each.subject.kind == "residual":
            found += several(each)
            found += shuffled(each)
    return Outcome(
        "Lesions",
        (table(found),),
        claims(found),
        figures(found),
        Measured(Lesion._fields, found),
        described(settings, trained[0].images),
        (*stuck(trained[0]), NOTE),
    )


NOTE = (
    "A module loses its branch and keeps its shortcut; a layer of the plain network goes with its batch normalization "
    "and its relu. The paper takes apart VGG and a network of pre-activation modules."
)


def parts(trained: Trained) -> dict[str, list[str]]:
    """What can be taken out of a network, by its name: its residual modules, or else its convolutions."""
    found = modules(trained.graph)
    if found:
        return {path.rpartition(".")[0]: [path] for path in found}
    return {unit[0]: list(unit) for unit in units(trained.graph)}


def single(trained: Trained) -> Iterator[Lesion]:
    """The whole network, then the network without each part that can go."""
    whole = error(with_weights(trained.graph, trained.state), trained.test)
    yield Lesion("whole", trained.name, trained.seed, "", 0, 1.0, whole)
    for name, paths in parts(trained).items():
        try:
            graph = remaining(trained.graph, paths)
        except Mismatch:
            continue  # it changes the shape: `stuck` says so
        found = error(with_weights(graph, trained.state), trained.test)
        yield Lesion("one", trained.name, trained.seed, name, 0, 1.0, found)


def stuck(trained: Trained) -> Iterator[str]:
    """A sentence on the parts that cannot be taken out."""
    names = []
    for name, paths in parts(trained).items():
        try:
            remaining(trained.graph, paths)
        except Mismatch:
            names.append(name)
    if names:
        yield f"Of {trained.name} {', '.join(names)} cannot go: they change the shape."


def several(trained: Trained) -> Iterator[Lesion]:
    """The network without some modules, chosen at random."""
    paths = list(modules(trained.graph))
    for many in range(1, min(MOST, len(paths)) + 1):
        for draw in range(DRAWS):
            chosen = default_rng([trained.seed, many, draw]).choice(len(paths), many, replace=False)
            graph = remaining(trained.graph, [paths[each] for each in chosen])
            found = error(with_weights(graph, trained.state), trained.test)
            yield Lesion("several", trained.name, trained.seed, str(many), draw, 1.0, found)


def shuffled(trained: Trained) -> Iterator[Lesion]:
    """The network with pairs of modules of the same shape swapped, chosen at random."""
    groups, network = exchangeable(trained.graph), with_weights(trained.graph, trained.state)
    for swaps in range(1, MOST + 1):
        for draw in range(DRAWS):
            orders = swapped(groups, swaps, default_rng([trained.seed, swaps, draw]))
            network.load_state_dict(reordered(trained.state, groups, orders), assign=True)
            found = error(network, trained.test)
            yield Lesion("shuffled", trained.name, trained.seed, str(swaps), draw, order_kept(orders), found)


def pairs(found: Sequence[Lesion]) -> list[tuple[str, int]]:
    """The networks and seeds, once each."""
    return list(dict.fromkeys((each.network, each.seed) for each in found))


def table(found: Sequence[Lesion]) -> Table:
    """What one deletion does."""
    lines = []
    for network, seed in pairs(found):
        (whole,) = chosen(found, network, seed, "whole")
        ones = [each.error for each in chosen(found, network, seed, "one")]
        figures = (whole.error, median(ones), mean(ones), max(ones))
        lines.append(Line((network, str(seed), *(f"{each:.1f}" for each in figures), str(len(ones)))))
    headings = ("network", "seed", "whole", "median", "mean", "largest", "parts")
    title = "Test error in per cent: whole, and without one layer (plain) or one module (ResNet)"
    return Table(title, headings, (False, *(True,) * 6), tuple(lines), (), ())


def claims(found: Sequence[Lesion]) -> tuple[Claim, ...]:
    """What the paper says, and whether it held for every seed."""
    of_plain, of_residual = (
        [pair for pair in pairs(found) if pair[0].startswith(name)] for name in ("plain", "ResNet")
    )
    layers = [typical(found, *pair) for pair in of_plain]
    modules = [typical(found, *pair) - chosen(found, *pair, "whole")[0].error for pair in of_residual]
    growth = [growing(chosen(found, *pair, "several")) for pair in of_residual]
    disorder = [growing(chosen(found, *pair, "shuffled")) for pair in of_residual]
    return (
        Claim(
            f"without one layer plain-20 is broken: median test error of {BROKEN:.0f} % or more",
            "Veit et al. 2016, section 4.1, Figure 3",
            ", ".join(f"{each:.1f} %" for each in layers),
            all(each >= BROKEN for each in layers),
        ),
        Claim(
            f"without one module ResNet-56 hardly changes: median test error {UNTOUCHED:.0f} points above the whole "
            "network's at most",
            "Veit et al. 2016, section 4.1, Figure 3",
            ", ".join(f"{each:+.1f}" for each in modules),
            all(each <= UNTOUCHED for each in modules),
        ),
        Claim(
            f"the error grows smoothly with the number of modules taken out ({SMOOTH})",
            "Veit et al. 2016, section 4.2, Figure 5a",
            "; ".join(map(str, growth)),
            all(each.holds for each in growth),
        ),
        Claim(
            f"the error grows smoothly with the disorder of the modules ({SMOOTH})",
            "Veit et al. 2016, section 4.2, Figure 5b",
            "; ".join(map(str, disorder)),
            all(each.holds for each in disorder),
        ),
    )


def typical(found: Sequence[Lesion], network: str, seed: int) -> float:
    """The median error of a network without one part."""
    return median(each.error for each in chosen(found, network, seed, "one"))


def growing(found: Sequence[Lesion]) -> Growth:
    """How the error changes from the least changed networks to the most changed ones."""
    return gradual([mean_error(group) for group in graded(found)])
