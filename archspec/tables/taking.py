"""A pasted table to a checked spec: what contradicts itself is said of the places in the paste."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from archspec.checks.amounts import read_amount
from archspec.checks.checkup import Checkup, check_source
from archspec.checks.claims import COUNTS
from archspec.diagnostics import Diagnostic, Problem, failed
from archspec.formatting import layout
from archspec.language.settled import Choices
from archspec.source import Source
from archspec.tables.configuration import Configuration, Said
from archspec.tables.contradictions import explained
from archspec.tables.conventions import apply, residual
from archspec.tables.labels import with_labels
from archspec.tables.meaning import understand
from archspec.tables.reading import read
from archspec.tables.spec import Text, spec_text

AS_WRITTEN = Choices()
"""Nothing asked of a spec but what it says."""


@dataclass(frozen=True)
class Taken:
    """A spec made of a table."""

    text: str
    checkup: Checkup


def take(
    source: Source,
    name: str,
    form: str | None = None,
    convention: str = "none",
    input: str | None = None,
    home: Path | None = None,
    off: Collection[str] = (),
    choices: Choices = AS_WRITTEN,
) -> Taken:
    """Make a spec of a table. Raises Problem, with everything that is wrong, where it contradicts itself.

    `home` is the folder that the spec is for; `off` are the claims in which the paper itself may be off.
    """
    sheets = read(source, form)
    table = understand(sheets, residual(sheets[0].notes, convention), choices.limits.columns)
    if input:
        table.inputs = (Said(input),)
    with_labels(table)
    apply(table, convention)
    if not table.inputs:
        place = table.names[0].place if table.names else None
        help = 'say it: `--input "224x224 RGB"`'
        raise Problem(
            Diagnostic("E122", "the table does not say what its networks are given", "", source, place, help=help)
        )
    text = spec_text(table, name)
    checkup = checked(text, name, home, choices)
    if any(deviating(table, checkup, claim) for claim in off):
        text = spec_text(table, name)
        checkup = checked(text, name, home, choices)
    said = tuple(text.relocate(each, source) for each in checkup.diagnostics)
    if failed(said):
        raise Problem(*explained(table, said, lambda other: checked(spec_text(other, name), name, home, choices)))
    return Taken(layout(Source(f"{name}.arch", text.text), choices.limits), replace(checkup, diagnostics=said))


def checked(text: Text, name: str, home: Path | None, choices: Choices) -> Checkup:
    """The check of the spec, as `archspec check` has it."""
    file = f"{name}.arch"
    return check_source(Source(file, text.text, (home or Path()) / file), choices)


def deviating(table: Configuration, checkup: Checkup, claim: str) -> bool:
    """Keep the numbers of a claim that do not hold, with what holds: `3.6G but 3.7G`. Gives whether there are any."""
    stated = table.claims.get(claim, [])
    changed = list(stated)
    for column, (said, network) in enumerate(zip(stated, checkup.networks, strict=False)):
        amount = read_amount(said.text) if said else None
        if said and amount and network.counts and not amount.holds(actual := COUNTS[claim](network.counts)):
            changed[column] = Said(f"{said.text} but {amount.like(actual)}", said.place)
    if changed == stated:
        return False
    table.claims[claim] = changed
    return True
