"""Layers in a row whose names count up, and which are made alike."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from archspec.backends.torch.rules.call import Call
from archspec.backends.torch.source.part import Part
from archspec.backends.torch.source.text import BODY

SHORTEST = 6
"""Lines that are alike: from here on a loop reads better."""


@dataclass
class Run:
    """Layers in a row: `conv1` to `conv16`."""

    parts: list[Part] = field(default_factory=list)
    same: bool = True
    """Whether all are made in the same way."""
    chained: bool = True
    """Whether each takes the channels that the one before gives, and all else is the same."""

    def take(self, part: Part) -> bool:
        """Add a part if it goes on from the last one."""
        if not self.parts:
            self.parts.append(part)
            return True
        call, before = part.call, self.parts[-1].call
        same, chained = self.same and call == before, self.chained and follows(before, call)
        if not (same or chained) or not counts_on(self.parts[-1], part):
            return False
        self.parts.append(part)
        self.same, self.chained = same, chained
        return True

    @property
    def widths(self) -> str:
        """The channels that the layers give, as a list that shows what repeats."""
        return repeated([part.call.arguments[1] for part in self.parts])

    def loops(self) -> bool:
        """Whether a loop reads better than a line for each."""
        return len(self.parts) >= SHORTEST and (self.same or len(f"widths = {self.widths}") <= BODY)


def runs(parts: Sequence[Part]) -> Iterator[Run]:
    """Cut a list into runs, most of them of one part."""
    run = Run()
    for part in parts:
        if run.take(part):
            continue
        yield run
        run = Run([part])
    if run.parts:
        yield run


def follows(before: Call, call: Call) -> bool:
    """Whether one layer takes what the other gives, and is made like it but for the widths."""
    if call.name not in ("Conv2d", "Linear") or call.name != before.name:
        return False
    rest = (call.arguments[2:], call.keywords)
    return call.arguments[0] == before.arguments[1] and rest == (before.arguments[2:], before.keywords)


def counts_on(before: Part, part: Part) -> bool:
    """Whether one name is the other's with the next number."""
    stem, number = numbered(before.path)
    return bool(stem) and not (before.then or part.then) and numbered(part.path) == (stem, number + 1)


def numbered(path: str) -> tuple[str, int]:
    """`("conv", 12)` for `conv12`; no name for what is not a name with a number."""
    found = re.fullmatch(r"(\w*[A-Za-z_])(0|[1-9]\d*)", path)
    return (found[1], int(found[2])) if found else ("", 0)


def repeated(widths: Sequence[int]) -> str:
    """`2 * [64] + 2 * [128]`, or a plain list where nothing repeats."""
    terms: list[list[int]] = []
    for width, equal in groupby(widths):
        count = len(list(equal))
        if count == 1 and terms and len(set(terms[-1])) == len(terms[-1]):
            terms[-1].append(width)
        else:
            terms.append([width] * count)
    return " + ".join(term(each) for each in terms)


def term(widths: Sequence[int]) -> str:
    alike = len(widths) > 1 and len(set(widths)) == 1
    return f"{len(widths)} * [{widths[0]}]" if alike else f"[{', '.join(map(str, widths))}]"
