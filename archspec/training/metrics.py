"""The figures of a run, epoch by epoch: `metrics.csv`, and files that TensorBoard reads."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from archspec.diagnostics import needed, problem
from archspec.files import read, replacing

if TYPE_CHECKING:
    pass

METRICS = "metrics.csv"
LARGEST = 1 << 28
"""Bytes of a table of figures."""


@dataclass(frozen=True)
class Row:
    """What a run has come to at the end of an epoch, or of the run."""

    epoch: float
    """How often the training examples have been gone through."""
    step: int
    rate: float
    """The learning rate of the last step."""
    train_loss: float
    train_error: float
    """Per cent of the images, or pixels, whose class is not the one that the network finds likeliest."""
    test_loss: float
    test_error: float
    mean_iu: float | None
    """Per cent, of the test images (Long et al. 2015, section 5); None where images have one class."""
    images_per_second: float
    """While training, tests not counted."""
    seconds: float
    """Since the run began, all of its parts together; what was done again counts once."""


HEADS = [field.name for field in fields(Row)]
"""The first line of the table."""


def write(folder: Path, rows: Iterable[Row]) -> None:
    """Write the table. Raises Problem E605 where the system refuses."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADS)
    writer.writerows(["" if value is None else repr(value) for value in astuple(row)] for row in rows)
    with replacing(folder / METRICS) as file:
        file.write(text.getvalue().encode())


def rows(folder: Path, until: int | None = None) -> list[Row]:
    """The table that a run wrote, up to a step; it has none before its first epoch is over.

    Raises Problem E624 where there is another in its place.
    """
    path = folder / METRICS
    if not path.exists():
        return []
    text = read(path, LARGEST).decode(errors="replace")
    try:
        heads, *lines = csv.reader(io.StringIO(text))
        if heads != HEADS:
            raise ValueError
        found = [row(line) for line in lines]
    except (csv.Error, ValueError, TypeError):
        raise problem("E624", f"{path} is not the table that a run writes", text[:200]) from None
    return [each for each in found if until is None or each.step <= until]


def row(line: Sequence[str]) -> Row:
    """A line of the table. Raises ValueError or TypeError where it is none."""
    given = zip(fields(Row), line, strict=True)
    values = [None if not text else int(text) if field.name == "step" else float(text) for field, text in given]
    return Row(*values)  # type: ignore[arg-type]


class Board:
    """Files for TensorBoard in a run's folder; none unless they are asked for.

    Raises Problem E607 where TensorBoard is not installed.
    """

    def __init__(self, folder: Path, step: int) -> None:
        with needed("`pip install tensorboard`, or archspec with its extra `train`"):
            from torch.utils.tensorboard import SummaryWriter
        # what a run that was cut off wrote after this step does not hold any more
        self.writer: SummaryWriter = SummaryWriter(str(folder), purge_step=step + 1)

    def add(self, row: Row) -> None:
        """Show what a row says."""
        for name in ("rate", "train_loss", "train_error", "test_loss", "test_error", "mean_iu", "images_per_second"):
            value = getattr(row, name)
            if value is not None:
                self.writer.add_scalar(name.replace("_", "/", 1), value, row.step)
        self.writer.flush()

    def close(self) -> None:
        """End the files."""
        self.writer.close()
