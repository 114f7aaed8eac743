"""Tensors into files: threads make them piece by piece, and write each piece at its own place.

What is in memory at any time is one piece of 4 MB for each thread.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from math import prod
from typing import IO, TYPE_CHECKING, NamedTuple

from archspec.op import Weight
from archspec.weights import CHUNK, Weights, starts
from archspec.weights.threads import working

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

ROOM = 6 * CHUNK
"""Bytes that a span takes at most."""


class Tensor(NamedTuple):
    """One tensor, and how much room its values take in a file: float32, little endian."""

    name: str
    weight: Weight

    @property
    def nbytes(self) -> int:
        return 4 * prod(self.weight.shape)


class Chunk(NamedTuple):
    """The values of a tensor from one number on."""

    tensor: Tensor
    start: int
    length: int

    @property
    def nbytes(self) -> int:
        return 4 * self.length


@dataclass(slots=True)
class Span:
    """What is made and written in one go: chunks, and bytes between them."""

    start: int
    """Where it begins in the file."""
    parts: list[bytes | Chunk] = field(default_factory=list)
    nbytes: int = 0
    digest: bytes = b""
    """What stands for its bytes, once they are written."""

    def add(self, part: bytes | Chunk) -> None:
        self.parts.append(part)
        self.nbytes += nbytes(part)


@contextmanager
def writing(file: IO[bytes], parts: Iterable[bytes | Tensor], weights: Weights) -> Iterator[Callable[[], str]]:
    """Have threads write bytes and tensors one after another into an empty file, while the caller does something else.

    What it yields waits for them, and gives a digest in hexadecimal, which other bytes do not have: it is made of what
    the weights say of drawn values, and of all other bytes. Raises what the system or the weights raise.
    """
    import numpy

    found = list(spans(parts))
    file.truncate(sum(span.nbytes for span in found))
    handle = file.fileno()
    rooms: list[NDArray[uint8]] = []  # those of the threads, used again: to give memory back and take it costs time

    def work(span: Span) -> None:
        room = rooms.pop() if rooms else numpy.empty(ROOM, numpy.uint8)
        span.digest = put(handle, span, weights, room)
        rooms.append(room)

    with working(work, found) as wait:

        def finish() -> str:
            wait()
            return sha256(b"".join(span.digest for span in found)).hexdigest()

        yield finish


def write(file: IO[bytes], parts: Iterable[bytes | Tensor], weights: Weights) -> None:
    """Write bytes and tensors one after another into an empty file. Raises what the system or the weights raise."""
    with writing(file, parts, weights) as finish:
        finish()


def spans(parts: Iterable[bytes | Tensor]) -> Iterator[Span]:
    """Cut what a file is to hold into spans: a full chunk is one by itself, smaller parts share one."""
    span = Span(0)
    for part in parts:
        for piece in chunks(part) if isinstance(part, Tensor) else slices(part):
            full = isinstance(piece, Chunk) and piece.length == CHUNK
            if span.parts and (full or span.nbytes >= 2 * CHUNK):
                yield span
                span = Span(span.start + span.nbytes)
            span.add(piece)
    if span.parts:
        yield span


def chunks(tensor: Tensor) -> Iterator[Chunk]:
    """The chunks of a tensor."""
    for start in starts(tensor.weight):
        yield Chunk(tensor, start, min(CHUNK, prod(tensor.weight.shape) - start))


def slices(data: bytes) -> Iterator[bytes]:
    """Cut bytes into pieces as large as a chunk."""
    for start in range(0, len(data), 4 * CHUNK):
        yield data[start : start + 4 * CHUNK]


def nbytes(part: bytes | Tensor | Chunk) -> int:
    """How many bytes a part takes in a file."""
    return len(part) if isinstance(part, bytes) else part.nbytes


def put(handle: int, span: Span, weights: Weights, room: "NDArray[uint8]") -> bytes:
    """Make the bytes of a span in a room for them, and write them; their digest.

    Zeros are left out: what is not written reads as zeros.
    """
    digest, end = sha256(), 0
    for part in span.parts:
        start, end = end, end + nbytes(part)
        told = fill(part, weights, room[start:end])
        digest.update(f"{told}\n".encode() if told else room[start:end].data)
    if not room[:end].view(bool).any():
        return sha256(f"{end} zeros".encode()).digest()
    place(handle, room[:end].data, span.start)
    return digest.digest()


def fill(part: bytes | Chunk, weights: Weights, room: "NDArray[uint8]") -> str | None:
    """Put bytes, or values as files hold them (float32, little endian), into their room; what stands for them."""
    import numpy

    if isinstance(part, bytes):
        room[:] = numpy.frombuffer(part, numpy.uint8)
        return None
    values = room.view(numpy.float32)
    told = weights.fill(*part.tensor, part.start, values)
    if sys.byteorder == "big":
        values.byteswap(inplace=True)
    return told


def place(handle: int, data: memoryview, start: int) -> None:
    """Write bytes at a place in a file."""
    done = 0
    while done < len(data):
        done += os.pwrite(handle, data[done:], start + done)
    if hasattr(os, "posix_fadvise"):  # starts the disk on it, so that little is left to wait for at the end
        os.posix_fadvise(handle, start, len(data), os.POSIX_FADV_DONTNEED)
