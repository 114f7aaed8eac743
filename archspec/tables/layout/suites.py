"""The lines of a block or a head, found in the graph: chains, branches that meet again, and residuals."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from archspec.graph import Node
from archspec.tables.layout.chains import Call, counted, pieces, strided, words
from archspec.tables.layout.conventions import Habits
from archspec.tables.layout.pieces import Piece, unwritable
from archspec.tables.layout.shortcuts import SHORTCUT, options

STEP = "    "


class Suite:
    """Writes the lines of one scope."""

    def __init__(self, habits: Habits, prefix: str, call: Call) -> None:
        self.habits, self.prefix, self.call = habits, prefix, call

    def lines(self, nodes: Sequence[Node], depth: int, value: str) -> list[str]:
        """The lines that make these layers, from a value on."""
        return list(self.suite(list(pieces(self.habits, nodes, depth)), value))

    def suite(self, run: Sequence[Piece], value: str) -> Iterator[str]:
        """Chains up to where branches begin, then those, and on from where they meet."""
        chain: list[Piece] = []
        start = value
        position = 0
        last = {path: number for number, piece in enumerate(run) for path in piece.takes}
        while position < len(run):
            end = meeting(run, last, position, value)
            if end is None:
                chain.append(run[position])
                value = run[position].value
                position += 1
                continue
            yield from self.chain(chain, start)
            yield from self.join(run[position:end], run[end], value)
            chain, position = [], end + 1
            start = value = run[end].value
        yield from self.chain(chain, start)

    def chain(self, run: Sequence[Piece], value: str) -> Iterator[str]:
        """Lines of a chain: a label has its own, and so has each layer with weights, with what belongs to it."""
        for label, group in groupby(run, lambda piece: piece.label(self.prefix)):
            labelled = list(group)
            for part in [labelled] if label else parts(labelled):
                text = " ".join(counted(self.spelled(part, value), 1))
                yield f"{label}: {text}" if label else text
                value = part[-1].value

    def spelled(self, part: Sequence[Piece], value: str) -> list[str]:
        """A chain with every stride said."""
        found = words(self.habits, part, value, {}, self.call)
        if len(found) != len(part):
            raise unwritable(part[0].path, "it begins at another value than the block's own")
        return [text if piece.site else strided(text, piece) for text, piece in zip(found, part, strict=True)]

    def join(self, run: Sequence[Piece], end: Piece, value: str) -> Iterator[str]:
        """Branches and the layer that they meet in."""
        node = end.first
        body = [piece for piece in run if not SHORTCUT.search(piece.path.removeprefix(self.prefix))]
        around = run[len(body) :]
        if (
            node.op.kind == "add"
            and len(node.inputs) == 2
            and node.inputs[1] == (around[-1].value if around else value)
        ):
            known = options(self.habits.graph, [piece.first for piece in around])
            yield "residual:" if self.habits.shortcut in known else f"residual(shortcut={known[-1]}):"
            yield from (STEP + line for line in self.suite(body, value))
            return
        yield f"{node.op}:"
        for branch in branches(run, node.inputs):
            yield f"{STEP}| {self.branch(branch, value)}"

    def branch(self, run: Sequence[Piece], value: str) -> str:
        """One branch, on one line."""
        labels = {piece.label(self.prefix) for piece in run}
        if len(labels) > 1:
            raise unwritable(run[0].path, "its branch has layers of several labels")
        text = " ".join(counted(self.spelled(run, value), 1)) or "identity"
        label = "".join(labels)
        return f"{label}: {text}" if label else text


def parts(run: Sequence[Piece]) -> Iterator[list[Piece]]:
    """A chain cut before each layer with weights; behind each, where normalization or an activation comes first."""
    before = not run[0].site and (run[0].first.op.kind == "bn" or run[0].first.op.activation)
    part: list[Piece] = []
    for piece in run:
        weighted = bool(piece.site) or piece.first.op.weight_layer
        if weighted and part and not before:
            yield part
            part = []
        part.append(piece)
        if weighted and before:
            yield part
            part = []
    if part:
        yield part


def meeting(run: Sequence[Piece], last: Mapping[str, int], start: int, value: str) -> int | None:
    """Where the branches that begin at a value meet; None where it goes on to one layer alone.

    `last` is where each value is last taken.
    """
    end = last.get(value, start)
    if end == start:
        return None
    position = start
    while position < end:
        end = max(end, last.get(run[position].value, end))
        position += 1
    if run[end].site or run[end].first.op.arity is not None:
        raise unwritable(run[end].path, f"what goes on from {value} does not meet in one layer")
    return end


def branches(run: Sequence[Piece], ends: Sequence[str]) -> Sequence[Sequence[Piece]]:
    """The layers of each branch, found from the values that they end with; a layer is in one branch alone."""
    found: list[list[Piece]] = [[] for _ in ends]
    wanted = {path: number for number, path in enumerate(ends)}
    for piece in reversed(run):
        number = wanted.get(piece.value)
        if number is not None:
            found[number].append(piece)
            for path in piece.takes:
                wanted.setdefault(path, number)
    return [branch[::-1] for branch in found]
