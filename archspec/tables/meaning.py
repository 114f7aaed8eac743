"""From a table to what it says: names, claims, input and stages; all that cannot be understood, located."""

import re
from collections.abc import Iterator, Sequence

from archspec.diagnostics import Diagnostic, Problem
from archspec.source import LOOKALIKES, Source, Span
from archspec.tables.claims import LAYERS, amount, claimed, extent, is_input
from archspec.tables.configuration import Configuration, Said, Stage
from archspec.tables.heading import Heading, heading
from archspec.tables.labels import kind
from archspec.tables.phrases import Unreadable, chain
from archspec.tables.rows import Row, rows
from archspec.tables.sheet import Cell, Sheet

SIZE = re.compile(r"[0-9]{1,10}(?:x[0-9]{1,10}){0,2}")
DEPTH_IN_NAME = re.compile(r"(?P<name>(?P<depth>[0-9]{1,5}))[\s-]layers?", re.IGNORECASE)


def understand(sheets: Sequence[Sheet], padded: bool, most: int) -> Configuration:
    """What the first table says; further ones may add rows of numbers. Raises Problem with all that is wrong."""
    reading = Reading(sheets[0], padded, most)
    reading.read()
    for sheet in sheets[1:]:
        reading.add(sheet)
    if reading.found:
        raise Problem(*reading.found)
    return reading.configuration


