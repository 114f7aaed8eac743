"""What is asked of a check, and what it finds."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Literal, NamedTuple

Verdict = Literal["passed", "failed", "not run"]
LATE = "no time was left"
NEEDS_CUDA = "needs CUDA"


class Finding(NamedTuple):
    """One thing that was checked."""

    subject: str
    verdict: Verdict
    why: str = ""
    """Of a verdict that is not plain from the figures."""
    figures: Mapping[str, float] = {}
    """By the headings of the table that they stand in, with their units."""

    def line(self) -> str:
        """As one line of JSON."""
        return json.dumps(self._asdict())

    @classmethod
    def of(cls, line: str) -> "Finding":
        """What `line` wrote."""
        return cls(**json.loads(line))


@dataclass(frozen=True)
class Asked:
    """What a check is to do."""

    device: str = "cuda"
    quick: bool = False
    """Whether tiny sizes will do: the same code, and no figure to be quoted."""
    seconds: float = 100.0
    """How long it may take."""
    started: float = field(default_factory=perf_counter)

    @property
    def cuda(self) -> bool:
        return self.device == "cuda"

    @property
    def left(self) -> float:
        """The seconds that remain."""
        return self.seconds - (perf_counter() - self.started)


Check = Callable[[Asked], Iterator[Finding]]
Part = Callable[[str], Iterable[Finding]]


def in_time(asked: Asked, subjects: Sequence[str], part: Part) -> Iterator[Finding]:
    """A part of a check for each of its subjects; none is begun when the longest one so far would take too long."""
    longest = 0.0
    for subject in subjects:
        if asked.left < longest:
            yield Finding(subject, "not run", LATE)
            continue
        started = perf_counter()
        yield from sound(subject, part)
        longest = max(longest, perf_counter() - started)


def sound(subject: str, part: Part) -> Iterator[Finding]:
    """What a part finds; a failure where it breaks, unless the device is too small for it."""
    try:
        yield from part(subject)
    except Exception as error:
        told = f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0][:200]}"
        yield Finding(subject, "not run" if "OutOfMemory" in told else "failed", told)


def judged(subject: str, sound: bool, why: str = "", **figures: float) -> Finding:
    """A finding that passed or failed; `why` is told of one that failed."""
    return Finding(subject, "passed" if sound else "failed", "" if sound else why, figures)
