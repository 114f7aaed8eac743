"""Loops over lines that are alike but for a number: `self.conv1(x)` to `self.conv16(x)`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from archspec.backends.torch.source.runs import SHORTEST
from archspec.backends.torch.source.text import BODY, STEP, Applied, indented, layout

LAYER = re.compile(r"\bself\.([A-Za-z_]\w*?)(0|[1-9]\d*)\(")
BETWEEN = 3
"""Lines between two that are alike, at most."""

Line = list[str]
"""One statement, on one line of text or more."""


@dataclass
class Loop:
    """Statements that are alike, with the numbers after which `tail` follows."""

    text: str
    first: int
    end: int
    """The position after the last statement that it stands for."""
    count: int = 1
    tail: list[Line] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    def grow(self, lines: Sequence[Line]) -> bool:
        """Take in the next statement that is alike, with what stands before it."""
        for length in range(BETWEEN + 1):
            at = self.end + length
            if at < len(lines) and numbered(lines[at]) == (self.text, self.first + self.count):
                return self.passes(list(lines[self.end : at]), at)
        return False

    def passes(self, between: list[Line], at: int) -> bool:
        if between and self.tail and between != self.tail:
            return False
        if between:
            self.tail = between
            self.numbers.append(self.first + self.count - 1)
        self.count, self.end = self.count + 1, at + 1
        return True

    def close(self, lines: Sequence[Line]) -> None:
        """Take in the tail after the last statement."""
        after = self.end + len(self.tail)
        if self.tail and list(lines[self.end : after]) == self.tail:
            self.numbers.append(self.first + self.count - 1)
            self.end = after

    def written(self) -> list[str]:
        tail = [text for line in self.tail for text in line]
        if tail and len(self.numbers) < self.count:
            numbers = Applied("", tuple(map(str, self.numbers)))
            tail = [*layout("if i in ", numbers, ":", BODY - len(STEP)), *indented(tail)]
        return [f"for i in range({self.first}, {self.first + self.count}):", *indented([self.text, *tail])]


def rolled(lines: Sequence[Line]) -> list[str]:
    """The lines of all statements, loops where they read better."""
    written: list[str] = []
    at = 0
    while at < len(lines):
        loop = found(lines, at)
        written += loop.written() if loop else lines[at]
        at = loop.end if loop else at + 1
    return written


def found(lines: Sequence[Line], at: int) -> Loop | None:
    """The loop that begins here, if there is one."""
    text, number = numbered(lines[at])
    if not text:
        return None
    loop = Loop(text, number, at + 1)
    while loop.grow(lines):
        pass
    loop.close(lines)
    return loop if loop.count >= SHORTEST else None


def numbered(line: Line) -> tuple[str, int]:
    """A statement with `i` for the number of its layers; no text where they have none or several."""
    numbers = {int(found[1]) for found in (match.groups() for match in LAYER.finditer(line[0]))}
    text = LAYER.sub(r'getattr(self, f"\1{i}")(', line[0])
    fits = len(line) == 1 and len(numbers) == 1 and len(text) <= BODY - len(STEP)
    return (text, numbers.pop()) if fits else ("", 0)
