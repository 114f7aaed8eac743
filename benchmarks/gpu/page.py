"""What was found, as a page in Markdown: a table for each check."""

from collections import Counter
from collections.abc import Mapping, Sequence

from benchmarks.gpu.checks import CHECKS
from benchmarks.gpu.finding import Finding
from benchmarks.table import grid

Found = Mapping[str, Sequence[Finding]]


def page(facts: Sequence[str], found: Found) -> str:
    """All of it: the machine, the tables, and how many passed."""
    heads = ["# Checks on a GPU", *(f"- {fact}" for fact in facts)]
    return "\n\n".join([heads[0], "\n".join(heads[1:]), *(table(name, found[name]) for name in found), totals(found)])


def table(name: str, findings: Sequence[Finding]) -> str:
    """A check: what has figures line by line; what was not run, together by its reason."""
    shown = [finding for finding in findings if finding.verdict != "not run"]
    headings = list(dict.fromkeys(heading for finding in shown for heading in finding.figures))
    why = ["why"] * any(finding.why for finding in shown)
    rows = [
        (
            finding.subject,
            f"**{finding.verdict}**" if finding.verdict == "failed" else finding.verdict,
            *(number(finding.figures[heading]) if heading in finding.figures else "" for heading in headings),
            *([finding.why] if why else []),
        )
        for finding in shown
    ]
    left: dict[str, list[str]] = {}
    for finding in findings:
        if finding.verdict == "not run":
            left.setdefault(finding.why, []).append(finding.subject)
    parts = [f"## {name}: {CHECKS[name].about}"]
    parts += [grid(("what", "verdict", *headings, *why), rows, words=2)] if rows else []
    parts += ["\n".join(f"- not run, {why}: {', '.join(subjects)}" for why, subjects in left.items())] if left else []
    return "\n\n".join(parts)


def number(value: float) -> str:
    """Four digits."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def totals(found: Found) -> str:
    """How many there are of each verdict."""
    counts = Counter(finding.verdict for findings in found.values() for finding in findings)
    return f"{counts['passed']} passed, {counts['failed']} failed, {counts['not run']} not run.\n"
