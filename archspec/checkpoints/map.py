"""A map: how another program names the tensors of a spec's networks, as a text file beside the spec."""

import re
from pathlib import Path
from typing import NamedTuple

from archspec import ops
from archspec.diagnostics import Problem
from archspec.files import read
from archspec.language.findings import Findings
from archspec.language.limits import Limits
from archspec.language.suggest import did_you_mean
from archspec.language.text import decode
from archspec.source import Source, Span

MOST = 1000
"""Rules of one map."""
NAMES = r"[A-Za-z0-9_*]+(?:\.[A-Za-z0-9_*]+)*"
RULE = re.compile(rf"(?:count +(?P<kinds>[A-Za-z0-9_, -]+?)|(?P<old>{NAMES})) *-> *(?P<new>{NAMES})", re.ASCII)
HELP = "a rule is `old.name -> new.name`, or `count conv relu -> new.*`"


class Rule(NamedTuple):
    """One line: names and what takes their place, or kinds of layers and how they are numbered."""

    span: Span
    old: str
    """Names with dots between them; empty where layers are counted."""
    kinds: frozenset[str]
    """The kinds of the layers that are counted."""
    new: str


class Map:
    """The rules of one file. Raises Problem E611, with every line that is none."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.rules: list[Rule] = []
        findings = Findings(source)
        for line in re.finditer(r"^ *([^#\n]*[^# \n])", source.text, re.MULTILINE):
            self.read(Span(*line.span(1)), findings)
        if findings.all:
            raise Problem(*findings.all)

    def read(self, span: Span, findings: Findings) -> None:
        """Read one rule."""
        found = RULE.fullmatch(self.source.text, *span)
        if not found or len(self.rules) == MOST:
            message = f"a map has at most {MOST:,} rules" if found else "this is no rule of a map"
            return findings.add("E611", span, message, help="" if found else HELP)
        words = re.findall("[^ ,]+", found["kinds"] or "")
        unknown = [word for word in words if not ops.find(word)]
        if unknown:
            help = did_you_mean(unknown[0], ops.words())
            return findings.add("E611", span, f"there is no layer `{unknown[0]:.100}`", help=help)
        kinds = frozenset(op.own_kind() for word in words if (op := ops.find(word)))
        rule = Rule(span, found["old"] or "", kinds, found["new"])
        stars = 1 if kinds else rule.old.count("*")
        if rule.new.count("*") != stars:
            counts = f"{stars} on the left, {rule.new.count('*')} on the right"
            findings.add("E611", span, "each number on the left takes one `*` on the right", counts, HELP)
        if any(kinds & other.kinds or (not kinds and rule.old == other.old) for other in self.rules):
            findings.add("E611", span, "a rule above is for the same names")
        self.rules.append(rule)


def read_map(path: Path) -> Map:
    """The map in a file. Raises Problem: E601 when it cannot be read, E611 when it is none."""
    return Map(decode(str(path), read(path, Limits().bytes)))


def find_map(name: str, spec: Path) -> Path:
    """Where a map is: a file that ends in `.map`, or `resnet.NAME.map` beside `resnet.arch`."""
    return Path(name) if name.endswith(".map") else spec.with_name(f"{spec.stem}.{name}.map")
