"""Whether labelled images go with a network: their channels, their labels, and the maps of those."""

from operator import gt, lt
from typing import Any

from numpy.typing import NDArray

from archspec.data import Sample
from archspec.data.fitting import check_fit, check_labels
from archspec.diagnostics import problem
from archspec.training.frame import Frame


def check(name: str, sample: Sample, frame: Frame, ignore: int) -> None:
    """Compare an example, or several of one size, with a network. Raises Problem E622 where they do not go together."""
    mapped = sample.label.ndim == sample.image.ndim - 1
    check_fit(name, frame.wanted, sample.image.shape[-3], maps=mapped)
    check_labels(name, sample.label, frame.wanted, ignore)
    if sample.weight is not None and sample.weight.shape != sample.label.shape:
        found = f"{by(sample.weight.shape)} and {by(sample.label.shape)}"
        raise problem("E622", f"weights and labels of {name} are maps of different sizes", found)


def check_alike(name: str, sample: Sample) -> None:
    """Raises Problem E622 where an image and its map of labels, which are changed together, differ in size."""
    size, found = sample.image.shape[-2:], sample.label.shape
    if len(found) == 2 and found != size:
        help = "`elastic` and `resize` in the recipe need a label for each pixel"
        raise problem("E622", f"the labels of {name} are a map of another size", f"{by(found)}, not {by(size)}", help)


def check_size(name: str, size: tuple[int, int], frame: Frame, fit: str) -> None:
    """Raises Problem E622 for an image whose size a recipe's `fit` does not make that of the network's input."""
    smaller, larger = (any(map(compare, size, frame.size)) for compare in (lt, gt))
    wrong, help = {
        "exact": (smaller or larger, 'or `fit = "crop"` in the recipe, which cuts it'),
        "crop": (smaller, f"or `resize = {max(frame.size)}` in the recipe"),
        "ignore": (larger, "or `resize` in the recipe, which makes it smaller"),
        "mirror": (False, ""),
    }[fit]
    if wrong:
        help = f"`--input {by(size)}` has the network take it, {help}"
        found = f"it is {by(size)}, the input is {by(frame.size)}"
        raise problem("E622", f"{name} has another size than the network's input", found, help)


def place(name: str, label: NDArray[Any], size: tuple[int, int], frame: Frame) -> tuple[int, int]:
    """Where the network's map begins on a map of labels of an image of this size that begins where the input does.

    Labels may be there for the image's pixels, or for those of the network's map alone. Raises Problem E622 for
    others.
    """
    found = label.shape[-2:]
    if found == frame.map and frame.size == size:
        return 0, 0
    if found != size or frame.offset is None or frame.map is None:
        maps = f"{by(frame.map or ())}" if frame.offset is None else f"{by(frame.map or ())} or {by(size)}"
        raise problem("E622", f"the labels of {name} are a map of another size", f"{by(found)}, where {maps} fits")
    return frame.offset


def by(size: tuple[int, ...]) -> str:
    """Rows and columns as specs write them: 224x224."""
    return "x".join(map(str, size))
