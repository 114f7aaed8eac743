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
NAME = r"(?:[A-Za-z0-9_]|\*(?![*0-9]))+"
"""A name in which stars are numbers; none stands before a digit or another, where it could end anywhere."""
NAMES = re.compile(rf"{NAME}(?:\.{NAME})*")
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
        for line in re.finditer("[^\n]+", source.text):
            rule = line[0].partition("#")[0].rstrip()
            if rule:
                self.read(Span(line.end() - len(line[0].lstrip()), line.start() + len(rule)), findings)
        if findings.all:
            raise Problem(*findings.all)

    def read(self, span: Span, findings: Findings) -> None:
        """Read one rule."""
        left, _, right = (part.strip() for part in self.source.text[slice(*span)].partition("->"))
        words = re.findall("[^ ,]+", left)
        counts = words[:1] == ["count"] and len(words) > 1
        if not NAMES.fullmatch(right) or not (counts or NAMES.fullmatch(left)):
            return findings.add("E611", span, "this is no rule of a map", help=HELP)
        if len(self.rules) == MOST:
            return findings.add("E611", span, f"a map has at most {MOST:,} rules")
        rule = Rule(
            span, "" if counts else left, self.kinds(words[1:], span, findings) if counts else frozenset(), right
        )
        stars = 1 if counts else left.count("*")
        if right.count("*") != stars:
            found = f"{stars} on the left, {right.count('*')} on the right"
            findings.add("E611", span, "each number on the left takes one `*` on the right", found, HELP)
        if any(rule.kinds & other.kinds or (not counts and left == other.old) for other in self.rules):
            findings.add("E611", span, "a rule above is for the same names")
        self.rules.append(rule)

    def kinds(self, words: list[str], span: Span, findings: Findings) -> frozenset[str]:
        """The kinds of layer that words name."""
        found = {word: ops.find(word) for word in words}
        for word in words:
            if not found[word]:
                help = did_you_mean(word, ops.words())
                findings.add("E611", span, f"there is no layer `{word:.100}`", help=help)
        return frozenset(op.own_kind() for op in found.values() if op)


def read_map(path: Path) -> Map:
    """The map in a file. Raises Problem: E601 when it cannot be read, E611 when it is none."""
    return Map(decode(str(path), read(path, Limits().bytes)))


def find_map(name: str, spec: Path) -> Path:
    """Where a map is: a file that ends in `.map`, or `resnet.NAME.map` beside `resnet.arch`."""
    return Path(name) if name.endswith(".map") else spec.with_name(f"{spec.stem}.{name}.map")
