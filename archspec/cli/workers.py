"""The same work on many things in several processes; what comes of it is given in the order of the things."""

import signal
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Result = TypeVar("Result")
Work = Callable[[str], Result]
Lost = Callable[[str, int], Result]
"""What comes of a thing whose process ended over it: the thing, and the process's exit code."""

FEWEST = 8
"""Things for each process: with fewer, starting it takes longer than it saves."""
AHEAD = 256
"""Results that may wait for an earlier one."""


def results(work: Work[Result], things: Sequence[str], jobs: int, lost: Lost[Result]) -> Generator[Result, None, None]:
    """What comes of each thing, in order, in at most `jobs` processes besides this one.

    Where processes do not begin as copies of this one (Windows; macOS, whose libraries do not bear it), or that would
    not pay, this process does it all.
    """
    jobs = min(jobs, len(things) // FEWEST)
    if jobs < 2 or sys.platform != "linux":
        yield from map(work, things)
        return
    crew = [Worker(work) for _ in range(jobs)]
    try:
        yield from shared(crew, things, lost)
    finally:
        for worker in crew:
            worker.stop()


def shared(crew: "list[Worker[Result]]", things: Sequence[str], lost: Lost[Result]) -> Iterator[Result]:
    """Hand things out one by one, and give in order what comes back."""
    from multiprocessing.connection import wait

    found: dict[int, Result] = {}
    given = due = 0
    while due < len(things):
        for worker in crew:
            if worker.at is None and given < min(len(things), due + AHEAD):
                worker.give(given, things[given])
                given += 1
        while due in found:
            yield found.pop(due)
            due += 1
        busy = [worker for worker in crew if worker.at is not None]
        ready = wait([worker.connection for worker in busy]) if busy else ()
        for worker in busy:
            if worker.at is not None and worker.connection in ready:
                at, worker.at = worker.at, None
                try:
                    found[at] = worker.connection.recv()
                except (EOFError, ConnectionResetError):
                    found[at] = lost(things[at], worker.restart())


class Worker(Generic[Result]):
    """A process that does one thing after the other."""

    def __init__(self, work: Work[Result]) -> None:
        self.work = work
        self.at: int | None = None
        """The number of the thing that it is at."""
        self.start()

    def start(self) -> None:
        """Split it off this process. An interrupt from the keyboard ends it without a word: this process has it."""
        from multiprocessing import get_context

        context = get_context("fork")
        here, there = context.Pipe()
        self.connection: Connection = here
        self.process = context.Process(target=serve, args=(here, there, self.work), daemon=True)
        with uninterrupted():
            self.process.start()
        there.close()

    def give(self, number: int, thing: str) -> None:
        """Tell it what to do. One that is gone already says so when it is asked for the result."""
        self.at = number
        with suppress(BrokenPipeError):
            self.connection.send(thing)

    def restart(self) -> int:
        """Begin anew after its end. Gives the old exit code; raises KeyboardInterrupt where that was the end."""
        self.process.join()
        code = self.process.exitcode or 0
        self.connection.close()
        if code == -signal.SIGINT:
            raise KeyboardInterrupt
        self.start()
        return code

    def stop(self) -> None:
        """End it, whatever it is at."""
        self.connection.close()
        self.process.kill()
        self.process.join()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let an interrupt wait for the end of this."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def serve(other: "Connection", connection: "Connection", work: Work[Result]) -> None:
    """Do what comes through a connection, until the other end is gone: there must be no copy of it here."""
    other.close()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    while True:
        try:
            thing = connection.recv()
        except (EOFError, OSError):
            return
        result = work(thing)
        with suppress(BrokenPipeError):
            connection.send(result)
