"""The back ends, one to a folder: a folder dropped in here is known from then on.

Each folder is a module with

* `FORMATS`: what `--to` may ask it for, and the ending of the file that it writes;
* `MODE`: what it is for unless a user says otherwise: `train`, or `eval` for inference;
* `OPTIONS`: the options of `archspec build` that are its own;
* `build(graph, path, format, weights, options)`: write the file (whole or not at all) and give back the paths
  of all files written; `options` may hold the `mode` too. Raises Problem for what the user can mend.

Importing such a module must be cheap: what a back end needs (torch, onnx) is imported when it builds.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, NamedTuple, Protocol, cast

from archspec.graph import Graph
from archspec.weights import Weights

MODES = ("train", "eval")
"""What a network can be built for; `eval` is inference."""


class Option(NamedTuple):
    """An option of `archspec build` that belongs to one back end: `external_data` is `--external-data`."""

    name: str
    help: str
    default: Any = None
    type: type = str
    choices: tuple[str, ...] | None = None


class Backend(Protocol):
    """What a back end's folder provides."""

    FORMATS: Mapping[str, str]
    MODE: str
    OPTIONS: Sequence[Option]

    def build(
        self, graph: Graph, path: Path, format: str, weights: Weights, options: Mapping[str, Any]
    ) -> list[Path]: ...


@cache
def backends() -> tuple[Backend, ...]:
    """Every back end, in alphabetical order of the folders."""
    names = sorted(found.name for found in iter_modules(__path__))
    return tuple(cast(Backend, import_module(f"{__name__}.{name}")) for name in names)


@cache
def formats() -> dict[str, Backend]:
    """Which back end writes which format."""
    return {name: backend for backend in backends() for name in backend.FORMATS}
