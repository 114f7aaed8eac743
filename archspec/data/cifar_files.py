"""The files of CIFAR-10, in a folder or in the archive as it is downloaded, which is read and never unpacked."""

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from archspec.diagnostics import problem
from archspec.files import is_folder, is_there, regular

ARCHIVE, FOLDER = "cifar-10-binary.tar.gz", "cifar-10-batches-bin"
PICKLED = ("cifar-10-python.tar.gz", "cifar-10-batches-py")
META = "batches.meta.txt"
BATCHES = (*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin")
NAMES = (*BATCHES, META)
LONGEST = 10_000 * 3073
"""Bytes of the largest file."""
LARGEST = 200_000_000
"""Bytes that the archive may hold; the published one holds 184 million."""
AGAIN = "download it again"
SOURCE = f"https://www.cs.toronto.edu/~kriz/{ARCHIVE}"


class Files(NamedTuple):
    """What the files hold, by name, and the folder or the archive that they are in."""

    place: Path
    contents: dict[str, bytes]


def find(place: Path, asked: str) -> Files:
    """The files in a folder, in `cifar-10-batches-bin` below it, or in the archive, which may be in it or be it.

    Raises Problem: E620 where none is there, E621 where one of them is missing, too long or cannot be unpacked.
    """
    for folder in (place, place / FOLDER):
        there = [name for name in NAMES if is_there(folder / name)]
        if there:
            return whole(Files(folder, {name: held(folder / name) for name in there}))
    for archive in (place / ARCHIVE, place):
        if is_there(archive) and not is_folder(archive):
            return whole(Files(archive, unpacked(archive)))
    looked = f"looked for {place / FOLDER} and {place / ARCHIVE}"
    pickled = next((name for name in PICKLED if is_there(place / name)), None)
    if pickled:
        looked += f"; {pickled} is the Python version, a pickle, which is not read"
    help = f"download {SOURCE} (170 MB) and put it into `{place}`; it need not be unpacked"
    raise problem("E620", f"the data set {asked} is not there", looked, help)


def whole(files: Files) -> Files:
    """The files, if all are there."""
    missing = [name for name in NAMES if name not in files.contents]
    if missing:
        raise problem("E621", f"{files.place} is not whole", f"{', '.join(missing)} not found in it", AGAIN)
    return files


def held(path: Path) -> bytes:
    """What a file holds."""
    with regular(path) as file:
        return bounded(file, str(path))


def bounded(file: IO[bytes], name: str) -> bytes:
    """What an open file holds. Raises Problem E621 when that is more than a file of the set can hold."""
    data = file.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise problem("E621", f"{name} is damaged", f"more than {LONGEST:,} bytes, expected no more", AGAIN)
    return data


def unpacked(path: Path) -> dict[str, bytes]:
    """What the files in an archive hold. Raises Problem E621 where it cannot be unpacked."""
    with regular(path) as file:
        try:
            with Short(fileobj=file) as unzipped, tarfile.open(fileobj=unzipped, mode="r|") as archive:
                found = dict(members(archive, path))
                while unzipped.read(2**20):  # to the end, where the checksum is
                    pass
                return found
        except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, ValueError) as error:
            raise problem("E621", f"{path} is damaged", str(error), AGAIN) from None


def members(archive: tarfile.TarFile, path: Path) -> Iterator[tuple[str, bytes]]:
    """The files of the set in an archive, by name, whatever folder they are in."""
    for member in archive:
        name = PurePosixPath(member.name).name
        file = archive.extractfile(member) if member.isreg() and name in NAMES else None
        if file:
            yield name, bounded(file, str(path / name))


class Short(gzip.GzipFile):
    """A gzip file of `LARGEST` bytes at most: a small archive may unpack to any number."""

    def read(self, size: int | None = -1) -> bytes:
        """The next bytes. Raises EOFError where there are too many."""
        data = super().read(size)
        if self.tell() > LARGEST:
            raise EOFError(f"more than {LARGEST:,} bytes are in it, expected no more")
        return data
