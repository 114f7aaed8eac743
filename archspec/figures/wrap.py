"""A long figure in columns of a page: rows from one to the next, and a line from the end of each to the next one."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from archspec.figures.areas import whole
from archspec.figures.boxes import Boxes
from archspec.figures.measures import EDGE
from archspec.figures.scene import Line, Point, Thing, moved

TURN = 3.0
"""From the line on top of a column to the arrow to its first box."""


class Wrapped:
    """Things in columns."""

    def __init__(self, boxes: Boxes, starts: Sequence[int]) -> None:
        self.boxes, self.starts = boxes, starts
        self.columns: list[list[Thing]] = [[] for _ in starts]
        self.turns: list[Line] = []
        """The lines from column to column, as if there were one."""

    def put(self, row: int, things: Iterable[Thing]) -> None:
        """Put what belongs to a row into its column."""
        self.columns[bisect_right(self.starts, row) - 1] += things

    def put_all(self, lines: Iterable[tuple[int, Line]]) -> None:
        """Put lines into the columns of the rows that they leave; from the end of a column they leave on the next."""
        for row, line in lines:
            if row + 1 not in self.starts:
                self.put(row, [line])
            elif len(line.points) == 2:
                self.turns.append(line)
            else:
                self.put(row + 1, [line])

    def page(self) -> tuple[list[Thing], float, float]:
        """All things at their places, and how far to the right and down they are."""
        lane, gap = self.boxes.measures.lane * 0.6, self.boxes.measures.gap
        found: list[Thing] = []
        right = bottom = EDGE
        end: tuple[Point, ...] = ()
        for column, (start, things) in enumerate(zip(self.starts, self.columns, strict=True)):
            across = right + lane if column else 0
            left = across + lane - EDGE if column else 0
            up = EDGE + TURN - self.boxes.bottom(start - 1) if column else 0
            here = [moved(item, left, up) for item in things]
            if column:
                line = self.turns[column - 1]
                x, y = line.points[-1]
                turn = (*end, (across, end[-1][1]), (across, EDGE), (x + left, EDGE), (x + left, y + up))
                here.append(Line(turn, line.kind))
            if column < len(self.turns):
                x, y = self.turns[column].points[0]
                low = self.boxes.bottom(self.starts[column + 1] - 1)
                end = (x + left, y + up), (x + left, low + up + gap)
                bottom = max(bottom, end[-1][1])
            area = whole(here)
            right, bottom = area.right, max(bottom, area.bottom)
            found += here
        return found, right, bottom
