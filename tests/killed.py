"""Train, be killed, go on, be killed: `python tests/killed.py FOLDER KILLS SEED`, in processes forked from one that has
imported everything. Prints how often a process was killed at a step, and how often at any moment."""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import sklearn.datasets  # noqa: F401
import torch

from archspec.network import load
from archspec.recipes import Optimizer, Preparation, Recipe, Schedule
from archspec.training.machine import Machine
from archspec.training.plan import planned
from archspec.training.run import Keeping, train
from archspec.weights.gaussian import Seeded

SPEC = """net killed
input 8x8 gray
default conv bias=no -> bn relu
conv3-8
conv3-16/2
conv3-16
dropout(0.2)
avgpool(global)
FC-10
softmax
"""
RECIPE = Recipe(
    epochs=3,
    batch=96,
    accumulate=2,
    optimizer=Optimizer(rate=0.05, weight_decay=1e-4, clip=1.0, bias_rate=2.0),
    schedule=Schedule(kind="cosine", warmup=5),
    data=Preparation(pad=1, flip=True, scale="deviation"),
)
"""Whatever a run may depend on: dropout, statistics, momentum, a schedule, random cuts, batches in parts."""


def once(folder: Path, at: Callable[[int], object]) -> None:
    """Go on with the run in a folder; `at` is told of each step."""
    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    spec = folder.with_suffix(".arch")
    spec.write_text(SPEC)
    settings, data = planned(load(spec).graph, "digits", RECIPE, 0, "he")
    keeping = Keeping(folder, resume=True, steps=4)
    train(settings, data, Machine("cpu"), keeping, Seeded(0), lambda done: at(done.step))


def child(folder: Path, at: Callable[[int], object]) -> int:
    """A process that goes on with the run."""
    pid = os.fork()
    if pid:
        return pid
    try:
        once(folder, at)
    except BaseException as error:
        print(f"failed: {error!r}", file=sys.stderr)
        os._exit(1)
    os._exit(0)


def main(folder: Path, kills: int, seed: int) -> None:
    """Kill so many processes, in turn after a random step and at a random moment; a run that was done all the same is
    followed by another. All runs come to their ends."""
    chance = random.Random(seed)
    counts, number = [0, 0], 0
    while sum(counts) < kills:
        which = sum(counts) % 2
        pid = child(folder / f"run{number}", dying(chance.randrange(1, 12)) if which else lambda step: None)
        if not which:
            time.sleep(chance.uniform(0.05, 0.6))
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        counts[which] += os.WIFSIGNALED(status)
        number += not os.WIFSIGNALED(status)
    _, status = os.waitpid(child(folder / f"run{number}", lambda step: None), 0)
    print(counts[1], counts[0])
    sys.exit(os.waitstatus_to_exitcode(status))


def dying(steps: int) -> Callable[[int], object]:
    """Kills its process after so many steps of it."""
    taken: list[int] = []

    def at(step: int) -> None:
        taken.append(step)
        if len(taken) == steps:
            os.kill(os.getpid(), signal.SIGKILL)

    return at


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
