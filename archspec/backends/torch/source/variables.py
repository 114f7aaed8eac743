"""Which name holds which value in a `forward`: `x` for what goes on, a label for what waits."""

from collections.abc import Iterator, Mapping, Sequence

from archspec.backends.torch.source.identifiers import RESERVED, unused, variable
from archspec.backends.torch.source.statements import Statement

PASSING = ("x", "y", "z", "u", "v", "w")
"""Names of values that the next line takes, or that wait for one other."""
BRANCHES = tuple("abcdefgh")
"""Names of values that meet in threes and more."""
CLAIMED = RESERVED.union(PASSING, BRANCHES)


class Variables:
    """The names in use. A name is given again once the value that it holds is no longer needed."""

    def __init__(
        self,
        inputs: Sequence[str],
        lines: Sequence[Statement],
        outputs: Sequence[str],
        labels: Mapping[str, str],
    ) -> None:
        self.labels = labels
        self.takers: dict[str, list[int]] = {}
        for index, line in enumerate(lines):
            for value in line.inputs:
                self.takers.setdefault(value, []).append(index)
        for value in outputs:
            self.takers.setdefault(value, []).append(len(lines))
        self.meeting = set(meeting(lines, self.takers))
        self.names = dict(zip(inputs, PASSING, strict=False))
        self.held = {name: value for value, name in self.names.items()}

    def assign(self, index: int, line: Statement) -> str:
        """The name for what a line gives; `_` for a pooling's value where only its switches are taken."""
        if line.output not in self.takers:
            return "_"
        name = next(name for name in self._wishes(index, line) if self._free(name, index))
        self.names[line.output], self.held[name] = name, line.output
        return name

    def assign_switches(self, index: int, line: Statement) -> str:
        """The name for a max-pooling's switches, which a line gives beside its value."""
        assert line.switches
        if line.switches not in self.takers:
            return "_"
        taken = {name for name in self.held if not self._free(name, index)}
        stem = self.labels.get(line.output, line.parts[-1].path.rpartition(".")[2])
        name = unused(variable(f"{stem}_switches", CLAIMED), taken)
        self.names[line.switches], self.held[name] = name, line.switches
        return name

    def _free(self, name: str, index: int) -> bool:
        """Whether the value under a name is needed after this line."""
        return name not in self.held or self.takers[self.held[name]][-1] <= index

    def _wishes(self, index: int, line: Statement) -> Iterator[str]:
        """Names that would do, the best first: what is taken more than once gets a name of its own."""
        before = [self.names[value] for value in line.inputs]
        if len(set(self.takers[line.output])) == 1:
            yield from self._passing(before, line.output in self.meeting)
        yield from self._own(index, line)

    def _passing(self, before: list[str], meets: bool) -> Iterator[str]:
        """Names without a meaning: the one before's goes on, and what joins values goes on as `x`."""
        if meets:
            yield from (name for name in before if name in BRANCHES and len(before) == 1)
            yield from BRANCHES
            return
        yield from ("x",) if len(before) > 1 else ()
        yield from (name for name in before if name in PASSING)
        yield from PASSING

    def _own(self, index: int, line: Statement) -> Iterator[str]:
        """Names that tell the value: its label or its layer's, then its path, then that with a number."""
        path = line.parts[-1].path
        yield variable(self.labels.get(line.output, path.rpartition(".")[2]), CLAIMED)
        yield variable(path, CLAIMED)
        yield unused(variable(path, CLAIMED), {name for name in self.held if not self._free(name, index)})


def meeting(lines: Sequence[Statement], takers: Mapping[str, Sequence[int]]) -> Iterator[str]:
    """The values that go, through lines of their own, into one that joins three or more."""
    found: set[str] = set()
    for line in reversed(lines):
        value, users = line.output, takers.get(line.output, ())
        if len(users) != 1 or users[0] == len(lines):
            continue
        user = lines[users[0]]
        if user.joins or (len(user.inputs) == 1 and user.output in found):
            found.add(value)
            yield value
