"""Files: the ones that ship with the package, bounded reading, and writing that never leaves half a file."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from archspec.diagnostics import problem

NOT_REGULAR = "it is not a regular file"


def folder(name: str) -> Path:
    """A folder of data: inside the package once installed, beside it in a checkout."""
    packed = Path(__file__).with_name(name)
    return packed if packed.is_dir() else Path(__file__).parents[1] / name


def shipped(name: str, ending: str) -> list[str]:
    """What a folder of data holds: its files' names, without their ending."""
    return sorted(path.stem for path in folder(name).glob(f"*{ending}"))


def read(path: Path, limit: int) -> bytes:
    """A regular file's bytes. Raises Problem: E601 when it cannot be read, E501 when larger than `limit`."""
    with regular(path) as file:
        return bounded(file, limit, str(path))


def bounded(file: IO[bytes], limit: int, name: str) -> bytes:
    """What an open file holds. Raises Problem E501 when that is more than `limit`."""
    data = file.read(limit + 1)
    if len(data) > limit:
        raise problem("E501", f"{name} is too large", f"more than {limit:,} bytes", "raise the limit: --max-bytes")
    return data


@contextmanager
def regular(path: Path) -> Iterator[IO[bytes]]:
    """Open a regular file for reading. Raises Problem E601 for anything else, and when the system refuses."""
    if "\0" in str(path):
        raise problem("E601", f"cannot read {path}", "no file's name holds a NUL")
    try:
        with open(path, "rb", opener=_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise problem("E601", f"cannot read {path}", NOT_REGULAR)
            yield file
    except OSError as error:
        raise problem("E601", f"cannot read {path}", reason(error)) from None


def is_there(path: Path) -> bool:
    """Whether something has this name, or may have it: where the system does not say, reading tells why."""
    try:
        return path.exists()
    except OSError:
        return True


def changed_at(path: Path) -> tuple[int, int] | None:
    """When a file was written last, and its size; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def is_folder(path: Path) -> bool:
    """Whether this is a folder, as far as the system says."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _at_once(path: str, flags: int) -> int:
    """Open without waiting: a pipe that nobody writes to would hold the program up for ever."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def reason(error: OSError) -> str:
    """What the system says, without its error number: `no such file or directory`."""
    return (error.strerror or str(error)).lower()


@contextmanager
def replacing(
    path: Path, named: Callable[[], Path] | None = None, size: int = 0, mode: int | None = None
) -> Iterator[IO[bytes]]:
    """Write a file whole or not at all.

    The bytes go to a temporary file in the same folder, which is synced and then takes the name; whatever
    happens before that, the old file stays and the temporary one goes. A name that depends on the bytes is
    what `named` gives when they are written. The file has the permissions of any new one, or `mode`. Raises
    Problem E605 when the system refuses, when there is not the room for `size` bytes, and for a folder or a
    device: whoever may, would replace /dev/null itself.
    """
    import shutil  # these are slow to import, and nothing that only reads needs them
    import tempfile

    temporary = None
    try:
        if path.exists() and not path.is_file():
            raise problem("E605", f"cannot write {path}", NOT_REGULAR)
        free = shutil.disk_usage(path.parent).free
        if size > free:
            raise problem("E605", f"cannot write {path}", f"it takes {size:,} bytes, and {free:,} are free")
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:50]}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fchmod(file.fileno(), 0o666 & ~_umask() if mode is None else mode)
            os.fsync(file.fileno())
        Path(temporary).replace(named() if named else path)
        temporary = None
        _sync_folder(path.parent)
    except OSError as error:
        raise problem("E605", f"cannot write {path}", reason(error)) from None
    finally:
        if temporary:
            with suppress(OSError):
                Path(temporary).unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync_folder(path: Path) -> None:
    """Make the new name last through a power failure, where the system can."""
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
