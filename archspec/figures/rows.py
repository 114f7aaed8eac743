"""Things by their height on a page, to find those near a place without looking at all."""

from collections.abc import Iterator
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
TALL = 24.0
"""Points of a row."""


class Rows(Generic[Thing]):
    """Things, each in all rows that it reaches into."""

    def __init__(self) -> None:
        self.rows: dict[int, list[Thing]] = {}

    def add(self, top: float, bottom: float, thing: Thing) -> None:
        """Put a thing into its rows."""
        for row in range(int(top // TALL), int(bottom // TALL) + 1):
            self.rows.setdefault(row, []).append(thing)

    def between(self, top: float, bottom: float) -> Iterator[Thing]:
        """The things that may be between two heights, each once, in the order in which they came within a row."""
        seen: set[int] = set()
        for row in range(int(top // TALL), int(bottom // TALL) + 1):
            for thing in self.rows.get(row, ()):
                if id(thing) not in seen:
                    seen.add(id(thing))
                    yield thing
