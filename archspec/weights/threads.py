"""Threads that share out work. NumPy, digests and files let go of the interpreter while they are at theirs."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread
from typing import TypeVar

from archspec.cores import cores

Job = TypeVar("Job")

MOST = 8
"""Threads: more of them would wait for the disk, and each takes memory."""


@contextmanager
def working(work: Callable[[Job], None], jobs: Iterable[Job]) -> Iterator[Callable[[], None]]:
    """Have threads do jobs while the caller does something else: one for each processor but its own, within MOST.

    What it yields joins in until all are done, and raises the first error, which ends them all. They also end, after
    the job at hand, when the caller leaves early.
    """
    left, lock = iter(jobs), Lock()
    errors: list[BaseException] = []

    def serve() -> None:
        while not errors:
            try:
                with lock:
                    job = next(left, None)
                if job is None:
                    return
                work(job)
            except BaseException as error:
                errors.append(error)

    def finish() -> None:
        serve()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]

    threads: list[Thread] = []
    try:
        with suppress(RuntimeError):  # a system may allow no more threads: fewer do it all
            for _ in range(min(cores(), MOST) - 1):
                thread = Thread(target=serve)
                thread.start()
                threads.append(thread)
        yield finish
    finally:
        with lock:
            left = iter(())
        for thread in threads:
            thread.join()
