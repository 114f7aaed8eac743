"""What a run found, as a page: tables, and the list of what was promised, met or not met."""

from collections.abc import Iterable, Sequence
from datetime import date

from benchmarks.machine import machine, versions
from benchmarks.section import Section, Target
from benchmarks.table import grid, markdown, times

METHOD = (
    "Medians of {rounds} runs in turn (A B A B). Whole processes: a fresh interpreter each, wall time, peak resident "
    "memory of that process. Every run's answer was checked. `ours / theirs` below 1 is faster than the peer."
)


def heading(day: date, rounds: int, quick: bool, seconds: float) -> str:
    """Where and how it was measured, and how long that took."""
    kind = " (quick: one network, too few runs to be quoted)" if quick else ""
    method = METHOD.format(rounds=rounds)
    facts = [f"Machine: {machine()}", f"Versions: {versions()}", f"The run took {seconds / 60:.1f} minutes."]
    return "\n".join([f"# Benchmarks, {day.isoformat()}{kind}\n", f"{method}\n", *(f"- {each}" for each in facts), ""])


def shown(section: Section) -> str:
    """A part: its table, and what else it says."""
    parts = [markdown(section.rows) if section.rows else "", section.text]
    return "\n".join([f"## {section.title}\n", *(f"{part.rstrip()}\n" for part in parts if part)])


def promises(targets: Sequence[Target]) -> str:
    """What was promised, and whether this run keeps it."""
    rows = [(each.text, bound(each), found(each), verdict(each)) for each in targets]
    table = grid(("what", "target", "this run", "verdict"), rows)
    return f"## Targets\n\n{table}\n\n{sum(each.met is True for each in targets)} of {len(targets)} met.\n"


def bound(target: Target) -> str:
    return f"at {'least' if target.least else 'most'} {amount(target.bound, target.unit)}"


def found(target: Target) -> str:
    return "not measured" if target.value is None else amount(target.value, target.unit)


def verdict(target: Target) -> str:
    return {True: "met", False: "**not met**", None: "not measured"}[target.met]


def amount(value: float, unit: str) -> str:
    """A ratio, or a number with its unit."""
    return times(value) if unit == "x" else f"{value:,.3g} {unit}"


def page(head: str, sections: Iterable[Section]) -> str:
    """All of it."""
    parts = list(sections)
    targets = [target for section in parts for target in section.targets]
    return "\n".join([head, *map(shown, parts), *([promises(targets)] if targets else [])])
