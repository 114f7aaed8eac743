"""Arrays of NumPy in one file: x_train, y_train, x_test, y_test, and w_train, w_test where pixels have weights."""

import zipfile
import zlib
from collections.abc import Iterable
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from archspec.data import Arrays, DataSet, Wanted
from archspec.data.fitting import check_fit, check_labels, digest
from archspec.diagnostics import Problem, problem
from archspec.files import is_there, regular

SPLITS = ("train", "test")
NEEDED = tuple(f"{letter}_{split}" for split in SPLITS for letter in "xy")
WEIGHTS = tuple(f"w_{split}" for split in SPLITS)
HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
LARGEST = 8 * 2**30
"""Bytes that the arrays may take in memory."""
LAYOUT = "numpy.savez(FILE, x_train=..., y_train=..., x_test=..., y_test=...), where x is N x C x H x W or N x H x W"


def open(asked: str, rest: str, wanted: Wanted, seed: int) -> DataSet:
    """The arrays of a file.

    Images are N x C x H x W, or N x H x W where they are gray: uint8 from 0 to 255, or float32 or float64. Labels are
    integers from 0 on: N, or N x H x W. Raises Problem: E620 where the file is not there, E501 where its arrays would
    fill the memory, E621 where one is missing or something else, E622 where they do not fit the network.
    """
    path = Path(rest)
    if not rest or not is_there(path):
        raise problem("E620", f"the data set {asked} is not there", f"there is no file {path}", f"write it: {LAYOUT}")
    found = loaded(path)
    train, test = (split(path, found, name, wanted) for name in SPLITS)
    for name, part in zip(SPLITS, (train, test), strict=True):
        check_fit(asked, wanted, part.images.shape[1], maps=part.labels.ndim == 3)
        check_labels(f"y_{name} of {path}", part.labels, wanted)
    arrays = (array for part in (train, test) for array in (part.images, part.labels, part.weights))
    return DataSet(asked, train, test, (), digest(*arrays))


def loaded(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays, by name. Raises Problem: E621 where one is damaged or missing, E501 where they are too large."""
    with regular(path) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                held = {name[:-4] for name in archive.namelist() if name.endswith(".npy")}
                missing = ", ".join(name for name in NEEDED if name not in held)
                if missing:
                    found = f"found {', '.join(sorted(held)) or 'nothing'}; expected {missing} too"
                    raise problem("E621", f"{path} is not whole", found, LAYOUT)
                names = [name for name in (*NEEDED, *WEIGHTS) if name in held]
                check_room(path, archive, names)
                return {name: array(archive, name) for name in names}
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError) as error:
            raise damaged(path, str(error)) from None


def check_room(path: Path, archive: zipfile.ZipFile, names: Iterable[str]) -> None:
    """Raise Problem E501 where arrays are too large together, E621 where one is not what its header says."""
    total = 0
    for name in names:
        with archive.open(f"{name}.npy") as file:
            version = npy.read_magic(file)
            if version not in HEADERS:
                raise damaged(
                    path, f"{name} is in version {version[0]}.{version[1]} of the format, expected 1.0 or 2.0"
                )
            shape, _, dtype = HEADERS[version](file)
            size, held = prod(shape) * dtype.itemsize, archive.getinfo(f"{name}.npy").file_size - file.tell()
        if dtype.hasobject:
            raise damaged(path, f"{name} holds pickled objects of Python, which are not read; expected numbers")
        if size != held:
            raise damaged(path, f"{name} has {held:,} bytes, expected {size:,} for {shape} of {dtype}")
        total += size
    if total > LARGEST:
        found = f"{total:,} bytes, at most {LARGEST:,} are held in memory"
        raise problem("E501", f"{path} is too large", found, "`--data folder:PATH` reads images one at a time")


def array(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    """An array, whose header has been looked at."""
    with archive.open(f"{name}.npy") as file:
        return np.asarray(npy.read_array(file, allow_pickle=False))


def split(path: Path, found: dict[str, NDArray[Any]], name: str, wanted: Wanted) -> Arrays:
    """The examples of a split. Raises Problem: E621 for arrays that are no images or no labels, or of other sizes."""
    images = pictures(path, f"x_{name}", found[f"x_{name}"], wanted)
    labels = found[f"y_{name}"]
    if labels.dtype.kind not in "iu":
        raise damaged(path, f"y_{name} is of {labels.dtype}, expected integers")
    weights = found.get(f"w_{name}")
    sizes = f"{len(images)}", extent(images[:, 0])
    if extent(labels) not in sizes:
        raise damaged(path, f"y_{name} is {extent(labels)} for {extent(images)} images, expected {' or '.join(sizes)}")
    if labels.size and labels.min() < 0:
        raise damaged(path, f"y_{name} holds {labels.min()}, expected numbers from 0 on")
    if weights is not None:
        if labels.ndim == 1 or weights.shape != labels.shape:
            raise damaged(
                path, f"w_{name} is {extent(weights)} for {extent(labels)} labels, expected as many as pixels"
            )
        weights = real(path, f"w_{name}", weights)
    return Arrays(images, labels.astype(np.int64), weights)


def pictures(path: Path, name: str, images: NDArray[Any], wanted: Wanted) -> NDArray[Any]:
    """Images as N x C x H x W. Raises Problem E621 where they are something else."""
    if images.ndim == 3:
        images = images[:, None]
    if images.ndim != 4 or not images.size:
        raise damaged(path, f"{name} is {extent(images)}, expected N x C x H x W, or N x H x W for gray images")
    if images.shape[1] != wanted.input[0] == images.shape[3]:  # else it would be said of the channels alone
        found = f"{name} is {extent(images)}, expected N x C x H x W with C = {wanted.input[0]}"
        raise problem("E622", "the data do not fit the network", found, f"write `{name}.transpose(0, 3, 1, 2)`")
    return images if images.dtype == np.uint8 else real(path, name, images)


def real(path: Path, name: str, numbers: NDArray[Any]) -> NDArray[np.float32]:
    """Numbers as float32. Raises Problem E621 for other types, and for infinite ones and those that are none."""
    if numbers.dtype not in (np.float32, np.float64):
        raise damaged(path, f"{name} is of {numbers.dtype}, expected {'uint8, ' * (name[0] == 'x')}float32 or float64")
    with np.errstate(over="ignore"):
        numbers = numbers.astype(np.float32)
    if not np.isfinite(numbers).all():
        raise damaged(path, f"{name} holds numbers that are not finite in float32")
    return numbers


def extent(array: NDArray[Any]) -> str:
    """A shape, `100x3x32x32`."""
    return "x".join(map(str, array.shape)) or "one number"


def damaged(path: Path, found: str) -> Problem:
    """Problem E621 of a file."""
    return problem("E621", f"{path} is damaged", found, LAYOUT)
