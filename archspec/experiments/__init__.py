"""The lecture's experiments, run from specs: what is claimed, what was found, and whether it held. One file each."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, Protocol, cast

from archspec.diagnostics import problem
from archspec.experiments.outcome import Outcome
from archspec.language.suggest import did_you_mean

EXPERIMENTS = {
    "degradation": "train plain and residual networks of 20 and 56 layers (He et al. 2016, Figures 1 and 6)",
    "lesion": "take layers and blocks out of the trained networks, and shuffle blocks (Veit et al. 2016, 4.1 and 4.2)",
    "gradients": "the gradient of each layer at initialization, with and without batch normalization",
    "ensembles": "the gradient that the paths of each length carry (Veit et al. 2016, section 4.3)",
}


class Settings(NamedTuple):
    """What is asked of an experiment."""

    data: str = "digits"
    recipe: str | None = None
    """A shipped name or a path; that of the data set unless told."""
    seeds: int = 3
    """How often all is done: with the seeds 0, 1, ..."""
    jobs: int | None = None
    """Trainings at a time; as many as there are GPUs, or processors where there is none, unless told."""
    folder: Path = Path("experiments/digits")
    """Where the trained networks lie, those that are there already too."""
    show: Callable[[str], None] = lambda text: None
    """Told now and then how far it is."""


class Experiment(Protocol):
    """What the file of an experiment provides."""

    def run(self, settings: Settings) -> Outcome: ...


def experiment(name: str) -> Experiment:
    """The experiment of this name. Raises Problem E602 where there is none."""
    if name not in EXPERIMENTS:
        help = did_you_mean(name, EXPERIMENTS) or f"there is {', '.join(EXPERIMENTS)}"
        raise problem("E602", f"there is no experiment `{name}`", help=help)
    return cast(Experiment, import_module(f"archspec.experiments.{name}"))
