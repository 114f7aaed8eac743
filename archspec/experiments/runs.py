"""The trainings of an experiment: each a run in its own folder, several at a time, none done twice."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from torch import Tensor

from archspec.backends.torch.module import module
from archspec.experiments import Settings
from archspec.experiments.crew import places, work
from archspec.experiments.images import Images, images
from archspec.experiments.subjects import Subject
from archspec.graph import Graph
from archspec.recipes.schedule import total_steps
from archspec.training import folder, metrics
from archspec.training.batch import Batch
from archspec.training.checkpoint import LAST
from archspec.weights import open_weights


class Run(NamedTuple):
    """One training: a network and a seed."""

    subject: Subject
    seed: int
    folder: Path
    steps: int
    """How long it takes."""

    @property
    def name(self) -> str:
        """What a person calls it."""
        return f"{self.subject.name}, seed {self.seed}"

    @property
    def done(self) -> int:
        """The steps that its table of figures says are done."""
        rows = metrics.rows(self.folder) if (self.folder / metrics.METRICS).exists() else []
        return rows[-1].step if rows else 0

    def words(self, settings: Settings) -> list[str]:
        """The command that trains it, or goes on with it."""
        recipe = ["--recipe", settings.recipe] if settings.recipe else []
        place = ["--seed", str(self.seed), "--resume", "--output", str(self.folder)]
        return ["train", self.subject.spec, "--data", settings.data, *recipe, *place]


class Epoch(NamedTuple):
    """What a run came to."""

    number: int
    train_error: float
    """Per cent."""
    test_error: float


class Trained(NamedTuple):
    """A network at the end of its run."""

    subject: Subject
    seed: int
    graph: Graph
    """It ends in logits."""
    state: dict[str, Tensor]
    curve: tuple[Epoch, ...]
    images: Images
    test: list[Batch]
    """The images that it is tested on."""

    @property
    def name(self) -> str:
        """The network's."""
        return self.subject.name


def train(settings: Settings, subjects: Sequence[Subject]) -> list[Trained]:
    """Train networks with every seed, or go on, or take what is there, and load them: by network, then by seed.

    Raises Problem: E602, E620, E621, E622, E623 for the data and the recipe, E624 where a folder holds another run,
    E626 where training fails.
    """
    prepared = images(settings)
    recipe = prepared.asked.recipe
    steps = total_steps(recipe, len(prepared.found.train) // recipe.batch)
    runs = [
        Run(subject, seed, settings.folder / "runs" / f"{subject.spec.replace(':', '-')}-seed{seed}", steps)
        for subject in subjects
        for seed in range(settings.seeds)
    ]
    for run in runs:
        check(run, prepared)
    waiting = [run for run in runs if run.done < steps]

    def show() -> None:
        done = [run.done for run in waiting]
        part = sum(done) / max(1, steps * len(done))
        settings.show(f"training: {done.count(steps)} of {len(done)} networks done, {100 * part:.0f} % of all steps")

    # the deepest take longest, so they go first
    order = sorted(waiting, key=lambda run: -run.subject.depth)
    work([(run.name, run.words(settings)) for run in order], places(settings.jobs), show)
    test = prepared.batches(prepared.found.test)
    return [loaded(run, prepared, test) for run in runs]


def check(run: Run, prepared: Images) -> None:
    """Raises Problem E624 where a run's folder holds another one."""
    if (run.folder / folder.RUN).exists():
        asked = replace(prepared.asked.asked, seed=run.seed)
        folder.same(run.folder, replace(prepared.asked, graph=run.subject.network().graph, asked=asked))


def loaded(run: Run, prepared: Images, test: list[Batch]) -> Trained:
    """A network with the weights of its last step."""
    graph = run.subject.graph()
    network = module(graph, open_weights(str(run.folder / LAST), 0, graph)).to(prepared.device)
    curve = tuple(Epoch(round(row.epoch), row.train_error, row.test_error) for row in metrics.rows(run.folder))
    return Trained(run.subject, run.seed, graph, network.state_dict(), curve, prepared, test)
