"""Where a legend and notes go: into a lower corner that a figure leaves free, or below it."""

from collections.abc import Sequence
from typing import NamedTuple

from archspec.figures.areas import areas, moved, whole
from archspec.figures.measures import EDGE
from archspec.figures.metrics import width
from archspec.figures.notes import broken
from archspec.figures.scene import Line, Scene, Thing, Words

SMALL = 7.0
LEAD = 9.5
KEY = 18.0
"""The length of a line in the legend."""
APART = 7.0
"""From the figure to what is said about it."""
TAIL = 1.5
"""White at the right and below, where pages end at whole points."""
CORNERS = (200.0, 150.0, 105.0)
"""The widths of notes in a corner, the best first."""


class Sheet:
    """A figure that is drawn, and what is said about it."""

    def __init__(self, items: Sequence[Thing]) -> None:
        self.items = list(items)
        self.page = whole(self.items)

    def put(self, blocks: Sequence[Sequence[Thing]], wide: Sequence[Thing], left: bool) -> None:
        """Put the first of some blocks that fits, drawn at no place yet, into a lower corner, or a wide form below."""
        if not any(self.corner(block, side) for block in blocks for side in (left, not left)):
            area = whole(wide)
            self.add(wide, self.page.left - area.left, self.page.bottom + APART - area.top)

    def corner(self, block: Sequence[Thing], left: bool) -> bool:
        """Put a block into one corner, if it is free."""
        own, page = whole(block), self.page
        right = page.left - own.left if left else page.right - own.right
        there = own._replace(left=own.left + right, right=own.right + right)
        down = page.bottom - own.bottom
        there = there._replace(top=own.top + down, bottom=own.bottom + down)
        if there.top < page.top or any(area.meets(there, APART) for item in self.items for area in areas(item)):
            return False
        self.add(block, right, down)
        return True

    def add(self, block: Sequence[Thing], right: float, down: float) -> None:
        """Put a block somewhere."""
        self.items += [moved(item, right, down) for item in block]
        self.page = whole(self.items)

    def scene(self, title: str, about: str) -> Scene:
        """The page, as large as what is on it."""
        right, down = EDGE - self.page.left, EDGE - self.page.top
        items = tuple(moved(item, right, down) for item in self.items)
        return Scene(self.page.right + right + TAIL, self.page.bottom + down + TAIL, title, about, items)


class Entry(NamedTuple):
    """A kind of line, and what it means."""

    kind: str
    ink: str
    text: str
    rise: int = 0
    """1 where all such lines lead up, -1 where they lead down."""

    def key(self, x: float, y: float) -> Line:
        """A sample of the line, its right end before words on a baseline."""
        middle, half = y - SMALL * 0.35, LEAD * 0.42 * self.rise
        ends = ((x - 4.5, middle + half), (x - 4.5, middle - half)) if self.rise else ((x - KEY, middle), (x, middle))
        return Line(ends, self.kind, ink=self.ink)


def legend(entries: Sequence[Entry], room: float) -> list[Thing]:
    """Lines with what they mean, in rows as wide as the room."""
    items: list[Thing] = []
    x = y = 0.0
    for entry in entries:
        wide = KEY + 3 + width(entry.text, SMALL)
        if x and x + wide > room:
            x, y = 0.0, y + LEAD
        items.append(entry.key(x + KEY, y))
        items.append(Words(x + KEY + 3, y, entry.text, SMALL, "legend", "start"))
        x += wide + 10
    return items


def notes(texts: Sequence[str], room: float) -> list[Thing]:
    """Lines of words, broken where there is no room."""
    lines = [line for text in texts for line in broken(text, SMALL, room)]
    return [Words(0, index * LEAD, line, SMALL, "note", "start") for index, line in enumerate(lines)]


def said(sheet: Sheet, entries: Sequence[Entry], texts: Sequence[str]) -> None:
    """Put legend and notes where there is room."""
    room = sheet.page.right - sheet.page.left
    if entries:
        sheet.put([legend(entries, 0)], legend(entries, room), left=False)
    sheet.put([notes(texts, width) for width in CORNERS], notes(texts, room), left=True)
