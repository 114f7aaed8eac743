"""Networks and recipes so small that a run takes a fraction of a second, and what a run leaves."""

from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors.numpy import load_file
from texts import checked

from archspec.network import Network
from archspec.recipes import Loss, Optimizer, Part, Preparation, Recipe, Schedule
from archspec.training import train

NORMALIZED = "default conv bias=no -> bn relu\nconv3-8\nconv3-16/2\navgpool(global)\nFC-10\nsoftmax"
PLAIN = "conv3-4 relu\nconv3-8/2 relu\navgpool(global)\nFC-10\nsoftmax"
PARTS: dict[str, type[Part]] = {"optimizer": Optimizer, "schedule": Schedule, "loss": Loss, "data": Preparation}


def net(layers: str, input: str = "8x8 gray") -> Network:
    """The network of these lines."""
    found = checked(f"net short\ninput {input}\n{layers}\n")
    assert found.graph
    assert found.counts
    return Network(found.graph, found.counts)


def recipe(**keys: Any) -> Recipe:
    """A recipe of eight steps at a rate of 0.1, but for these keys; tables are dictionaries."""
    length = {} if {"steps", "epochs"} & keys.keys() else {"steps": 8}
    tables = {name: PARTS[name](**keys.pop(name)) for name in list(keys) if name in PARTS}
    return Recipe(**{**length, "batch": 256, "optimizer": Optimizer(rate=0.1), **tables, **keys})


def trained(folder: Path, layers: str = PLAIN, data: str = "digits", seed: int = 0, **keys: Any) -> dict[str, Any]:
    """The last weights of a run of `recipe(**keys)`, by name."""
    train(net(layers), folder, data, recipe(**keys), seed=seed)
    return last(folder)


def last(folder: Path) -> dict[str, NDArray[Any]]:
    """The last weights of a run."""
    return load_file(folder / "last.safetensors")
