"""A file of weights beside the model, which ONNX calls external data. It is begun before ONNX is even imported."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from archspec.files import replacing
from archspec.weights import Weights
from archspec.weights.writing import Tensor, nbytes, writing

LARGE = 1_000_000
"""Bytes of a tensor from which it begins on a page."""
PAGE = 65_536
"""Bytes at whose multiples every system can map a file."""


@contextmanager
def data_file(tensors: Sequence[Tensor], weights: Weights, path: Path) -> Iterator[Callable[[], Path]]:
    """Write tensors beside a model while the caller makes that; afterwards what it yields gives the file's name.

    The name holds a digest of the weights. Raises Problem E605 when the system refuses.
    """
    digest = ""

    def named() -> Path:
        return path.with_name(f"{path.stem}.{digest[:12]}.data")

    parts = list(aligned(tensors))
    size = sum(map(nbytes, parts))
    with replacing(path, named, size) as file, writing(file, parts, weights) as finish:
        yield named
        digest = finish()


def aligned(tensors: Iterable[Tensor]) -> Iterator[bytes | Tensor]:
    """What is in the file: the tensors, and the gaps before those that begin on a page."""
    end = 0
    for tensor, start in zip(tensors, places(tensors), strict=True):
        if start > end:
            yield bytes(start - end)
        yield tensor
        end = start + tensor.nbytes


def places(tensors: Iterable[Tensor]) -> Iterator[int]:
    """Where in the file each tensor begins."""
    end = 0
    for tensor in tensors:
        start = end + (-end % PAGE if tensor.nbytes > LARGE else 0)
        yield start
        end = start + tensor.nbytes
