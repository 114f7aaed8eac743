"""What is said where a table contradicts itself: the column, what was claimed and counted, and what slipped."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from archspec.checks.checkup import Checkup
from archspec.diagnostics import Diagnostic
from archspec.tables.configuration import Configuration
from archspec.tables.slips import Search, same

ACCEPT = "if the paper itself is off, `--but` keeps its number and says what holds"


def explained(
    table: Configuration, said: Sequence[Diagnostic], check: Callable[[Configuration], Checkup]
) -> list[Diagnostic]:
    """The diagnostics of a table; those about claims with the shift of one cell that would reconcile them."""
    names = [name.text for name in table.names]
    errors = [each for each in said if each.severity == "error"]
    wrong = sorted({names.index(name) for each in errors for name in each.columns})
    searched = names and all(each.code == "E401" for each in errors)
    slips = Search(table, check).slips(wrong) if searched else {}
    told: set[str] = set()
    found = []
    for each in said:
        if each.code == "E401":
            fresh = [name for name in each.columns if name not in told]
            told.update(fresh)
            helps = [why(table, names.index(name), slips) for name in fresh] if searched else []
            each = contradiction(each, helps)
        found.append(each)
    return found


def contradiction(diagnostic: Diagnostic, helps: Sequence[str]) -> Diagnostic:
    """A claim that does not hold, in the words of tables."""
    found = diagnostic.found.replace("stated", "claimed").replace("computed", "counted")
    where = f" in column {', '.join(diagnostic.columns)}" if diagnostic.columns else ""
    return replace(diagnostic, message=diagnostic.message + where, found=found, help="; ".join(helps) or ACCEPT)


def why(table: Configuration, column: int, slips: dict[int, str]) -> str:
    """What is known of a column whose claims do not hold."""
    if column in slips:
        return slips[column]
    own = table.names[column].text
    twin = next((other for other in range(table.width) if other != column and same(table, column, other)), None)
    if twin is not None:
        other = table.names[twin].text
        return f"{own} is equal to {other} in every row, so there is nothing to shift: layers of its own are missing"
    return f"no shift of one cell makes the claims about {own} hold: look for a slip in its layers; {ACCEPT}"
