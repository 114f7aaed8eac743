"""Sets of labelled images, as NumPy arrays or files: one set, one file. Nothing here knows of PyTorch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast, runtime_checkable

from archspec.diagnostics import needed, problem
from archspec.language.suggest import did_you_mean

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Sample(NamedTuple):
    """One image and what it shows."""

    image: "NDArray[Any]"
    """C x H x W: uint8 from 0 to 255, or float32."""
    label: "NDArray[Any]"
    """A class, from 0 on: one number, or H x W for a class of each pixel."""
    weight: "NDArray[Any] | None" = None
    """H x W: what the loss of each pixel is multiplied by."""


class Examples(Protocol):
    """The labelled images of a split. Raises Problem E621 for one that cannot be read."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> Sample: ...


@runtime_checkable
class Named(Protocol):
    """Examples that have names: those of their files."""

    def name(self, index: int) -> str: ...


def named(examples: Examples, index: int) -> str:
    """What an example is called where it does not suit."""
    return examples.name(index) if isinstance(examples, Named) else f"image {index} of the set"


@dataclass(frozen=True, eq=False)
class Arrays:
    """Labelled images of one size, all in memory."""

    images: "NDArray[Any]"
    """N x C x H x W: uint8 from 0 to 255, or float32."""
    labels: "NDArray[Any]"
    """N, or N x H x W."""
    weights: "NDArray[Any] | None" = None
    """N x H x W."""

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> Sample:
        weight = None if self.weights is None else self.weights[index]
        return Sample(self.images[index], self.labels[index], weight)

    def part(self, indices: "NDArray[Any]") -> "Arrays":
        """Some of them."""
        return Arrays(
            self.images[indices], self.labels[indices], None if self.weights is None else self.weights[indices]
        )


class Subset:
    """Some of the examples."""

    def __init__(self, examples: Examples, indices: Sequence[int]) -> None:
        self.examples, self.indices = examples, indices

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: int) -> Sample:
        return self.examples[self.indices[index]]

    def name(self, index: int) -> str:
        """That of the example in the whole."""
        return named(self.examples, self.indices[index])


@dataclass(frozen=True, eq=False)
class DataSet:
    """A set of labelled images, for training and for testing."""

    name: str
    """As it was asked for: `digits`, `cifar10:data`."""
    train: Examples
    test: Examples
    classes: tuple[str, ...]
    """Their names; empty where the set does not say how many there are."""
    digest: str
    """SHA-256 of what it holds, in hexadecimal: what is trained on one set is not continued on another."""


class Wanted(NamedTuple):
    """What a network takes and gives."""

    input: tuple[int, int, int]
    """C x H x W."""
    classes: int
    map: tuple[int, int] | None = None
    """The size of the map of classes that it gives; None where it gives one class for an image."""


Opener = Callable[[str, str, Wanted, int], DataSet]
"""Opens a set: how it was asked for in full, what was told behind the colon, what the network wants, and a seed."""

SETS = {
    "digits": "scikit-learn's handwritten digits, 8x8, 10 classes; digits:32x32x3 enlarges them",
    "cifar10": "CIFAR-10, binary version; cifar10:FOLDER where it is not in ./data",
    "cifar10-layout": "cifar10-layout:FOLDER, other images in the files of CIFAR-10, of which no checksum is known",
    "folder": "folder:PATH, images in folders named by class, or with a map of classes for each",
    "npz": "FILE.npz or npz:FILE, arrays of NumPy",
    "synthetic": "made up from the seed; synthetic:N for N examples",
}
"""The sets there are, each the file of that name here, with `_` for `-`."""


def open_data(asked: str, wanted: Wanted, seed: int = 0) -> DataSet:
    """The set that a user names: `digits`, `cifar10:FOLDER`, `folder:PATH`, `FILE.npz`, `synthetic:N`.

    Raises Problem: E602 for one that is not known, E620 where it is not there, E621 where a file of it is damaged,
    E622 where it does not fit the network.
    """
    name, rest = known(asked)
    with needed("`pip install archspec-nn[train]`"):
        opener = cast(Opener, import_module(f"archspec.data.{name.replace('-', '_')}").open)
    return opener(asked, rest, wanted, seed)


def known(asked: str) -> tuple[str, str]:
    """The name of a set among those there are, and what is told behind it. Raises Problem E602 where there is none."""
    name, _, rest = asked.partition(":")
    if name in SETS:
        return name, rest
    if asked.lower().endswith(".npz"):
        return "npz", asked
    help = did_you_mean(name, SETS) or f"there is {', '.join(SETS)}"
    raise problem("E602", f"there is no data set `{asked}`", help=help)
