"""What runs take: whole processes and calls within one, of several programs in turn (A B A B), by their medians.

    >>> from benchmarks.measure import Entrant, processes
    >>> bare = Entrant("python", (sys.executable, "-c", "print(7)"), expected=7)
    >>> lark = Entrant("lark", (sys.executable, "-c", "import lark; print(7)"), expected=7, package="lark")
    >>> [(each.name, each.seconds, each.megabytes) for each in processes([bare, lark], rounds=5)]

A program that is missing, fails, takes too long or gives a wrong answer is not measured, and its `fault` says why.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from textwrap import shorten
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
TIMED = str(Path(__file__).with_name("timed.py"))
Answer = Callable[[str, Path], object]
Say = Callable[[str], None]


def last_number(output: str, folder: Path) -> int:
    """The answer of a program that prints it last: `12,345`, or what `benchmarks.peer` prints."""
    return int(output.split()[-1].replace(",", ""))


@dataclass(frozen=True)
class Entrant:
    """A program that does a piece of work."""

    name: str
    command: tuple[str, ...]
    """Run in an empty folder, with the checkout's root on the path of Python."""
    expected: object
    """The right answer; no other is measured."""
    answer: Answer = last_number
    """Reads the answer from what the program printed and from the folder it ran in."""
    package: str = ""
    """The module without which it cannot run."""


class Run(NamedTuple):
    """What one run took."""

    wall: float
    """Seconds."""
    cpu: float | None = None
    """Seconds of processors, of all its threads and of the processes it waited for."""
    rss: float | None = None
    """Peak resident memory in MB."""
    call: float | None = None
    """Seconds of the call alone, where the program tells: imports and models made before."""


@dataclass
class Measured:
    """The runs of an entrant; none where there is a fault."""

    entrant: Entrant
    runs: list[Run] = field(default_factory=list)
    fault: str = ""

    @property
    def name(self) -> str:
        return self.entrant.name

    @property
    def seconds(self) -> float | None:
        """The median of wall times."""
        return self.middle("wall")

    @property
    def megabytes(self) -> float | None:
        """The median of peak memory."""
        return self.middle("rss")

    def middle(self, what: str) -> float | None:
        """The median of a figure of the runs; nothing where one is not measured."""
        values = [getattr(run, what) for run in self.runs]
        return None if self.fault or not values or None in values else median(values)


class Failed(Exception):
    """Why a program is not measured."""


def quiet(text: str) -> None:
    """Says nothing of what is being done."""


def processes(entrants: Sequence[Entrant], rounds: int = 5, limit: float = 120, say: Say = quiet) -> list[Measured]:
    """Each program as a whole process of its own, one after another, and that so many times over.

    `limit` is in seconds of a run. `say` is told what is run.
    """
    found = [Measured(entrant, fault=missing(entrant)) for entrant in entrants]
    for number in range(rounds):
        for each in found:
            if not each.fault:
                say(f"{each.name}, {number + 1} of {rounds}")
                attempt(each, partial(process, each.entrant, limit))
    return found


def attempt(measured: Measured, run: Callable[[], Run]) -> None:
    """One run more, or the reason why there are none."""
    try:
        measured.runs.append(run())
    except Failed as failure:
        measured.runs.clear()
        measured.fault = str(failure)


def missing(entrant: Entrant) -> str:
    """What an entrant lacks on this machine."""
    return f"{entrant.package} is not installed" if entrant.package and not find_spec(entrant.package) else ""


def environment() -> dict[str, str]:
    """That of what is measured: the checkout's root on the path."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}


def process(entrant: Entrant, limit: float) -> Run:
    """One run in a fresh folder. Raises Failed."""
    with tempfile.TemporaryDirectory() as home:
        folder, out, err = Path(home, "work"), Path(home, "out"), Path(home, "err")
        folder.mkdir()
        command = [sys.executable, "-I", "-S", TIMED, str(out), str(err), *entrant.command]
        child = subprocess.Popen(
            command, cwd=folder, env=environment(), stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        try:
            told = child.communicate(timeout=limit)[0].split()
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
            raise Failed(f"takes longer than {limit:g} s") from None
        if not told or told[3] != "0":
            raise Failed(f"failed: {last_line(err) or 'it said nothing'}")
        output = out.read_text(encoding="utf-8", errors="replace")
        proved(entrant, lambda: entrant.answer(output, folder))
        return Run(float(told[0]), float(told[1]), float(told[2]), told_call(output))


def proved(entrant: Entrant, answer: Callable[[], object]) -> None:
    """See to it that an answer is right. Raises Failed."""
    try:
        given = answer()
    except (ValueError, IndexError, OSError) as fault:
        raise Failed(f"gave no answer: {fault}") from None
    if given != entrant.expected:
        raise Failed(f"wrong answer: {given}, not {entrant.expected}")


def told_call(output: str) -> float | None:
    """The seconds that `benchmarks.peer` gives of the call alone."""
    words = output.split()
    return float(words[1]) if words[:1] == ["call"] else None


def last_line(path: Path) -> str:
    """What a program said last, as far as it fits a line."""
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n") if path.exists() else []
    return next((shorten(line, 160) for line in reversed(lines) if line.strip()), "")
