"""Runs a peer: `python -m benchmarks.peer ROOM NAME ARGUMENTS...`, the function NAME in `benchmarks.peers.ROOM`.

The function makes everything ready and gives the call to be measured. It is made once, and its seconds and answer are
printed: `call 0.28 143667240`. With `--serve` it is made once for each line of input.
"""

import os
import sys
from collections.abc import Iterable
from importlib import import_module
from time import perf_counter


def main(room: str, name: str, *arguments: str) -> None:
    """Make ready, call, and tell."""
    answers = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)  # what peers print is not their answer
    serving = "--serve" in arguments
    call = getattr(import_module(f"benchmarks.peers.{room}"), name)(*(each for each in arguments if each != "--serve"))
    times: Iterable[object] = sys.stdin if serving else [1]
    for _ in times:
        started = perf_counter()
        answer = call()
        seconds = perf_counter() - started
        print("call", seconds, answer() if callable(answer) else answer, file=answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
