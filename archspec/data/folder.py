"""Images in folders: one folder for each class, or a map of classes beside each image."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from archspec.data import DataSet, Sample, Wanted
from archspec.data.fitting import check_fit, check_labels
from archspec.data.images import ENDINGS, channels, classes_of_pixels, damaged
from archspec.diagnostics import problem
from archspec.files import is_folder, reason

IMAGES, LABELS = "images", "labels"
SYSTEM = ("Thumbs.db", "desktop.ini")
"""Files that systems leave in folders of images, besides hidden ones."""
File = tuple[Path, int | Path]
"""An image, and its class or its map of classes."""
LAYOUT = "it is train/CLASS/*.png and test/CLASS/*.png, or train/images/*.png with train/labels/*.png and test/ alike"


def open(asked: str, rest: str, wanted: Wanted, seed: int) -> DataSet:
    """Images below `train` and `test` (or `val`), which are read when they are asked for.

    Where `train` has the folders `images` and `labels`, each image has a map of classes of the same name; else each
    folder is a class. Raises Problem: E620 where they are not there, E621 where a file is not as it should be, E622
    where the classes are not the network's.
    """
    root = Path(rest or ".")
    train, test = root / "train", next((root / name for name in ("test", "val") if is_folder(root / name)), None)
    if not rest or not is_folder(train) or test is None:
        looked = f"looked for {train} and {root / 'test'} or {root / 'val'}"
        raise problem("E620", f"the data set {asked} is not there", looked, LAYOUT)
    maps = is_folder(train / IMAGES) and is_folder(train / LABELS)
    classes = () if maps else tuple(entry.name for entry in entries(train, folders=True))
    check_fit(asked, wanted, 1 if wanted.input[0] == 1 else 3, classes, maps)
    splits = [mapped(folder) if maps else labelled(folder, classes) for folder in (train, test)]
    first, second = (FolderImages(wanted, tuple(split)) for split in splits)
    return DataSet(asked, first, second, classes, digest(root, (*first.files, *second.files)))


@dataclass(frozen=True)
class FolderImages:
    """Images of files, each with its class or with the file of its map of classes."""

    wanted: Wanted
    files: tuple[File, ...]

    def __len__(self) -> int:
        return len(self.files)

    def name(self, index: int) -> str:
        """The path of an image."""
        return str(self.files[index][0])

    def __getitem__(self, index: int) -> Sample:
        path, label = self.files[index]
        image = channels(path, self.wanted.input[0])
        if isinstance(label, int):
            return Sample(image, np.asarray(label))
        map = classes_of_pixels(label)
        if map.shape != image.shape[1:]:
            sizes = ("x".join(str(side) for side in shape) for shape in (map.shape, image.shape[1:]))
            raise damaged(label, "{} pixels, expected {} as {} has".format(*sizes, path))
        check_labels(str(label), map, self.wanted)
        return Sample(image, map)


def labelled(folder: Path, classes: tuple[str, ...]) -> list[File]:
    """The images of a split with folders of classes. Raises Problem E621 for a class that training has not, or none."""
    numbers = {name: number for number, name in enumerate(classes)}
    found: list[File] = []
    for entry in entries(folder, folders=True):
        if entry.name not in numbers:
            raise damaged(entry, f"no class of this name is in {folder.with_name('train')}")
        found += [(path, numbers[entry.name]) for path in entries(entry, folders=False)]
    return found


def mapped(folder: Path) -> list[File]:
    """The images of a split with their maps of classes. Raises Problem E621 where one has none, or several."""
    labels = by_stem(folder / LABELS)
    found = by_stem(folder / IMAGES)
    for one, others, where in ((found, labels, LABELS), (labels, found, IMAGES)):
        alone = next((path for stem, path in one.items() if stem not in others), None)
        if alone:
            raise damaged(alone, f"nothing of this name is in {folder / where}")
    return [(path, labels[stem]) for stem, path in found.items()]


def by_stem(folder: Path) -> dict[str, Path]:
    """The images of a folder by name, without endings. Raises Problem E621 where two have the same."""
    found: dict[str, Path] = {}
    for path in entries(folder, folders=False):
        if path.stem in found:
            raise damaged(path, f"{found[path.stem].name} has the same name")
        found[path.stem] = path
    return found


def entries(folder: Path, folders: bool) -> list[Path]:
    """What a folder holds, sorted: folders or images. Raises Problem E621 for other than hidden files, and for none."""
    try:
        found = [path for path in sorted(folder.iterdir()) if path.name[0] != "." and path.name not in SYSTEM]
    except OSError as error:
        raise problem("E601", f"cannot read {folder}", reason(error)) from None
    for path in found:
        if folders and not is_folder(path):
            raise damaged(path, "a file, expected folders of classes")
        if not folders and path.suffix.lower() not in ENDINGS:
            raise damaged(path, f"expected images: {', '.join(ENDINGS)}")
    if not found:
        raise damaged(folder, f"it holds no {'folders of classes' if folders else 'images'}")
    return found


def digest(root: Path, files: Iterable[File]) -> str:
    """SHA-256 of the files' names and sizes alone: to read a hundred gigabytes would take too long."""
    found = hashlib.sha256()
    for file in files:
        for path in file:
            if isinstance(path, Path):
                found.update(f"{path.relative_to(root).as_posix()}\0{size(path)}\n".encode())
    return found.hexdigest()


def size(path: Path) -> int:
    """A file's bytes. Raises Problem E601 where it is a link to nothing."""
    try:
        return path.stat().st_size
    except OSError as error:
        raise problem("E601", f"cannot read {path}", reason(error)) from None
