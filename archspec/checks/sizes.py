"""Which input sizes a network takes: those of squares, worked out for whole rows of sizes at a time."""

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from archspec.checks.side import Side, value_at
from archspec.checks.trial import Period, Trial
from archspec.diagnostics import Diagnostic
from archspec.language.compile import compile_network, expand, limit_layers, plan
from archspec.language.elaborate import Elaborator
from archspec.language.program import Program
from archspec.language.settled import Choices
from archspec.op import Op, Shape

LONGEST = 1024
"""The largest step between sizes that do the same; where more would be needed, each size is tried by itself."""

NEAR = 128
"""Sides above and below one that are near it: the period of papers' networks is 16 or 32."""
WORK = 15_000
"""Layers that are made at most to find a near one."""
GIVEN = ("crop", "croplike")
"""The ops that a spec need not write in numbers: they follow from the sizes of maps, or from where these lie."""


@dataclass(frozen=True)
class Outcome:
    """What a network does with some input sizes: what it gives, or the first thing that is wrong."""

    error: Diagnostic | None
    output: Shape
    """The main output; its sides may be Sides."""
    coarsest: int
    """The side of the map with the fewest positions for each pixel, the first of them."""
    flattened: tuple[tuple[str, int], ...]
    """The fully connected layers whose parameters follow from the size, and how many numbers each is given."""
    ops: tuple[Op, ...]

    @property
    def valid(self) -> bool:
        """Whether it takes them."""
        return self.error is None


class Piece(NamedTuple):
    """Sizes `first + k * step` for k from `low` to `high`, and what is true of all of them."""

    trial: Trial
    outcome: Outcome

    def holds(self, k: int) -> bool:
        return self.trial.low <= k <= self.trial.high

    def number(self, of: int, side: int) -> int:
        """A number of the outcome, at one of the sizes."""
        return value_at(of, (side - self.trial.first) // self.trial.step)


class Sizes:
    """The sides of squares that a network takes, found as they are asked for."""

    def __init__(self, program: Program, column: str | None, choices: Choices) -> None:
        self.program, self.column, self.choices = program, column, choices
        self.step, self.alone = 1, False
        self.pieces: dict[int, list[Piece]] = {}
        self.made = 0
        """The layers that were made for it."""

    def __getitem__(self, side: int) -> Piece:
        """What is known of a side, with all the others that do the same."""
        k, first = divmod(side, self.step)
        known = next((piece for piece in self.pieces.get(first, ()) if piece.holds(k)), None)
        if known:
            return known
        try:
            found = self.tried(first, k)
        except Period as period:
            self.step *= period.times
            if self.step > LONGEST:
                self.step, self.alone = 1, True
            self.pieces.clear()
            return self[side]
        self.pieces.setdefault(first, []).append(found)
        return found

    def takes(self, side: int) -> bool:
        """Whether the network takes a square of this side."""
        return self[side].outcome.valid

    def tried(self, first: int, k: int) -> Piece:
        """Expand the network for the sizes about one; raises Period where they go up in too small steps."""
        trial = Trial(first, self.step, k, self.alone)
        outcome = self.outcome(trial)
        if trial.low < trial.high and any(op.kind in GIVEN for op in outcome.ops):
            if trial.over > 1:
                trial.larger(trial.over)
            # what such an op was given is the number at this size: another size must come to the same ops
            other = Trial(first, self.step, trial.low if trial.low < k else k + 1, self.alone)
            if self.outcome(other).ops != outcome.ops:
                trial.pin()
        return Piece(trial, outcome)

    def outcome(self, trial: Trial) -> Outcome:
        """What the network does with the sizes of a trial."""
        n = trial.first + trial.step * trial.at
        planned = plan(self.program, self.column, self.choices._replace(input=f"{n}x{n}"))
        limit_layers([planned])
        settled = planned.settled
        if planned.unit is None:
            return refused(settled.findings.all, ())
        side = Side(trial, (trial.first, trial.step))
        settled.shape = (settled.shape[0], side, side)
        elaborator = Elaborator(planned.unit)
        output = expand(elaborator)
        builder = elaborator.builder
        ops = tuple(node.op for node in builder.nodes)
        self.made += len(ops)
        if output is None:
            return refused(settled.findings.all, ops)
        sides = [shape[1] for shape in builder.shapes.values() if len(shape) == 3 and isinstance(shape[1], Side)]
        layers = [node for node in builder.nodes if node.op.kind == "fc"]
        flattened = [(node.path, volume(builder.shapes[node.inputs[0]])) for node in layers]
        return Outcome(
            None,
            builder.shapes[output],
            min(sides, key=rise),
            tuple((path, size) for path, size in flattened if isinstance(size, Side)),
            ops,
        )

    def nearest(self, side: int, way: int) -> int | None:
        """The nearest side that the network takes, from one on: downwards for -1, upwards for 1.

        None where it is not near, or finding it is too much work.
        """
        for tried in range(side, max(side + way * (NEAR + 1), 0), way):
            if self.made >= WORK:
                return None
            if self.takes(tried):
                return tried
        return None


def rise(side: Side) -> Fraction:
    """By how much a side grows, on average, with each step."""
    return Fraction(side.terms[1], side.floor.over)


def refusal(program: Program, column: str | None, choices: Choices, height: int, width: int) -> Diagnostic | None:
    """The first thing that is wrong with a network at one size of its input; None where it takes it."""
    tried = plan(program, column, choices._replace(input=f"{height}x{width}"))
    limit_layers([tried])
    return None if compile_network(tried) else first_error(tried.settled.findings.all)


def volume(shape: Shape) -> int:
    """How many numbers a value has."""
    found = 1
    for side in shape:
        found = found * side
    return found


def refused(findings: list[Diagnostic], ops: tuple[Op, ...]) -> Outcome:
    """The outcome of what went wrong."""
    return Outcome(first_error(findings), (), 0, (), ops)


def first_error(findings: list[Diagnostic]) -> Diagnostic:
    """The first that is an error."""
    return next(found for found in findings if found.severity == "error")


def nearest_to(sizes: Sizes, side: int) -> int | None:
    """The side that a network takes nearest to one that it does not take."""
    found = [near for way in (-1, 1) if (near := sizes.nearest(side, way))]
    return min(found, key=lambda near: abs(near - side), default=None)
