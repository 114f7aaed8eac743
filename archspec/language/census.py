"""How many layers a spec comes to, counted before any is made: a block is counted once for the same arguments."""

from collections import Counter
from collections.abc import Mapping, Sequence

from archspec.language import syntax as s
from archspec.language.asked import read_asked
from archspec.language.bind import Binder
from archspec.language.blocks import bind_block
from archspec.language.findings import Findings
from archspec.language.unit import Tally, Unit
from archspec.language.words import Spelled

ALL = ""
"""The key that counts every layer, without the few that shortcuts and crops add; the others count those of one kind."""
Values = Mapping[str, int]


class TooMany(Exception):
    """Counting itself passed the limit."""


def take_census(unit: Unit) -> None:
    """Note how many layers of each kind a network has; past the limit, only that there are more."""
    limits = unit.settled.limits
    try:
        census = Census(limits.nodes)
        counted = census.suite(unit, unit.program.body, unit.settled.values, limits.nesting)
        for name, head in unit.program.heads.items():
            each = census.suite(unit, head.body, unit.settled.values, limits.nesting)
            unit.tally.heads[name] = Tally(each)
            counted[ALL] += each[ALL]
    except TooMany:
        counted = Counter({ALL: limits.nodes + 1})
    unit.tally.written.update(counted)


class Census:
    """Counts for one network of a spec."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.known: dict[tuple[object, ...], Counter[str]] = {}
        self.units: list[Unit] = []
        """Those that are made for the counting alone: while they are here, no other has their ids."""
        self.steps = 0

    def suite(self, unit: Unit, statements: Sequence[s.Statement], values: Values, depth: int) -> Counter[str]:
        """Count the layers of some statements of a file."""
        total: Counter[str] = Counter()
        for statement in statements if depth else ():
            match statement:
                case s.Row():
                    self.chain(unit, unit.settled.pick(statement.cells).items, values, depth, total)
                case s.Branch():
                    self.chain(unit, statement.cell.items, values, depth, total)
                    total += self.suite(unit, statement.body, values, depth - 1)
                case s.Join():
                    total += self.suite(unit, statement.body, values, depth - 1)
                    total[ALL] += 1 + followers(unit, statement.header.word.text)
        return total

    def chain(
        self, unit: Unit, items: Sequence[s.Item], values: Values, depth: int, total: Counter[str]
    ) -> Counter[str]:
        """Add the layers of a chain to a total."""
        for item in items if depth else ():
            if isinstance(item, s.Layer):
                each = self.layer(unit, item, values, depth)
            elif isinstance(item, s.Group):
                each = self.chain(unit, item.items, values, depth - 1, Counter())
            else:
                continue
            times = max(deaf(unit, values).repeat(item.repeat) or 0, 0) if item.repeat else 1
            total[ALL] += times * (not each[ALL])  # what repeats nothing is still walked through
            for kind, count in each.items():
                total[kind] += count * times
        return total

    def layer(self, unit: Unit, layer: s.Layer, values: Values, depth: int) -> Counter[str]:
        """Count what one layer comes to."""
        spelled = unit.program.spelled(layer.word)
        if spelled is None:
            return Counter({ALL: 1})
        if spelled.op:
            kind = spelled.op.own_kind()
            if (id(unit), kind) not in self.known:
                self.known[id(unit), kind] = Counter({kind: 1, ALL: 1 + followers(unit, kind)})
            return self.known[id(unit), kind]
        self.steps += 1
        if self.steps > self.limit:
            raise TooMany
        if spelled.name in unit.program.networks:
            return Counter({ALL: self.network(unit, layer, spelled, values, depth)[ALL]})
        there, block = unit.block(spelled.name)
        inner = bind_block(deaf(unit, values), spelled, block, layer.arguments)
        if inner is None:
            return Counter()
        key = (id(there), spelled.name, tuple(inner.items()))
        if key not in self.known:
            self.known[key] = self.suite(there, block.body, {**there.settled.values, **inner}, depth - 1)
        return self.known[key]

    def network(self, unit: Unit, layer: s.Layer, spelled: Spelled, values: Values, depth: int) -> Counter[str]:
        """Count the layers of another file's network; where it ends early, those behind its end too."""
        asked = read_asked(deaf(unit, values), unit.program.networks[spelled.name], spelled, layer)
        if asked is None:
            return Counter()
        key = asked.key(unit)
        if key not in self.known:
            there = asked.unit(unit)
            self.units.append(there)
            self.known[key] = self.suite(there, there.program.body, there.settled.values, depth - 1)
        return self.known[key]


def followers(unit: Unit, kind: str) -> int:
    """How many layers a default adds behind each of a kind."""
    convention = unit.defaults.get(kind)
    return len(convention.followers) if convention else 0


def deaf(unit: Unit, values: Values) -> Binder:
    """A binder whose complaints nobody hears: what is wrong is said when layers are made."""
    return Binder(Findings(unit.program.source), values, set())
