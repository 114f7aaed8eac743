"""What was measured as a table: a row for each peer, work and network, in Markdown and as comma-separated values."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from benchmarks.measure import Measured

HEADINGS = ("work", "network", "peer", "s", "MB", "archspec s", "MB", "ours / theirs", "limit s", "ours / limit")
FIELDS = (
    "work", "network", "peer", "fault", "seconds", "cpu", "megabytes", "call", "ours", "our_fault", "our_seconds",
    "our_cpu", "our_megabytes", "our_call", "ratio", "limit", "limit_seconds", "ratio_to_limit",
)  # fmt: skip


class Row(NamedTuple):
    """A peer beside archspec at the same work."""

    work: str
    network: str
    peer: Measured
    ours: Measured
    limit: Measured | None = None
    """What cannot be undercut."""

    @property
    def ratio(self) -> float | None:
        """Our seconds as a part of the peer's."""
        return quotient(self.ours.seconds, self.peer.seconds)

    @property
    def to_limit(self) -> float | None:
        """Our seconds as a multiple of the limit's."""
        return quotient(self.ours.seconds, self.limit.seconds) if self.limit else None


def quotient(above: float | None, below: float | None) -> float | None:
    """A ratio; nothing where a number is not measured."""
    return above / below if above is not None and below else None


def markdown(rows: Sequence[Row]) -> str:
    """A table, and below it why something is not measured."""
    reasons = list(dict.fromkeys(faults(rows)))
    lines = ["", *(f"- not measured: {reason}" for reason in reasons)] if reasons else []
    return "\n".join([grid(HEADINGS, map(line, rows), words=3), *lines, ""])


def grid(headings: Sequence[str], rows: Iterable[Sequence[str]], words: int = 1) -> str:
    """A table in Markdown: so many columns of words, then numbers."""
    rule = ["---" if at < words else "---:" for at in range(len(headings))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (headings, rule, *rows))


def line(row: Row) -> tuple[str, ...]:
    """The cells of a row."""
    peer, ours, limit = row.peer, row.ours, row.limit
    theirs = (seconds(peer), megabytes(peer), seconds(ours), megabytes(ours), times(row.ratio))
    return row.work, row.network, peer.name, *theirs, seconds(limit) if limit else "", times(row.to_limit)


def faults(rows: Iterable[Row]) -> Iterable[str]:
    """Why what is not measured is not."""
    for row in rows:
        for each in (row.peer, row.ours, row.limit):
            if each and each.fault:
                yield f"{each.name}, {row.network}: {each.fault}"


def seconds(measured: Measured) -> str:
    """Three digits; in milliseconds, and saying so, below a tenth of a second."""
    value = measured.seconds
    if value is None:
        return "not measured"
    return f"{value:.3g}" if value >= 0.1 else f"{1000 * value:.3g} ms"


def megabytes(measured: Measured) -> str:
    """Whole megabytes; nothing within a process."""
    return "" if measured.megabytes is None else f"{measured.megabytes:,.0f}"


def times(ratio: float | None) -> str:
    """A ratio as it is read: 1/14.2, or 1.3."""
    if ratio is None:
        return ""
    if ratio > 0.5:
        return f"{ratio:.3g}"
    return f"1/{1 / ratio:.3g}" if ratio > 0.01 else f"1/{1 / ratio:,.0f}"


def values(rows: Iterable[Row]) -> str:
    """Every figure, unrounded, as comma-separated values."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(FIELDS)
    for row in rows:
        limit = (row.limit.name, row.limit.seconds) if row.limit else ("", None)
        of_peer, of_ours = (
            (each.name, each.fault, each.seconds, each.middle("cpu"), each.megabytes, each.middle("call"))
            for each in (row.peer, row.ours)
        )
        writer.writerow([row.work, row.network, *of_peer, *of_ours, row.ratio, *limit, row.to_limit])
    return out.getvalue()
