"""The summary of a network: its layers by stages, what each costs and sees, and the totals."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from archspec.analysis.conventions import CONVENTIONS, counted
from archspec.analysis.costs import Asked, Costs, Row, rows
from archspec.analysis.memory import kept, peak
from archspec.checks.checkup import totals
from archspec.graph import Graph
from archspec.graph.counts import Counts, node_macs
from archspec.graph.needs import only_heads_need
from archspec.op.window import size
from archspec.report.columns import COLUMNS, USUAL, bytes_told, spelled_kernel
from archspec.report.stages import Part, Stage, stages
from archspec.report.tabular import Line, Table, text

USUALLY = Asked()
NARROWEST = 3
"""Columns that stay, however narrow a terminal is."""


@dataclass(frozen=True)
class Summary:
    """A network's layers with what they cost, which prints as a table."""

    graph: Graph
    counts: Counts
    asked: Asked = USUALLY

    @cached_property
    def rows(self) -> list[Row]:
        """Every layer."""
        return rows(self.graph, self.asked)

    def __str__(self) -> str:
        return text(self.table())

    def table(self, columns: Sequence[str] = USUAL, unfold: bool = False) -> Table:
        """The table of some columns: by stages, what repeats once; or unfolded, layer by layer."""
        parts = [Part(row.node.path, row) for row in self.rows] if unfold else stages(self.rows)
        unit = CONVENTIONS[self.asked.convention].unit
        start = Line(("input", *(size(self.graph.input.shape) if name == "output" else "" for name in columns)))
        return Table(
            f"{self.graph.full_name}  {self.graph.title}".rstrip(),
            ("layer", *(COLUMNS[name].heading or unit for name in columns)),
            (False, *(COLUMNS[name].right for name in columns)),
            (start, *(line for part in parts for line in lines(part, columns))),
            tuple(self.totals(columns)),
            tuple(self.notes()),
        )

    def fitting(self, width: int, columns: Sequence[str] = USUAL, unfold: bool = False) -> Table:
        """The table with as many of the columns as fit, the last ones left out first."""
        table = self.table(columns, unfold)
        while table.width > width and len(columns) > NARROWEST:
            columns = columns[:-1]
            table = self.table(columns, unfold)
        return table

    def totals(self, columns: Sequence[str]) -> list[Line]:
        """The network's totals; with its heads, where it has any, once more."""
        told = {"op": f"depth {self.counts.depth}", "params": f"{sum(self.counts.params):,}"}
        found = [("total", told | {"count": f"{self.counted(heads=False):,}"})]
        if self.graph.heads:
            params = f"{sum(self.counts.with_heads.params):,}"
            found.append(("with heads", {"params": params, "count": f"{self.counted(heads=True):,}"}))
        return [Line((name, *(cells.get(column, "") for column in columns)), heading=True) for name, cells in found]

    def counted(self, heads: bool) -> int:
        """What all layers come to, under the convention that is asked for, with or without those of heads."""
        beside = frozenset() if heads else only_heads_need(self.graph)
        return counted(self.graph, [n for n in self.graph.nodes if n.path not in beside], self.asked.convention)

    def notes(self) -> list[str]:
        """What is said below the table."""
        setting, frozen = self.asked.setting, self.counts.params.frozen
        how = f"at batch {setting.batch}, {setting.precision}"
        most, training = peak(self.graph, setting), sum(kept(self.graph, setting).values())
        return [
            *([f"of the parameters, {frozen:,} are frozen"] if frozen else []),
            f"memory {how}: training keeps {bytes_told(training)} for the backward pass, inference holds at most "
            f"{bytes_told(most.bytes)} at a time, at {most.path}",
            *(f"head {head.name}: {head.value}, weight {head.weight:g}" for head in self.graph.heads),
        ]

    def as_json(self) -> dict[str, Any]:
        """The summary as tools read it; sizes are height x width x channels, memory is in bytes."""
        most = peak(self.graph, self.asked.setting)
        return {
            "network": self.graph.name,
            "column": self.graph.column,
            **totals(self.graph, self.counts),
            "convention": self.asked.convention,
            "count": self.counted(heads=False),
            "memory": {
                **self.asked.setting._asdict(),
                "training": sum(kept(self.graph, self.asked.setting).values()),
                "inference": most.bytes,
                "inference_at": most.path,
            },
            "layers": [data(self.graph, row) for row in self.rows],
        }


def as_csv(summaries: Sequence[Summary]) -> str:
    """Every layer with every column, as spreadsheets read it; of several networks, the first column names them."""
    to = io.StringIO()
    writer = csv.writer(to, lineterminator="\n")
    several = len(summaries) > 1
    writer.writerow([*(["network"] if several else []), "layer", *COLUMNS])
    for summary in summaries:
        name = [summary.graph.full_name] if several else []
        writer.writerows([*name, row.node.path, *values(row)] for row in summary.rows)
    return to.getvalue()


def data(graph: Graph, row: Row) -> dict[str, Any]:
    """A layer as tools read it; its multiply-adds are there whatever is counted."""
    columns = {name: column.data(row) for name, column in COLUMNS.items()}
    return {"path": row.node.path, **columns, "macs": node_macs(graph, row.node), "line": row.node.origin.line}


def values(row: Row) -> Iterator[Any]:
    """A layer's cells, each of one value; a window is spelled with its stride: `7x7/2`."""
    for name, column in COLUMNS.items():
        yield spelled_kernel(row) if name == "kernel" else plainly(column.data(row))


def plainly(value: Any) -> Any:
    """A value in one cell: `56x56x256` for three numbers."""
    return "x".join(map(str, value)) if isinstance(value, list | tuple) else value


def lines(part: Part, columns: Sequence[str], level: int = 0) -> list[Line]:
    """A part of a network as lines of a table: a stage's own, then those of its parts."""
    item, name = part.item, part.name + (f" x{part.times}" if part.times > 1 else "")
    if isinstance(item, Row):
        quiet = not (item.costs.params or item.costs.counted)
        return [Line((name, *cells(item, item.costs, columns)), level, quiet=quiet)]
    told = cells(item.last, item.costs, columns, item)
    inner = [line for part in item.parts for line in lines(part, columns, level + 1)]
    return [Line((name, *told), level, heading=True), *inner]


def cells(row: Row, costs: Costs, columns: Sequence[str], stage: Stage | None = None) -> tuple[str, ...]:
    """What the columns say of a layer, or of the stage whose last layer it is."""
    texts = (COLUMNS[name].text(row, costs) for name in columns)
    if stage is None:
        return tuple(texts)
    own = {name: f"{stage.layers} layers" if name == "op" else "" for name in columns if COLUMNS[name].layer}
    return tuple(own.get(name, text) for name, text in zip(columns, texts, strict=True))
