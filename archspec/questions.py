"""What a Python program asks of specs beside loading them: what changed, what a line became, sizes, tables."""

from collections.abc import Collection, Sequence
from pathlib import Path

from archspec.analysis.difference import Difference
from archspec.analysis.lines import Line
from archspec.analysis.lines import explain_line as explained
from archspec.analysis.sizes import Answer, answers
from archspec.diagnostics import problem
from archspec.files import read
from archspec.language.settled import Choices
from archspec.language.text import decode
from archspec.network import AS_WRITTEN, Network, find_spec, load, parted
from archspec.report.difference import difference_text
from archspec.report.lines import line_text
from archspec.source import Source
from archspec.tables.export import export
from archspec.tables.taking import Taken, take
from archspec.tables.writing import FORMATS


class Changes(Difference):
    """What changed from one network to another, which prints as `archspec diff` has it; true where anything did."""

    def __bool__(self) -> bool:
        return not self.none

    def __str__(self) -> str:
        return difference_text(self, ((), ())).rstrip()


def diff(old: Network | str, new: Network | str) -> Changes:
    """What changed from one network to another, each loaded or named: `diff("vgg:D", "vgg:E")`.

    What their files claim is not compared. Raises Problem where one cannot be loaded.
    """
    before, after = (load(each) if isinstance(each, str) else each for each in (old, new))
    return Changes(before.graph, after.graph)


class Explained(Line):
    """What a line became, which prints as `archspec explain` has it."""

    def __str__(self) -> str:
        return line_text(self).rstrip()


def explain_line(path: str, number: int, *, within: str | None = None, choices: Choices = AS_WRITTEN) -> Explained:
    """What a line of a spec, or of one column of it, became: `explain_line("vgg:E", 9)`.

    `within` is a spec that uses the line's file. Raises Problem, as `archspec explain` does.
    """
    name, column = parted(path)
    spec, column = parted(within) if within else (None, column)
    source, around = (opened(each, choices) if each else None for each in (name, spec))
    assert source
    return Explained(*explained(source, number, choices, column, around))


def opened(path: str, choices: Choices) -> Source:
    """A spec's text."""
    shown, place = find_spec(path)
    return decode(shown, read(place, choices.limits.bytes), place)


def import_table(
    text: str,
    name: str = "table",
    *,
    form: str | None = None,
    convention: str = "none",
    input: str | None = None,
    off: Collection[str] = (),
) -> Taken:
    """Make a spec of a table pasted from a paper: its `text`, and its `checkup`.

    The options are those of `archspec table import`. Raises Problem, with everything that is wrong.
    """
    return take(Source("table", text), name, form, convention, input, Path(), off)


def export_table(networks: Sequence[Network], to: str, *, params: bool = False, macs: bool = False) -> str:
    """The table of the networks of one spec, as `latex`, `markdown`, `html` or `tsv`.

    Raises Problem: E602 for another format, E613 where no table says them.
    """
    if to not in FORMATS:
        raise problem("E602", f"there is no format `{to}`", help=f"formats: {', '.join(FORMATS)}")
    return export([network.graph for network in networks], to, params, macs, AS_WRITTEN)


def sizes(path: str, to: int = 1024, choices: Choices = AS_WRITTEN) -> list[Answer]:
    """The sides of squares that a network takes, or each network of a table; those up to `to` are listed.

    Raises Problem, with every diagnostic, where the spec cannot be read, E602 where its input is no map, and E608
    where it holds no network.
    """
    name, column = parted(path)
    return answers(opened(name, choices), column, to, choices)
