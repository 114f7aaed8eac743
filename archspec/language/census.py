"""How many layers a spec comes to, counted before any is made: a block is counted once for the same arguments."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from archspec.language import syntax as s
from archspec.language.bind import Binder
from archspec.language.blocks import bind_block
from archspec.language.findings import Findings
from archspec.language.program import Program

ALL = ""
"""The key that counts every layer, without the few that shortcuts and crops add; the others count those of one kind."""
Values = Mapping[str, int]


class TooMany(Exception):
    """Counting itself passed the limit."""


class Census:
    """Counts for one network of a spec."""

    def __init__(
        self,
        program: Program,
        pick: Callable[[Sequence[s.Cell]], s.Cell],
        followers: Mapping[str, int],
        limit: int,
    ) -> None:
        self.program = program
        self.pick = pick
        self.followers = followers
        self.limit = limit
        self.known: dict[tuple[str, tuple[tuple[str, int], ...]], Counter[str]] = {}
        self.steps = 0

    def suite(self, statements: Sequence[s.Statement], values: Values, depth: int) -> Counter[str]:
        """Count the layers of some statements."""
        total: Counter[str] = Counter()
        for statement in statements if depth else ():
            match statement:
                case s.Row():
                    total += self.chain(self.pick(statement.cells).items, values, depth)
                case s.Branch():
                    total += self.chain(statement.cell.items, values, depth)
                    total += self.suite(statement.body, values, depth - 1)
                case s.Join():
                    total += self.suite(statement.body, values, depth - 1)
                    total[ALL] += 1 + self.followers.get(statement.header.word.text, 0)
        return total

    def chain(self, items: Sequence[s.Item], values: Values, depth: int) -> Counter[str]:
        """Count the layers of a chain."""
        total: Counter[str] = Counter()
        for item in items if depth else ():
            if isinstance(item, s.Layer):
                each = self.layer(item, values, depth)
            elif isinstance(item, s.Group):
                each = self.chain(item.items, values, depth - 1)
            else:
                continue
            times = self.times(item.repeat, values)
            total[ALL] += times * (not each[ALL])  # what repeats nothing is still walked through
            for kind, count in each.items():
                total[kind] += count * times
        return total

    def layer(self, layer: s.Layer, values: Values, depth: int) -> Counter[str]:
        """Count what one layer comes to."""
        spelled = self.program.spelled(layer.word)
        if spelled is None:
            return Counter({ALL: 1})
        if spelled.op:
            kind = spelled.op.own_kind()
            return Counter({kind: 1, ALL: 1 + self.followers.get(kind, 0)})
        self.steps += 1
        if self.steps > self.limit:
            raise TooMany
        block = self.program.blocks[spelled.name]
        inner = bind_block(self.binder(values), spelled, block, layer.arguments)
        if inner is None:
            return Counter()
        key = (spelled.name, tuple(inner.items()))
        if key not in self.known:
            self.known[key] = self.suite(block.body, {**values, **inner}, depth - 1)
        return self.known[key]

    def times(self, repeat: s.Word | None, values: Values) -> int:
        """How often a repeat says; what is wrong with it is said when it is expanded."""
        return max(self.binder(values).repeat(repeat) or 0, 0) if repeat else 1

    def binder(self, values: Values) -> Binder:
        """A binder whose complaints nobody hears."""
        return Binder(Findings(self.program.source), values, (), set())
