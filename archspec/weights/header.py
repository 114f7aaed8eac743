"""What a .safetensors file lists, read with care: the file may come from anywhere.

The format: eight bytes with the header's length, little endian; the header, JSON; the tensors' bytes.
"""

import json
import os
from pathlib import Path
from typing import IO, Any

from archspec.weights.values import Entry, unusable

HEADER_LIMIT = 4_000_000
"""Bytes of header that are read at most."""
TENSOR_LIMIT = 20_000
PICKLES = (b"PK\x03\x04", *(bytes((0x80, protocol)) for protocol in range(2, 6)))
"""How the files begin that `torch.save` writes."""
CONVERT = "`archspec weights import FILE SPEC -o OUT.safetensors` reads what `torch.save` wrote, as data"
COUNTER = "num_batches_tracked"
"""How the names of PyTorch's counters of batches end; they are no weights."""


def read_entries(path: Path, file: IO[bytes]) -> dict[str, Entry]:
    """The tensors that a file lists, in its order, without PyTorch's counters of batches.

    Raises Problem E604 when the file is none, lists too much, or does not hold what it lists.
    """
    from safetensors import SafetensorError, safe_open

    length = header_length(path, file.read(8))
    try:
        header = json.loads(file.read(length), object_pairs_hook=without_twins)
        if not isinstance(header, dict) or len(header) > TENSOR_LIMIT:
            raise ValueError(f"it is to list tensors, {TENSOR_LIMIT:,} at most")
        with safe_open(os.fspath(path), framework="numpy"):
            pass  # opening checks the rest: every tensor inside the file, none over another
    except (ValueError, RecursionError, SafetensorError) as error:
        raise unusable(path, f"its header is malformed: {error!s:.200}") from None
    return {
        name: Entry(item["dtype"], tuple(item["shape"]), 8 + length + item["data_offsets"][0])
        for name, item in header.items()
        if name != "__metadata__" and not name.endswith(COUNTER)
    }


def is_pickle(head: bytes) -> bool:
    """Whether a file's first eight bytes are those of `torch.save`, and no length of a header."""
    return head.startswith(PICKLES) and int.from_bytes(head, "little") > HEADER_LIMIT


def header_length(path: Path, head: bytes) -> int:
    """The length that a file's first bytes state. Raises Problem E604 when no such header is read."""
    length = int.from_bytes(head, "little")
    if length <= HEADER_LIMIT and len(head) == 8:
        return length
    if is_pickle(head):
        raise unusable(path, "it is a pickle file, and those are never run", CONVERT)
    raise unusable(path, f"it does not begin with the length of a header of at most {HEADER_LIMIT:,} bytes")


def without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object. Raises ValueError when a name stands there twice, which readers take differently."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is listed twice")
    return found