class Reading:
    """One table, while it is understood."""

    def __init__(self, sheet: Sheet, padded: bool, most: int) -> None:
        assert sheet.source
        self.sheet = sheet
        self.source: Source = sheet.source
        self.padded = padded
        self.most = most
        """Networks that a table may have."""
        self.found: list[Diagnostic] = []
        self.configuration = Configuration(sheet.source, conventions=sheet.notes)
        self.around = ""
        """What stands above the rows: it may say what their numbers count."""

    def wrong(self, place: Span | None, message: str, found: str = "", help: str = "") -> None:
        """Note what is not understood."""
        self.found.append(Diagnostic("E121", message, found, self.source, place, help=help))

    def read(self) -> None:
        """Go through the table from the top."""
        head = heading(self.sheet.rows)
        above = self.sheet.rows[: head.row] if head else ()
        if head is None:
            above = self.sheet.rows[: self.named()]
        titles = [title for title in (self.sheet.caption, *(row[0].text for row in above if row)) if title]
        numbered = re.sub(r"^Table\s+[0-9]+[.:]?\s*", "", titles[0], flags=re.IGNORECASE) if titles else ""
        self.configuration.title = re.split(r"[.:](?:\s|$)", numbered)[0]
        self.around = " ".join(titles)
        if head is None:
            self.take(list(rows(self.sheet, Heading(len(above) - 1, None, None, 0), 1, self.found)))
            return
        cells = self.sheet.rows[head.row]
        if len(cells) > self.most + head.first:
            message = f"a table has at most {self.most} networks"
            raise Problem(Diagnostic("E120", message, f"{len(cells) - head.first:,} here", self.source, cells[0].place))
        if len(cells) == head.first:
            help = "beside the names and sizes of rows there is a column for each network"
            raise Problem(Diagnostic("E120", "no column is a network's", "", self.source, cells[0].place, help=help))
        self.configuration.labelled = head.label is not None
        self.names(cells[head.first :])
        width = len(cells)
        wide = Heading(head.row, 0, None, 1) if head.first == 0 else head
        self.take([row for part in self.parts(head, wide, width) for row in part])

    def named(self) -> int:
        """How many rows of a table of one column are its name: a word above what it claims or is given."""
        first, second = ([row[0] for row in self.sheet.rows[:2] if row] + [Cell(), Cell()])[:2]
        stated = LAYERS.fullmatch(second.text) or is_input(second.text)
        return int(bool(stated and re.fullmatch(r"[\w.-]+", first.text) and not self.has_layers(first)))

    def parts(self, head: Heading, wide: Heading, width: int) -> Iterator[list[Row]]:
        """The rows below the head; without a column of labels, a row of numbers has one cell more, its name."""
        if head.first:
            yield list(rows(self.sheet, head, width, self.found))
            return
        for number, row in enumerate(self.sheet.rows):
            named = number > head.row and len(row) == width + 1 and claimed(row[0].text)
            part = Sheet((row,), source=self.source)
            where, columns = (wide, width + 1) if named else (head, width)
            if number > head.row:
                yield list(rows(part, where._replace(row=-1), columns, self.found))

    def names(self, cells: Sequence[Cell]) -> None:
        """The names of the columns; `18-layer` is 18, and claims a depth."""
        if all(map(self.has_layers, cells)):
            help = "a row with a name for each column stands above all layers"
            self.wrong(cells[0].place, "these are layers, where the names of the columns belong", help=help)
            return
        depths: list[Said | None] = []
        for cell in cells:
            numbered = DEPTH_IN_NAME.fullmatch(cell.text)
            text = numbered["name"] if numbered else re.sub(r"[\s/]+", "_", cell.text.translate(LOOKALIKES).strip())
            if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", text, re.ASCII) or LAYERS.fullmatch(cell.text):
                help = "the first row of several cells holds the names of the columns: letters, digits and hyphens"
                if not numbered:
                    self.wrong(cell.place, "this is no name for a column", f"`{cell.text[:40]}`", help)
            if any(text == other.text for other in self.configuration.names):
                self.found.append(Diagnostic("E107", f"two columns are called `{text}`", "", self.source, cell.place))
            self.configuration.names += (Said(text, cell.place),)
            depths.append(Said(numbered["depth"], cell.place) if numbered else None)
        if all(depths):
            self.configuration.claims["depth"] = depths

    def has_layers(self, cell: Cell) -> bool:
        """Whether a cell has nothing but layers of known kinds, among them one with a number."""
        try:
            layers = chain(cell, self.padded)
        except Unreadable:
            return False
        return bool(layers) and all(map(kind, layers)) and any(map(str.isdigit, cell.text))

    def take(self, below: Sequence[Row]) -> None:
        """Take each row for what it is."""
        named: Row | None = None
        for row in below:
            title = row.label or (row.cells[0] if row.full or len(row.cells) == 1 else None)
            if named is not None:
                self.numbers(named.cells[0].text, row)
                named = None
            elif title and claimed(title.text):
                if row.label:
                    self.numbers(title.text, row)
                else:
                    named = row
            elif any(LAYERS.fullmatch(cell.text) for cell in row.cells):
                self.numbers("depth", row)
            elif is_input((row.label or row.cells[0]).text):
                self.input(row)
            else:
                self.stage(row)
        if named is not None:
            self.wrong(named.place, "there are no numbers below this row", help="a number for each column stands there")

    def numbers(self, name: str, row: Row) -> None:
        """A row of claims."""
        claim = claimed(name) or "depth"
        context = f"{name} {self.around}"
        stated: list[Said | None] = []
        for cell in row.cells:
            text = amount(cell, claim, context)
            if text is None and cell.text.translate(LOOKALIKES) != "-":
                self.wrong(cell.place, "no number can be read here", f"`{cell.text[:40]}`", f"the row claims {claim}")
            stated.append(Said(text, cell.place) if text else None)
        self.configuration.claims[claim] = stated

    def input(self, row: Row) -> None:
        """The row that says what the networks are given."""
        given: list[Said] = []
        for cell in row.cells[:1] if row.full else row.cells:
            text = extent(cell.text)
            if text is None:
                self.wrong(
                    cell.place, "no input size can be read here", help="for instance: `input (224×224 RGB image)`"
                )
            given.append(Said(text or "", cell.place))
        self.configuration.inputs = tuple(given)

    def stage(self, row: Row) -> None:
        """A row of layers."""
        try:
            cells = [chain(cell, self.padded) for cell in (row.cells[:1] if row.full else row.cells)]
        except Unreadable as error:
            help = "layers are written as `conv3-64` or `3×3, 64`"
            if not self.configuration.names:
                help += ", and cells that stand side by side have a tab between them, or several blanks"
            self.wrong(error.place, error.message, error.found, help)
            return
        if row.full:
            cells *= len(row.cells)
        places = tuple(cell.place or row.place for cell in row.cells)
        label = Said(row.label.text, row.label.place) if row.label else None
        self.configuration.stages.append(
            Stage(tuple(cells), places, row.full, label, self.size(row.size), row.continues)
        )

    def size(self, cell: Cell | None) -> Said | None:
        """What stands in the column of sizes."""
        text = re.sub(r"\s", "", cell.text.translate(LOOKALIKES)) if cell else "-"
        if cell is None or text == "-":
            return None
        if not SIZE.fullmatch(text):
            self.wrong(cell.place, "no size can be read here", f"`{cell.text[:40]}`")
        return Said(text, cell.place)

    def add(self, sheet: Sheet) -> None:
        """Take a further table's numbers: Table 2 of a paper whose Table 1 is the first."""
        head = heading(sheet.rows)
        order = self.order(sheet.rows[head.row][head.first :]) if head else None
        if head is None or order is None:
            place = sheet.rows[0][0].place
            self.wrong(place, "this table adds nothing to the first", help="its columns must be those of the first")
            return
        self.around = " ".join([sheet.caption, *(row[0].text for row in sheet.rows[: head.row] if row)])
        for row in rows(sheet, head, len(sheet.rows[head.row]), self.found):
            name = row.label.text if row.label else ""
            if claimed(name):
                self.numbers(name, Row(tuple(row.cells[column] for column in order), False))
            else:
                self.wrong(row.place, "these are no numbers that a table claims", f"`{name[:40]}`")

    def order(self, cells: Sequence[Cell]) -> list[int] | None:
        """For each network, the column of a further table that is about it; one may be about several: `A,A-LRN`."""
        about = {name.strip(): column for column, cell in enumerate(cells) for name in re.split("[,;]", cell.text)}
        names = [name.text for name in self.configuration.names]
        return [about[name] for name in names] if all(name in about for name in names) else None
