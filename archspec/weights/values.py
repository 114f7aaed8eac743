"""The values of a tensor in a file, as float32, a piece at a time."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from archspec.diagnostics import Problem, problem
from archspec.files import regular
from archspec.op import Shape

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

WIDTHS = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}
"""The types that hold weights, as .safetensors files call them, and the bytes of one value."""


class Entry(NamedTuple):
    """One tensor of a file: its type, its shape and where its bytes begin."""

    dtype: str
    shape: Shape
    start: int


def unusable(path: Path, why: str, help: str = "") -> Problem:
    """A file that holds no weights that can be used."""
    return problem("E604", f"{path} is no usable file of weights", why, help)


def read_values(path: Path, entry: Entry, start: int, out: "NDArray[float32]") -> None:
    """Put values of one tensor into `out`, from number `start` on.

    Raises Problem E604 when they are not there, or no float32.
    """
    width = WIDTHS[entry.dtype]
    with regular(path) as file:
        file.seek(entry.start + width * start)
        data = file.read(width * out.size)
    if len(data) < width * out.size:
        raise unusable(path, "it became shorter while it was read")
    try:
        out[:] = converted(data, entry.dtype)
    except FloatingPointError:
        raise unusable(path, "it holds a value that is too large for float32") from None


def converted(data: bytes, dtype: str) -> "NDArray[float32]":
    """Little-endian numbers of one type as float32. Raises FloatingPointError for one that is too large."""
    import numpy

    if dtype == "BF16":  # the upper half of a float32
        return (numpy.frombuffer(data, "<u2").astype(numpy.uint32) << 16).view(numpy.float32)
    with numpy.errstate(over="raise"):
        return numpy.frombuffer(data, f"<f{WIDTHS[dtype]}").astype(numpy.float32, copy=False)
