"""Many specs in one process and on all cores, and many candidates of one text on one core."""

import sys
import tempfile
from pathlib import Path

from archspec.cores import cores
from benchmarks.many import drawn, params_by_hand, specs
from benchmarks.measure import Entrant, processes
from benchmarks.section import Asked, Section, Target, peer
from benchmarks.serving import calls
from benchmarks.table import Row

NUMBER, QUICK = 1000, 100
"""Specs, and candidates; fewer where a minute is all there is."""


def measure(asked: Asked) -> Section:
    """Specs that are all different, as whole processes; then candidates, within one."""
    number = QUICK if asked.quick else NUMBER
    with tempfile.TemporaryDirectory() as folder:
        specs(Path(folder), number)
        entrants = [checked(folder, number, jobs) for jobs in (1, cores())]
        one, every = processes(entrants, asked.rounds, say=asked.say)
    (search,) = calls([searched(number)], asked.rounds, say=asked.say)
    rate = number / search.seconds if search.seconds else None
    rows = [Row("check", f"{number:,} generated specs", one, every)]
    text = f"`archspec.count` of {number:,} candidates around ResNet-50, on one core: "
    text += f"{rate:.0f} a second.\n" if rate else f"not measured: {search.fault}.\n"
    target = Target("candidates around ResNet-50 counted a second, on one core", rate, 150, "/s", least=True)
    return Section("Many specs, whole processes, and many candidates of one", rows, [target], text)


def checked(folder: str, number: int, jobs: int) -> Entrant:
    """The check of a folder; it answers with the number of sound networks."""
    words = (sys.executable, "-m", "archspec", "check", folder, "--jobs", str(jobs))
    return Entrant(f"archspec check --jobs {jobs}", words, number, lambda output, _: output.count("ok   "))


def searched(number: int) -> Entrant:
    """The counts of candidates; it answers with the sum of their parameters."""
    expected = sum(params_by_hand(lets) for _, lets in drawn(number))
    return peer("searching", "archspec", str(number), shown="archspec.count", expected=expected, package="lark")
