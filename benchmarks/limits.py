"""The limit of a build: the same bytes generated and written on as many threads, and nothing else.

`python benchmarks/limits.py TENSORS FILE [plain]` is a process of its own that imports NumPy and nothing of archspec.
`listing` makes what it reads: a line for each tensor, with where it begins in the file. The result is byte for byte
the file of weights of `archspec build --to onnx`. It starts as we do, with one thread for matrix products, and has
the disk begin at once; `plain` leaves both out, as most would write it.
"""

import json
import os
import sys
from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from math import fsum, prod, sqrt
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archspec.graph import Graph

CHUNK, BLOCK, LEVELS = 2**20, 2**16, 2**16


def listing(graph: "Graph") -> str:
    """Name, number of values, place, fan-in and constant of each tensor, as lines of JSON."""
    from archspec.backends.onnx.external import places
    from archspec.weights.writing import Tensor

    tensors = [Tensor(name, weight) for name, _, weight in graph.tensors()]
    rows = ((*tensor, start) for tensor, start in zip(tensors, places(tensors), strict=True))
    lines = [[name, prod(weight.shape), start, weight.fan_in, weight.fill] for name, weight, start in rows]
    return "".join(f"{json.dumps(line)}\n" for line in lines)


def pieces(text: str) -> Iterator[tuple[str, int, int, int, float | None]]:
    """What is generated and written at a time: the name of its stream, its length, its place and how it is filled."""
    for name, size, place, fan_in, fill in map(json.loads, text.splitlines()):
        for number, start in enumerate(range(0, size, CHUNK)):
            yield f"0/{name}/{number}", min(CHUNK, size - start), place + 4 * start, fan_in, fill


def quantiles() -> Any:
    """The 65,536 numbers that are drawn from."""
    from statistics import NormalDist

    import numpy

    exact = [NormalDist().inv_cdf((number + 0.5) / LEVELS) for number in range(LEVELS // 2)]
    half = (numpy.array(exact) / sqrt(2 * fsum(each * each for each in exact) / LEVELS)).astype("f4")
    return numpy.concatenate((half, -half[::-1]))


def fill(out: Any, table: Any, stream: str, deviation: float) -> None:
    """Draw numbers."""
    import numpy

    source = numpy.random.SFC64(int.from_bytes(sha256(stream.encode()).digest()[:16], "little"))
    scaled = table * numpy.float32(deviation)
    for start in range(0, out.size, BLOCK):
        block = out[start : start + BLOCK]
        words = source.random_raw(-(-block.size // 4)).view("<u2")
        scaled.take(words[: block.size], mode="wrap", out=block)


def main(tensors: str, path: str, plain: str = "") -> None:
    """Write the file."""
    if not plain:
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
    import numpy

    todo, numbers = list(pieces(Path(tensors).read_text())), count()
    table, handle = quantiles(), os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)

    def work() -> None:
        while (number := next(numbers)) < len(todo):
            stream, size, place, fan_in, constant = todo[number]
            out = numpy.empty(size, "f4")
            if constant is None:
                fill(out, table, stream, sqrt(2 / fan_in))
            else:
                out.fill(constant)
            os.pwrite(handle, out.data, place)
            if not plain:
                os.posix_fadvise(handle, place, out.nbytes, os.POSIX_FADV_DONTNEED)

    threads = [Thread(target=work) for _ in os.sched_getaffinity(0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os.fsync(handle)
    print(sum(size for _, size, *_ in todo))


if __name__ == "__main__":
    main(*sys.argv[1:])
