"""The folder of a run: what was asked of it, and what it came to.

`network.json` is the graph, `recipe.toml` the recipe with all its defaults, `run.json` the rest of what its numbers
depend on, `preparation.safetensors` what is subtracted from images, and what they are multiplied by then.
"""

import json
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

from safetensors.numpy import load_file, save

from archspec import __version__
from archspec.diagnostics import problem
from archspec.files import read, reason, replacing
from archspec.graph import Graph
from archspec.graph.document import read_document, write_document
from archspec.recipes import Recipe
from archspec.recipes.reading import find_recipe
from archspec.recipes.writing import toml
from archspec.training.normalize import Normalizer
from archspec.weights.store import Stored

RUN, NETWORK, RECIPE, PREPARATION = "run.json", "network.json", "recipe.toml", "preparation.safetensors"
LARGEST = 1 << 28
"""Bytes of each."""


@dataclass(frozen=True)
class Asked:
    """What the numbers of a run depend on, besides the network and the recipe."""

    data: str
    """As it was asked for."""
    digest: str
    """Of what it holds."""
    weights: str
    """What training began from: `he`, or the digest of a file."""
    seed: int


@dataclass(frozen=True)
class Settings:
    """What a run is of."""

    graph: Graph
    recipe: Recipe
    asked: Asked

    def values(self) -> dict[str, object]:
        """What it is of, by names that a person knows."""
        recipe = {f"recipe: {name}": value for name, value in self.recipe.model_dump(exclude={"about"}).items()}
        return {"network": f"{self.graph.full_name}, {self.graph.sha256[:12]}", **asdict(self.asked), **recipe}

    def differences(self, other: "Settings") -> list[str]:
        """In what another run differs from this."""
        theirs = other.values()
        return [
            f"{name}: {value} there, {theirs.get(name)} asked for"
            for name, value in self.values().items()
            if value != theirs.get(name) and name != "data"  # the same set may be called otherwise
        ]


def begin(folder: Path, settings: Settings, normalizer: Normalizer) -> None:
    """Make the folder of a new run. Raises Problem E605 where it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise problem("E605", f"cannot make {folder}", reason(error)) from None
    about = {"archspec": __version__, **asdict(settings.asked)}
    put(folder / NETWORK, write_document(settings.graph).encode())
    put(folder / RECIPE, toml(settings.recipe).encode())
    put(folder / PREPARATION, save(normalizer._asdict()))
    put(folder / RUN, (json.dumps(about, indent=2) + "\n").encode())  # the last: with it the folder is a run's


def put(path: Path, data: bytes) -> None:
    """Write a file."""
    with replacing(path) as file:
        file.write(data)


def settings(folder: Path) -> Settings:
    """What a run is of. Raises Problem E624 where the folder holds none."""
    if not (folder / RUN).exists():
        raise problem("E624", f"{folder} holds no run", help="`archspec train SPEC -o FOLDER` makes one")
    try:
        said: dict[str, Any] = json.loads(read(folder / RUN, LARGEST))
        asked = Asked(*(said[name] for name in Asked.__dataclass_fields__))
        if [type(value) for value in astuple(asked)] != [str, str, str, int]:
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise problem("E624", f"{folder / RUN} does not say what the run is of") from None
    graph = read_document(read(folder / NETWORK, LARGEST), str(folder / NETWORK))
    return Settings(graph, find_recipe(str(folder / RECIPE)), asked)


def same(folder: Path, asked: Settings) -> None:
    """Raises Problem E624 where the folder's run is of something else than what is asked for."""
    found = settings(folder).differences(asked)
    if found:
        raise problem("E624", f"the run in {folder} is another", "; ".join(found), "`-o FOLDER` names another folder")


def preparation(folder: Path) -> Normalizer:
    """What is subtracted from images, and what they are multiplied by. Raises Problem E604 where that is not there."""
    path = folder / PREPARATION
    found = {name: (entry.dtype, len(entry.shape)) for name, entry in Stored(path).entries.items()}
    if found != {"mean": ("F32", 3), "factor": ("F32", 3), "colors": ("F32", 2)}:
        raise problem("E604", f"{path} is not of a run", f"it holds {', '.join(found)[:200]}")
    return Normalizer(**load_file(path))
