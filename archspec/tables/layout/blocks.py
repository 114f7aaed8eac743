"""Blocks as notes define them: their uses in all networks are compared, and what differs follows from parameters."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from archspec.graph import Node, Site
from archspec.tables.layout.chains import unstrided
from archspec.tables.layout.conventions import Habits
from archspec.tables.layout.pieces import Piece, own_site
from archspec.tables.layout.suites import STEP, Suite

NUMBER = re.compile(r"(?<![0-9.])(?:0|[1-9][0-9]*)(?![0-9.]|e[+-]?[0-9])")
"""A whole number; the others are no parameters."""


@dataclass(frozen=True)
class Use:
    """One use of a block: its arguments, and its lines with every number in them."""

    arguments: Mapping[str, int]
    lines: tuple[str, ...]

    @property
    def numbers(self) -> list[int]:
        """The numbers of its lines, in order."""
        return [int(number) for line in self.lines for number in NUMBER.findall(line)]


@dataclass(frozen=True)
class Definition:
    """A block as it is defined, and by which of its parameters."""

    name: str
    parameters: tuple[str, ...]
    lines: tuple[str, ...]

    def call(self, arguments: Mapping[str, int]) -> str:
        """A use of it: `basic-64/2`, `inception(64, 96, 128, 16, 32, 32)`."""
        given = [arguments[name] for name in self.parameters]
        if not self.parameters:
            return self.name
        first, *others = self.parameters
        if first in ("stride", "kernel") or not set(others) <= {"stride", "kernel"}:
            return f"{self.name}({', '.join(map(str, given))})"
        stride = arguments["stride"] if "stride" in others else 1
        kernel = str(arguments["kernel"]) if "kernel" in others else ""
        return f"{self.name}{kernel}-{given[0]}" + (f"/{stride}" if stride != 1 else "")

    def spelled(self) -> tuple[str, ...]:
        """The lines of the definition."""
        inside = ", ".join(name + "=1" * (name == "stride") for name in self.parameters)
        return (f"block {self.name}({inside}):" if inside else f"block {self.name}:", *(STEP + x for x in self.lines))


Told = tuple[tuple[int, str], Use]
"""A use with the number of its network and its path."""


class Blocks:
    """The definitions of the blocks that some networks use."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, str], Definition] = {}
        """The definition of each use, by its network and its path."""
        self.definitions: list[Definition] = []

    def add(self, networks: Sequence[tuple[Habits, Sequence[Node]]]) -> None:
        """Define the blocks that these layers use; those within others first."""
        found: dict[str, list[tuple[int, Piece]]] = {}
        for index, (_, nodes) in enumerate(networks):
            for piece in instances(nodes):
                assert piece.site
                found.setdefault(piece.site.block, []).append((index, piece))
        for name, uses in sorted(found.items(), key=lambda each: -max(piece.depth for _, piece in each[1])):
            self.define(name, [((n, piece.path), self.use(networks[n][0], n, piece)) for n, piece in uses])

    def use(self, habits: Habits, index: int, piece: Piece) -> Use:
        """One use, with its lines."""
        assert piece.site
        suite = Suite(habits, f"{piece.path}.", lambda inner: self.call(index, inner))
        lines = suite.lines(piece.nodes, piece.depth, piece.first.inputs[0])
        return Use(dict(piece.site.arguments), tuple(lines))

    def call(self, index: int, piece: Piece) -> str:
        """How a use of a block is written."""
        assert piece.site
        return self.known[index, piece.path].call(dict(piece.site.arguments))

    def define(self, name: str, uses: Sequence[Told]) -> None:
        """Define a block for all of its uses, or several where no parameters tell them apart."""
        alike: dict[tuple[str, ...], list[Told]] = {}
        for key, use in uses:
            alike.setdefault(tuple(NUMBER.sub("#", line) for line in use.lines), []).append((key, use))
        for group in alike.values():
            for part in told_apart(group):
                made = definition(self.free(name), [use for _, use in part])
                self.definitions.append(made)
                self.known |= dict.fromkeys((key for key, _ in part), made)

    def free(self, name: str) -> str:
        """A name that no other block has: a letter tells blocks of one name apart."""
        taken = {definition.name for definition in self.definitions}
        letters = (f"{name}_{chr(ord('b') + count)}" for count in range(25))
        return next(each for each in (name, *letters, f"{name}_{len(taken)}_") if each not in taken)


def instances(nodes: Sequence[Node]) -> Iterator[Piece]:
    """Every use of a block among some layers, and every use within those."""
    found: dict[str, tuple[Site, int, list[Node]]] = {}
    for node in nodes:
        site, depth = own_site(node, 0)
        while site:
            found.setdefault(site.scope, (site, depth, []))[2].append(node)
            site, depth = own_site(node, depth)
    for site, depth, inside in found.values():
        yield Piece(tuple(inside), site, depth)


def told_apart(uses: Sequence[Told]) -> Iterator[list[Told]]:
    """Uses whose numbers all follow from their arguments; others apart, by the numbers that do not."""
    slots = list(zip(*(use.numbers for _, use in uses), strict=True))
    strange = [n for n, slot in enumerate(slots) if expression(slot, [use.arguments for _, use in uses]) is None]
    groups: dict[tuple[int, ...], list[Told]] = {}
    for key, use in uses:
        numbers = use.numbers
        groups.setdefault(tuple(numbers[n] for n in strange), []).append((key, use))
    yield from groups.values()


def definition(name: str, uses: Sequence[Use]) -> Definition:
    """The definition that all of these follow from."""
    arguments = [use.arguments for use in uses]
    slots = iter([expression(slot, arguments) or "" for slot in zip(*(use.numbers for use in uses), strict=True)])
    lines = [NUMBER.sub(lambda _: next(slots), line) for line in uses[0].lines]
    lines = [unstrided(line) for line in lines]
    body = " ".join(lines)
    used = [n for n in arguments[0] if re.search(rf"\{{[^}}]*\b{re.escape(n)}\b[^}}]*\}}", body)]
    return Definition(name, tuple(used), tuple(lines))


def expression(slot: Sequence[int], arguments: Sequence[Mapping[str, int]]) -> str | None:
    """What gives a number in every use: itself, a parameter, or a multiple or a part of one."""
    if len(set(slot)) == 1:
        return str(slot[0])
    for name in arguments[0]:
        given = [each[name] for each in arguments]
        if list(slot) == given:
            return f"{{{name}}}"
        for many, few, sign in ((slot, given, "*"), (given, slot, "/")):
            if all(b and a % b == 0 for a, b in zip(many, few, strict=True)):
                ratios = {a // b for a, b in zip(many, few, strict=True)}
                if len(ratios) == 1:
                    ratio = ratios.pop()
                    return f"{{{ratio}*{name}}}" if sign == "*" else f"{{{name}/{ratio}}}"
    return None
