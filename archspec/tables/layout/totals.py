"""Rows below the layers: parameters and multiply-adds."""

from collections.abc import Iterator

from archspec.graph.counts import count
from archspec.tables.layout.frame import Frame, Row
from archspec.tables.sheet import Cell

PARAMETERS = "Parameters (millions)"
"""Simonyan & Zisserman 2015, Table 2."""
MULTIPLY_ADDS = "FLOPs"
"""He et al. 2016 call multiply-adds so, in Table 1."""


def totals(frame: Frame, params: bool, macs: bool) -> Iterator[Row]:
    """The rows that are asked for; where no column has names of rows, a row over all says what comes next."""
    counts = [count(graph) for graph in frame.graphs]
    if params:
        yield from total(frame, PARAMETERS, [millions(each.params.trainable) for each in counts])
    if macs:
        yield from total(frame, MULTIPLY_ADDS, [billions(each.macs) for each in counts])


def total(frame: Frame, what: str, numbers: list[str]) -> Iterator[Row]:
    """One row of numbers, with its name."""
    cells = tuple(Cell((number,)) for number in numbers)
    if frame.labelled:
        yield (Cell((what,), 2), *cells)
    else:
        yield (Cell((what,), len(numbers)),)
        yield cells


def millions(number: int) -> str:
    """A count in millions, as Simonyan & Zisserman 2015 round it in Table 2; to three digits below a hundred."""
    value = number / 1e6
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def billions(number: int) -> str:
    """A count as He et al. 2016 write it in Table 1, in powers of 10^9: `11.3×10^9`."""
    value = number / 1e9
    return f"{value:.1f}×10^9" if value >= 1 else f"{value:.3g}×10^9"
