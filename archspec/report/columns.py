"""The columns of a summary: what each is called, and what stands in it."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from archspec.analysis.costs import Costs, Row
from archspec.analysis.receptive import Field
from archspec.op.form import plain
from archspec.op.grid import Grid
from archspec.op.window import Window, as_papers, size


class Column(NamedTuple):
    """One column, for people and for tools."""

    heading: str
    text: Callable[[Row, Costs], str]
    """What it says of a layer, or of a stage: its last layer, and what all of it costs."""
    data: Callable[[Row], Any]
    """The same of a layer, for a tool."""
    layer: bool = False
    """Whether it says something of a layer that is not true of a stage."""
    right: bool = True
    """Whether it is set to the right."""


def kernel(row: Row) -> tuple[str, str] | None:
    """The window and its stride; None for what has no window."""
    op = row.node.op
    if not isinstance(op, Window) or getattr(op, "global_", False):
        return None
    return tuple(f"{side[0]}x{side[1]}" for side in (op.kernel, op.stride))  # type: ignore[return-value]


def spelled_kernel(row: Row) -> str:
    """`7x7/2`: the stride stands behind the window where it is not 1."""
    window = kernel(row)
    if window is None:
        return ""
    stride = plain(row.node.op.stride) if isinstance(row.node.op, Window) else ""
    return window[0] + (f"/{stride}" if stride != "1" else "")


def number(value: int) -> str:
    """A number with its digits in groups; nothing for 0."""
    return f"{value:,}" if value else ""


def bytes_told(value: int) -> str:
    """A number of bytes: `12.2 MiB`."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024 or unit == "GiB":
            break
        value /= 1024  # type: ignore[assignment]
    return (f"{value} B" if unit == "B" else f"{value:.1f} {unit}") if value else ""


def field(row: Row) -> str:
    """Height x width of the receptive field; `188-204` where positions see more or less."""
    return twice(*("?" if axis is None else ranged(axis) for axis in row.field))


def ranged(axis: Field) -> str:
    return str(axis.most) if axis.least == axis.most else f"{axis.least}-{axis.most}"


def twice(rows: str, columns: str) -> str:
    """`3`, or `3x5` where the sides differ."""
    return rows if rows == columns else f"{rows}x{columns}"


def lies(grid: Grid | None, part: Callable[[Any], Fraction]) -> str:
    """A number of both axes of a grid; nothing for what lies nowhere."""
    return twice(*(f"{float(part(axis)):g}" for axis in grid)) if grid else ""


def exact(grid: Grid | None, part: Callable[[Any], Fraction]) -> list[float] | None:
    return [float(part(axis)) for axis in grid] if grid else None


def rounded(costs: Costs) -> float | None:
    return None if costs.intensity is None else round(costs.intensity, 2)


def ratio(costs: Costs) -> str:
    return "" if costs.intensity is None else f"{costs.intensity:.1f}"


COLUMNS: Mapping[str, Column] = {
    "op": Column("op", lambda row, _: str(row.node.op), lambda row: str(row.node.op), layer=True, right=False),
    "output": Column("output", lambda row, _: size(row.node.shape), lambda row: list(as_papers(row.node.shape))),
    "kernel": Column("kernel", lambda row, _: spelled_kernel(row), kernel, layer=True),
    "params": Column("parameters", lambda _, costs: number(costs.params), lambda row: row.costs.params),
    "count": Column("", lambda _, costs: number(costs.counted), lambda row: row.costs.counted),
    "memory": Column("memory", lambda _, costs: bytes_told(costs.memory), lambda row: row.costs.memory),
    "kept": Column("kept", lambda _, costs: bytes_told(costs.kept), lambda row: row.costs.kept),
    "field": Column("field", lambda row, _: field(row), lambda row: [axis and axis.most for axis in row.field]),
    "jump": Column(
        "jump", lambda row, _: lies(row.grid, lambda axis: axis.jump), lambda row: exact(row.grid, lambda a: a.jump)
    ),
    "offset": Column(
        "offset", lambda row, _: lies(row.grid, lambda axis: axis.start), lambda row: exact(row.grid, lambda a: a.start)
    ),
    "intensity": Column("FLOPs/byte", lambda _, costs: ratio(costs), lambda row: rounded(row.costs)),
}
"""Each by the name by which it is asked for; the heading of `count` is the convention's unit."""
USUAL = ("op", "output", "params", "count", "memory", "field", "jump")
"""Those that are shown unless others are asked for."""
