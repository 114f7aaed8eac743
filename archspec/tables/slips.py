"""Cells that slipped when a table was copied: which shift of one cell makes the claims hold."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from typing import NamedTuple

from archspec.checks.checkup import Checkup
from archspec.tables.configuration import Chain, Configuration, written

TRIED = 20_000
"""Shifts that are looked at, at most."""
WORK = 40_000
"""Rows of the networks that are made in the search, all in all."""


class Slip(NamedTuple):
    """A way to put a slipped cell back: the cells that change, by stage and column, and what to say of it."""

    cells: Mapping[tuple[int, int], Chain]
    text: str
    copied: bool = False
    """Whether the cell that moves also stays where it is."""

    @property
    def columns(self) -> list[int]:
        """The columns that it changes."""
        return sorted({column for _, column in self.cells})


class Search:
    """Looks for the shifts that make the claims about columns hold."""

    def __init__(self, table: Configuration, check: Callable[[Configuration], Checkup]) -> None:
        self.table = table
        self.check = check
        self.known: dict[tuple[object, ...], bool] = {}

    def slips(self, wrong: Sequence[int]) -> dict[int, str]:
        """For each of the wrong columns, what to say of the shift that makes it right and no other wrong.

        Of several it is the one that mends most columns, and that copies no cell.
        """
        good = [slip for slip in islice(slips(self.table), TRIED) if self.mends(slip, wrong)]
        good.sort(key=lambda slip: (-len(set(wrong).intersection(slip.columns)), slip.copied))
        found: dict[int, str] = {}
        for slip in good:
            names = " and ".join(self.table.names[column].text for column in slip.columns)
            for column in set(wrong).intersection(slip.columns):
                found.setdefault(column, f"{slip.text}: then all claims about {names} hold")
        return found

    def mends(self, slip: Slip, wrong: Sequence[int]) -> bool:
        """Whether a shift changes a wrong column, and all that it changes are right then."""
        mended = [column for column in slip.columns if column in wrong]
        others = [column for column in slip.columns if column not in mended]
        return bool(mended) and all(self.holds(c, slip) for c in (*mended, *others)) and not self.alike(slip)

    def holds(self, column: int, slip: Slip) -> bool:
        """Whether the claims about one column hold after a shift."""
        chains = [
            slip.cells.get((number, column), stage.cells[column]) for number, stage in enumerate(self.table.stages)
        ]
        key = (column, *(written(chain) for chain in chains))
        if key not in self.known:
            within = len(self.known) * len(self.table.stages) < WORK
            self.known[key] = within and self.check(alone(self.table, column, chains)).ok
        return self.known[key]

    def alike(self, slip: Slip) -> bool:
        """Whether two neighbouring columns would become the same: then layers were copied, not put back."""
        for column in slip.columns:
            for other in (column - 1, column + 1):
                if 0 <= other < self.table.width and same(self.table, column, other, slip.cells):
                    return True
        return False


def same(table: Configuration, one: int, other: int, changed: Mapping[tuple[int, int], Chain] = {}) -> bool:
    """Whether two columns have the same layers in every row."""
    return all(
        changed.get((number, one), stage.cells[one]) == changed.get((number, other), stage.cells[other])
        for number, stage in enumerate(table.stages)
    )


def alone(table: Configuration, column: int, chains: Sequence[Chain]) -> Configuration:
    """The table of one column, with other layers."""
    return replace(
        table,
        names=table.names[column : column + 1],
        claims={claim: [stated[column]] for claim, stated in table.claims.items()},
        inputs=table.inputs[column % len(table.inputs) :][:1],
        stages=[
            replace(stage, cells=(chain,), places=stage.places[:1], full=True)
            for stage, chain in zip(table.stages, chains, strict=True)
        ],
    )


def slips(table: Configuration) -> Iterator[Slip]:
    """Every shift of one cell: along its row, with its neighbour, or of one of its layers."""
    rows = [number for number, stage in enumerate(table.stages) if not stage.full]
    for moved in (shifted, swapped, passed_on):
        for number in rows:
            yield from (slip._replace(text=f"{line(table, number)} {slip.text}") for slip in moved(table, number))
    for above, below in pairwise(rows):
        yield from passed_down(table, above, below)


def shifted(table: Configuration, number: int) -> Iterator[Slip]:
    """The cells of a row from one on, a column further: the last of them only repeats the one beside it.

    What then stands in the first one's place is a part of it, or of the cell on its other side.
    """
    row = table.stages[number].cells
    ends = [at for at in range(len(row)) if row[at] in (row[at - 1 : at] + row[at + 1 : at + 2])]
    for start in range(len(row)):
        for end in ends:
            step = 1 if end > start else -1
            if start == end or row[start] == row[start + step]:
                continue
            rest = [*row[:end], *row[end + 1 :]]
            beside = row[start - step : start - step + 1] if 0 <= start - step < len(row) else ()
            for part in parts(row[start], *beside):
                cells = [*rest[:start], part, *rest[start:]]
                side = "right" if step > 0 else "left"
                text = (
                    f"`{written(row[start])}` belongs one column to the {side}, under {name(table, start + step)}, "
                    f"and leaves `{written(part)}` under {name(table, start)}"
                )
                changed = {(number, at): cell for at, cell in enumerate(cells) if cell != row[at]}
                yield Slip(changed, text, copied=part == row[start])


def parts(*chains: Chain) -> Iterator[Chain]:
    """What may stand in a cell whose own layers were lost: the beginnings of cells beside it, longest first."""
    for chain in chains:
        yield from (chain[:length] for length in range(len(chain), 0, -1))


def swapped(table: Configuration, number: int) -> Iterator[Slip]:
    """Two neighbouring cells of a row, the other way round."""
    row = table.stages[number].cells
    for at in range(len(row) - 1):
        if row[at] != row[at + 1]:
            one, other = (f"`{written(row[column])}` under {name(table, column)}" for column in (at, at + 1))
            text = f"{one} and {other} have changed places"
            yield Slip({(number, at): row[at + 1], (number, at + 1): row[at]}, text)


def passed_on(table: Configuration, number: int) -> Iterator[Slip]:
    """The first or the last layer of a cell, in the cell beside it."""
    row = table.stages[number].cells
    for at, chain in enumerate(row):
        for other, side in ((at + 1, "right"), (at - 1, "left")):
            if not 0 <= other < len(row):
                continue
            for layer, rest in edges(chain):
                text = (
                    f"`{layer[0]}` under {name(table, at)} belongs one column to the {side}, under {name(table, other)}"
                )
                for cell in dict.fromkeys((row[other] + layer, layer + row[other])):
                    yield Slip({(number, at): rest, (number, other): cell}, text)


def passed_down(table: Configuration, above: int, below: int) -> Iterator[Slip]:
    """The last layer of a cell in the row below, or the first of that one in the row above."""
    for column in range(table.width):
        upper, lower = table.stages[above].cells[column], table.stages[below].cells[column]
        for number, chain, way in ((above, upper, "down"), (below, lower, "up")):
            for layer, rest in edges(chain):
                said = f"{line(table, number)} `{layer[0]}` under {name(table, column)} belongs one row further {way}"
                cells = (rest, layer + lower) if way == "down" else (upper + layer, rest)
                yield Slip({(above, column): cells[0], (below, column): cells[1]}, said)


def line(table: Configuration, number: int) -> str:
    """Where a row stands."""
    return f"in line {table.source.place(table.stages[number].places[0]).line}"


def edges(chain: Chain) -> Iterator[tuple[Chain, Chain]]:
    """The last layer of a cell of several and the others, then the first."""
    if len(chain) > 1:
        yield chain[-1:], chain[:-1]
        yield chain[:1], chain[1:]


def name(table: Configuration, column: int) -> str:
    """What a column is called."""
    return table.names[column].text
