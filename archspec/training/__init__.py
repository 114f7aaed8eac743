"""Training: a checked network, a data set and a recipe, to weights. One process, or several that `torchrun` starts.

What is computed is a function of the network, the data, the recipe and the seed: a run that was cut off goes on to the
same weights, and the number of processes changes nothing but the order in which numbers are added.
"""

from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from archspec.diagnostics import needed
from archspec.network import Network, load

if TYPE_CHECKING:
    from archspec.recipes import Recipe
    from archspec.training.evaluation import Evaluated
    from archspec.training.loop import Stepped
    from archspec.training.machine import Machine
    from archspec.training.run import Trained

INSTALL = "`pip install torch scikit-learn`, or archspec with its extra `train`"
"""What to do where a package is missing."""
DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS = ("fp32", "tf32", "bf16")
WORKERS = 256
"""Processes that read images, at most."""


def train(
    network: Network | str | PathLike[str],
    folder: str | PathLike[str],
    data: str = "digits",
    recipe: "Recipe | str | None" = None,
    *,
    seed: int = 0,
    weights: str = "he",
    partly: bool = False,
    resume: bool = False,
    machine: "Machine | None" = None,
    watch: "Callable[[Stepped], None] | None" = None,
) -> "Trained":
    """Train a network, and keep what comes of it in a folder: `best.safetensors` goes into `build(weights=)`.

    `data` is named as `archspec train --data` names it, `recipe` is a shipped one, the path of a .toml file or a
    Recipe. `weights` are what training begins with: `he`, `zeros` or a file, of which `partly` takes what fits. `watch`
    is told of every step. Raises Problem: E620 to E622 for the data, E623 for the recipe, E624 where the folder holds
    another run, E625 for what it should run on, E626 where the loss stops being a number.
    """
    with needed(INSTALL):
        from archspec.training.machine import Machine
        from archspec.training.plan import beginning, planned, recipe_of
        from archspec.training.run import Keeping
        from archspec.training.run import train as start
    found = network if isinstance(network, Network) else load(network)
    asked = recipe_of(recipe, data) if recipe is None or isinstance(recipe, str) else recipe
    began = beginning(weights, seed, found.graph, partly)
    settings, opened = planned(found.graph, data, asked, seed, began.describe())
    keeping = Keeping(Path(folder), resume)
    return start(settings, opened, machine or Machine(), keeping, began, watch or (lambda done: None))


def evaluate(
    run: str | PathLike[str],
    *,
    weights: str = "best",
    onnx: str | PathLike[str] | None = None,
    data: str | None = None,
    machine: "Machine | None" = None,
) -> "Evaluated":
    """Test the network of a run: its `error`, `wrong` of `counted`. `onnx` is a file that runs in its place.

    `weights` is `best`, `last` or a .safetensors file. Raises Problem: E624 where there is no run, E601, E604 or E606
    for a file that cannot be used.
    """
    with needed(INSTALL):
        from archspec.training.evaluation import evaluate as test
    return test(Path(run), weights=weights, onnx=Path(onnx) if onnx else None, data=data, machine=machine)
