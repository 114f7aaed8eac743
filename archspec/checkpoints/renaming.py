"""The names that a map gives to a network's tensors."""

import re
from collections import Counter

from archspec.checkpoints.map import Map, Rule
from archspec.diagnostics import Diagnostic, Problem, failed
from archspec.graph import Graph, Node
from archspec.language.findings import Findings


def rename(map: Map, graph: Graph) -> tuple[dict[str, str], tuple[Diagnostic, ...]]:
    """The other program's name for each tensor, and warnings of rules that name none.

    Raises Problem E611 when two tensors would have one name.
    """
    findings, renaming = Findings(map.source), Renaming(map, graph)
    names: dict[str, str] = {}
    owners: dict[str, tuple[str, list[Rule]]] = {}
    for name, node, _ in graph.tensors():
        new, rules = renaming.of(name, node)
        if new in owners:
            other, others = owners[new]
            span = (rules or others)[-1].span
            findings.add("E611", span, f"two tensors would be called `{new}`", f"{other} and {name}")
        names[name], owners[new] = new, (name, rules)
    used = {rule for _, rules in owners.values() for rule in rules}
    for rule in map.rules:
        if rule not in used:
            findings.add("W709", rule.span, f"this rule names nothing in {graph.full_name}")
    if failed(findings.all):
        raise Problem(*findings.all)
    return names, tuple(findings.all)


class Renaming:
    """The rules of a map at work on one network."""

    def __init__(self, map: Map, graph: Graph) -> None:
        self.rules = map.rules
        either = "|".join(f"(?P<r{index}>{looks(rule)})" for index, rule in enumerate(map.rules) if rule.old)
        self.pattern = re.compile(rf"(?<![^.])(?:{either or '(?!)'})(?![^.])")  # whole names; the upper rule first
        self.numbers: dict[str, tuple[str, Rule]] = {}
        counted = {kind: rule for rule in map.rules for kind in rule.kinds}
        reached = Counter[Rule]()
        for node in graph.nodes:
            if rule := counted.get(node.op.kind):
                self.numbers[node.path] = rule.new.replace("*", str(reached[rule])), rule
                reached[rule] += 1

    def of(self, name: str, node: Node) -> tuple[str, list[Rule]]:
        """A tensor's new name, and the rules that made it; the name is read once, from left to right."""
        if node.path in self.numbers:
            path, rule = self.numbers[node.path]
            return path + name.removeprefix(node.path), [rule]
        rules: list[Rule] = []

        def put(found: re.Match[str]) -> str:
            rule = self.rules[int(str(found.lastgroup)[1:])]
            rules.append(rule)
            return passed_on(rule, found[0])

        return self.pattern.sub(put, name), rules


def looks(rule: Rule) -> str:
    """What a rule is looked for with: a star is a number."""
    return re.escape(rule.old).replace(r"\*", "([0-9]+)")


def passed_on(rule: Rule, text: str) -> str:
    """What takes the place of the names that were found, with their numbers."""
    numbers = re.fullmatch(looks(rule), text)
    assert numbers
    parts = rule.new.split("*")
    return parts[0] + "".join(number + part for number, part in zip(numbers.groups(), parts[1:], strict=True))
