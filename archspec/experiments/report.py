"""What an experiment found, in words, as a table of numbers, and as figures."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from archspec.diagnostics import Problem, problem
from archspec.experiments.outcome import Outcome
from archspec.figures.figure import Figure
from archspec.files import reason, replacing
from archspec.report import tabular

FORMATS = ("svg", "pdf")


def text(outcome: Outcome) -> str:
    """The tables and the claims, for a terminal."""
    lines = [f"{claim.verdict:12}  {claim.text}\n{'':12}  {claim.source}: {claim.found}" for claim in outcome.claims]
    return "\n".join([*map(tabular.text, outcome.tables), *lines]) + "\n"


def markdown(outcome: Outcome) -> str:
    """The whole report."""
    claims = tabular.Table(
        "Claims",
        ("claim", "source", "found, seed by seed", ""),
        (False,) * 4,
        tuple(tabular.Line((each.text, each.source, each.found, each.verdict)) for each in outcome.claims),
        (),
        (),
    )
    return "\n".join(
        [
            f"# {outcome.title}",
            "",
            tabular.markdown(claims),
            *(f"![{scene.about}]({name}.svg)\n" for name, scene in outcome.plots.items()),
            *map(tabular.markdown, outcome.tables),
            *(f"{note}\n" for note in outcome.notes),
            "**Settings**\n",
            *(f"* {name}: {said}" for name, said in outcome.settings.items()),
            "* every number is in results.csv",
            "",
        ]
    )


def numbers(outcome: Outcome) -> str:
    """All that was measured, as CSV (RFC 4180)."""
    out = io.StringIO()
    csv.writer(out).writerows([outcome.measured.headings, *outcome.measured.rows])
    return out.getvalue()


def write(outcome: Outcome, folder: Path) -> Iterator[str]:
    """Write report.md, results.csv and the figures. Gives a line for each, also where a format needs what is not there.

    Raises Problem E605.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise problem("E605", f"cannot write {folder}", reason(error)) from None
    for name, content in (("report.md", markdown(outcome)), ("results.csv", numbers(outcome))):
        with replacing(folder / name) as file:
            file.write(content.encode())
        yield f"wrote {folder / name}"
    for name, scene in outcome.plots.items():
        for ending in FORMATS:
            yield drawn(Figure(scene), folder / f"{name}.{ending}")


def drawn(figure: Figure, path: Path) -> str:
    """Write a figure, and say so, or what is missing for it."""
    try:
        figure.save(path)
    except Problem as missing:
        if missing.diagnostics[0].code != "E607":
            raise
        return f"no {path}: {missing.diagnostics[0].message}"
    return f"wrote {path}"
