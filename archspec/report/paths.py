"""The paths through a network, in words and as tools read them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import log2, sqrt
from typing import Any

from archspec.analysis.paths import Paths
from archspec.graph import Graph

SHARE = Fraction(95, 100)
"""The share of paths that the central lengths hold."""
Range = tuple[int, int]
LONGEST = 40
"""Digits of a number that are printed; of a longer one, the first."""


def paths_json(graph: Graph, found: Paths, ranges: Sequence[Range], deleted: int | None) -> dict[str, Any]:
    """The paths as tools read them. Numbers of paths are strings, since they have more digits than a float."""
    return {
        "network": graph.name,
        "column": graph.column,
        "unit": found.unit,
        "modules": [module._asdict() for module in found.modules.values()],
        **lengths_json(found),
        "shares": [{"low": low, "high": high, "share": float(found.share(low, high))} for low, high in ranges],
        "deleted": None if deleted is None else {"modules": deleted, **lengths_json(found.without(deleted))},
    }


def lengths_json(found: Paths) -> dict[str, Any]:
    """The numbers of one distribution of lengths."""
    return {
        "total": str(found.total),
        "counts": [str(count) for count in found.counts],
        "mean": float(found.mean),
        "sigma": sqrt(found.variance),
        "central95": list(found.central(SHARE)),
    }


def paths_text(graph: Graph, found: Paths, ranges: Sequence[Range], deleted: int | None) -> str:
    """The paths in words."""
    rows = [*rows_of(found), *(shared(found, *each) for each in ranges)]
    if deleted is not None:
        left = found.without(deleted)
        rows += [
            (f"without {deleted}", f"{number(left.total)} paths, 1 in {ratio(found.total / left.total)}"),
            ("", f"{lengths(left)}"),
        ]
    wide = max(len(name) for name, _ in rows)
    title = f"{graph.full_name}  {graph.title}".rstrip()
    return "\n".join([title, *(f"  {name.ljust(wide)}  {text}" for name, text in rows)]) + "\n"


def rows_of(found: Paths) -> Iterator[tuple[str, str]]:
    """What there is to say of a network as it stands."""
    if found.modules:
        kinds = Counter(module.kind for module in found.modules.values())
        said = ", ".join(f"{count} {NAMES[kind]}" for kind, count in kinds.items())
        yield "modules", f"{len(found.modules)} residual, with shortcuts: {said}"
    yield "paths", number(found.total)
    yield "lengths", lengths(found)
    low, high = found.central(SHARE)
    yield "central", f"{low} to {high} {found.unit}: {percent(found.share(low, high))} of the paths"


NAMES = {"identity": "identity", "padding": "zero-padded", "projection": "projected"}


def lengths(found: Paths) -> str:
    """How long the paths are."""
    ends = f"{found.shortest} to {found.longest} {found.unit}"
    return f"{ends}, mean {float(found.mean):,.4g}, standard deviation {sqrt(found.variance):,.4g}"


def shared(found: Paths, low: int, high: int) -> tuple[str, str]:
    """How many paths have certain lengths."""
    return "share", f"{low} to {high} {found.unit}: {percent(found.share(low, high))} of the paths"


def percent(share: Fraction) -> str:
    """A share with five digits."""
    return f"{float(share * 100):.5g} %"


def number(count: Fraction) -> str:
    """How many: `16 = 2^4`."""
    digits = f"{int(count):,}" if count.denominator == 1 else f"{float(count):,.5g}"
    text = digits if len(digits) <= LONGEST else f"about {leading(int(count))}"
    power = int(count).bit_length() - 1
    return f"{text} = 2^{power}" if count == 1 << power and power > 1 else text


def leading(count: int) -> str:
    """A number of any length by its first digits: `4.15e180`."""
    digits = str(count)
    return f"{round(int(digits[:5]) / 10000, 3)}e{len(digits) - 1}"


def ratio(parts: Fraction) -> str:
    """One in how many."""
    return number(parts) if parts.denominator == 1 else f"{2 ** log2(parts):,.5g}"
