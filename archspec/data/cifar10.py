"""CIFAR-10 (Krizhevsky 2009), in its binary version: https://www.cs.toronto.edu/~kriz/cifar.html."""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from archspec.data import Arrays, DataSet, Wanted
from archspec.data.cifar_files import AGAIN, BATCHES, META, Files, find
from archspec.data.fitting import check_fit, digest
from archspec.diagnostics import problem

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
PIXELS = 3 * 32 * 32
RECORD, RECORDS = 1 + PIXELS, 10_000
"""Bytes of a record: a label, then 32 rows of red, of green and of blue; and the records of a file."""
PUBLISHED = {
    "data_batch_1.bin": "5dd7e06a14cb22eb9f671a540d1b7c25",
    "data_batch_2.bin": "5ea93a67294ea407fff1d09f752e9692",
    "data_batch_3.bin": "942cd6a4bcdd0dd3c604fbe906cb4421",
    "data_batch_4.bin": "ae636b3ba5c66a11e91e8cb52e771fcb",
    "data_batch_5.bin": "53f37980c15c3d472c316c40844f3f0d",
    "test_batch.bin": "803d5f7f4d78ea53de84dbe85f74fb6d",
}
"""MD5 of each file of the published archive, whose own is c32a1d4ab5d03f1284b67883e8d87530.

Two projects, which check what they download, have the same: prabhuomkar/pytorch-cpp (cmake/fetch_cifar10.cmake) and
rai-project/dldataset (vision/cifar10.go).
"""
UNCHECKED = "if other images in the same layout are meant: `--data cifar10-layout:FOLDER`"


def open(asked: str, rest: str, wanted: Wanted, seed: int) -> DataSet:
    """The published CIFAR-10: 50,000 and 10,000 images, 32x32 RGB, of 10 classes.

    Raises Problem: E620 where it is not there, E621 where a file is not the published one, E622 for another network.
    """
    return opened(asked, rest, wanted, published=True)


def opened(asked: str, rest: str, wanted: Wanted, published: bool) -> DataSet:
    """Images in the layout of CIFAR-10, which are those published, or any."""
    files = find(Path(rest or "data"), asked)
    classes = names(files, published)
    check_fit(asked, wanted, 3, classes)
    parts = [records(files, name, len(classes), published) for name in BATCHES]
    train, test = (arrays(np.concatenate(some)) for some in (parts[:-1], parts[-1:]))
    return DataSet(asked, train, test, classes, digest(train.images, train.labels, test.images, test.labels))


def names(files: Files, published: bool) -> tuple[str, ...]:
    """The classes' names, one a line. Raises Problem E621 for others than there are."""
    try:
        found = tuple(line.strip() for line in files.contents[META].decode().splitlines() if line.strip())
    except UnicodeDecodeError as error:
        raise damaged(files, META, f"byte {error.start:,} is no text, expected the classes' names") from None
    if published and found != CLASSES:
        raise damaged(files, META, f"found {', '.join(found)[:200] or 'nothing'}, expected {', '.join(CLASSES)}")
    if not found or len(found) > 256:
        raise damaged(files, META, f"found {len(found):,} names of classes, expected 1 to 256")
    return found


def records(files: Files, name: str, classes: int, published: bool) -> NDArray[np.uint8]:
    """The records of a file: N x 3073. Raises Problem E621 for too many, a part of one, and labels of no class."""
    data = files.contents[name]
    whole, more = divmod(len(data), RECORD)
    if more:
        raise damaged(files, name, f"record {whole:,} (from 0 on) has {more:,} bytes, expected {RECORD:,}")
    if not 1 <= whole <= RECORDS or (published and whole != RECORDS):
        raise damaged(files, name, f"found {whole:,} records, expected {'' if published else '1 to '}{RECORDS:,}")
    found = np.frombuffer(data, np.uint8).reshape(whole, RECORD)
    wrong = np.flatnonzero(found[:, 0] >= classes)
    if wrong.size:
        at = wrong[0]
        raise damaged(files, name, f"record {at:,} (from 0 on) has label {found[at, 0]}, expected 0 to {classes - 1}")
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    if published and md5 != PUBLISHED[name]:
        raise damaged(files, name, f"its MD5 is {md5}, expected {PUBLISHED[name]}", UNCHECKED)
    return found


def arrays(records: NDArray[np.uint8]) -> Arrays:
    """Labels and images out of records."""
    return Arrays(records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0].astype(np.int64))


def damaged(files: Files, name: str, found: str, help: str = AGAIN) -> Exception:
    return problem("E621", f"{files.place / name} is damaged", found, help)
