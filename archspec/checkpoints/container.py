"""The two files that `torch.save` writes: a zip archive, and before PyTorch 1.6 pickles with values behind them."""

import io
import os
import struct
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, NamedTuple

from archspec.checkpoints.program import Program, Storage, Unreadable
from archspec.weights.header import HEADER_LIMIT

if TYPE_CHECKING:
    from zipfile import ZipInfo

MAGIC = 0x1950A86A20F9469CFC6C
"""The number that the older files begin with."""
LOCAL = struct.Struct("<4s5H3I2H")
"""What stands before a file in an archive; the last two numbers are the lengths of its name and of what follows it."""


class Place(NamedTuple):
    """Where a storage's bytes are in the file."""

    start: int
    size: int


class Contents(NamedTuple):
    """What was saved, and where the values of its storages are, by key."""

    value: object
    places: Mapping[str, Place]


class Capped:
    """A file of which an archive's reader may take a few megabytes at a time, so that no list of its is endless."""

    def __init__(self, file: IO[bytes]) -> None:
        self.seek, self.tell, self._read = file.seek, file.tell, file.read

    def read(self, size: int = -1) -> bytes:
        data = self._read(size if 0 <= size <= HEADER_LIMIT else HEADER_LIMIT + 1)
        if len(data) > HEADER_LIMIT:
            raise Unreadable(f"its list of files is longer than {HEADER_LIMIT:,} bytes")
        return data


def read_archive(file: IO[bytes]) -> Contents:
    """What a zip archive of `torch.save` holds. Raises ValueError when it is not sound."""
    from zipfile import BadZipFile, ZipFile

    try:
        members = ZipFile(Capped(file)).infolist()  # it takes what has read, seek and tell
    except (BadZipFile, NotImplementedError, struct.error, OSError, OverflowError) as error:
        raise Unreadable(f"its archive is damaged: {error!s:.100}") from None
    places = {member.filename: place(file, member) for member in members}
    programs = [name for name in places if name.endswith("/data.pkl")]
    if len(programs) != 1 or len(places) < len(members):
        raise Unreadable("its archive does not hold one `data.pkl`, or holds a name twice")
    root = programs[0].removesuffix("data.pkl")
    order = places.get(f"{root}byteorder", Place(0, 0))
    if order.size and taken(file, order) != b"little":
        raise Unreadable("its values are not little-endian")
    value = Program().run(io.BytesIO(taken(file, places[programs[0]])))
    data = f"{root}data/"
    return Contents(value, {name.removeprefix(data): found for name, found in places.items() if name.startswith(data)})


def place(file: IO[bytes], member: "ZipInfo") -> Place:
    """Where the bytes of an archive's file are. Raises Unreadable when they are packed, or not all there."""
    if member.compress_type or member.compress_size != member.file_size or member.flag_bits & 1:
        raise Unreadable(f"`{member.filename:.100}` is packed; PyTorch writes values as they are")
    file.seek(max(member.header_offset, 0))
    head = file.read(LOCAL.size)
    if member.header_offset < 0 or len(head) < LOCAL.size or not head.startswith(b"PK\x03\x04"):
        raise Unreadable("its archive is damaged")
    *_, name, extra = LOCAL.unpack(head)
    start = member.header_offset + LOCAL.size + name + extra
    return within(file, start, member.file_size)


def within(file: IO[bytes], start: int, size: int) -> Place:
    """A place that is inside the file. Raises Unreadable for any other."""
    if min(start, size) < 0 or start + size > os.fstat(file.fileno()).st_size:
        raise Unreadable("it ends before the values that it lists")
    return Place(start, size)


def taken(file: IO[bytes], place: Place) -> bytes:
    """The bytes at a place that is not large. Raises Unreadable when it is."""
    if place.size > HEADER_LIMIT:
        raise Unreadable(f"its pickle is longer than {HEADER_LIMIT:,} bytes")
    file.seek(place.start)
    return file.read(place.size)


def read_legacy(file: IO[bytes]) -> Contents:
    """What a file of PyTorch before 1.6 holds, five pickles and the values. Raises ValueError when it is not sound."""
    head = io.BytesIO(file.read(HEADER_LIMIT))
    if Program().run(head) != MAGIC:
        raise Unreadable("it is a pickle, but not one of `torch.save`")
    Program().run(head)
    system = Program().run(head)
    if not isinstance(system, dict) or system.get("little_endian") is not True:
        raise Unreadable("its values are not little-endian")
    program = Program()
    value = program.run(head)
    keys = Program().run(head)
    return Contents(value, rows(file, head.tell(), keys, program.storages))


def rows(file: IO[bytes], start: int, keys: object, storages: Mapping[str, Storage]) -> dict[str, Place]:
    """Where the storages are that stand one behind the other, each after its count."""
    places: dict[str, Place] = {}
    for key in keys if isinstance(keys, list) else ():
        if not isinstance(key, str) or key not in storages or key in places:
            raise Unreadable("it lists a storage that its pickle does not")
        storage = storages[key]
        file.seek(start)
        if int.from_bytes(file.read(8), "little") != storage.length:
            raise Unreadable("a storage is not of the size that its pickle says")
        places[key] = within(file, start + 8, storage.size)
        start += 8 + storage.size
    return places
