"""The squares that a network takes: as a formula where there is one, what it gives for them, and why not others."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from archspec.checks.checkup import chosen
from archspec.checks.side import floor_of, terms_of
from archspec.checks.sizes import Piece, Sizes
from archspec.checks.trial import WHOLE
from archspec.diagnostics import Diagnostic, Problem, failed, in_order, problem
from archspec.language.program import read_program
from archspec.language.settled import Choices, settle
from archspec.op.window import size
from archspec.source import Source

ENDLESS = 1_000_000
"""Sides that no image has: what holds up to there has no end. (Maps cannot have more than ten digits.)"""


class Rule(NamedTuple):
    """Which sides are taken from some side on, for ever: those that leave some rests when divided by a period."""

    period: int
    rests: tuple[int, ...]
    start: int
    """From here on the rule says all."""


class Refusal(NamedTuple):
    """Sides that fail in the same line for the same reason."""

    error: Diagnostic
    at: int
    """The side whose numbers the message has."""
    sides: list[int]


@dataclass(frozen=True)
class Answer:
    """What is known of the squares that a network takes."""

    name: str
    sizes: Sizes
    own: int | None
    """The side that the spec has, if it is a square's."""
    to: int
    """The largest side that was looked at one by one."""

    @cached_property
    def valid(self) -> list[int]:
        """The sides that it takes, up to the largest one."""
        return [side for side in range(1, self.to + 1) if self.sizes.takes(side)]

    @cached_property
    def rule(self) -> Rule | None:
        """What is taken beyond as well; None where that was not worked out."""
        tail = self.tail
        if tail is None:
            return None
        step = len(tail)
        taken = {side % step for side, piece in tail.items() if piece.outcome.valid}
        period = next(p for p in divisors(step) if {(rest + p) % step for rest in taken} == taken)
        rests = {rest % period for rest in taken}
        start = self.to + 1
        while start > 1 and self.sizes.takes(start - 1) == ((start - 1) % period in rests):
            start -= 1
        return Rule(period, tuple(sorted(rests)), start)

    @cached_property
    def tail(self) -> dict[int, Piece] | None:
        """What is known of a whole period of sides beyond the largest one; None unless all of it goes on for ever."""
        known: dict[int, Piece] = {}
        step = 0
        while step != self.sizes.step:  # which may turn out to be larger on the way
            step = self.sizes.step
            known = {side: self.sizes[side] for side in range(self.to + 1, self.to + step + 1)}
        endless = not self.sizes.alone and all(piece.trial.high * step >= ENDLESS for piece in known.values())
        return known if endless else None

    @property
    def irregular(self) -> list[int]:
        """Sides that it takes though they are smaller than the rule begins."""
        return [side for side in self.valid if self.rule and side < self.rule.start]

    @property
    def formula(self) -> str:
        """The rule in words; empty where there is none."""
        if self.rule is None or not self.rule.rests:
            return ""
        period, rests, start = self.rule
        first = next(side for side in range(start, start + period) if side % period in rests)
        if period == 1:
            return f"{first} and larger" if first > 1 else "all"
        if len(rests) > 1:
            return f"{first} and larger, with a rest of {listed(map(str, rests))} when divided by {period}"
        offset = self.offset(first, period)
        tail = f" + {offset}" if offset else ""
        return f"{period}k{tail}, k >= {(first - offset) // period}"

    def offset(self, first: int, period: int) -> int:
        """What is added to multiples of the period: so that k is the side of the coarsest map, if it can be."""
        piece = self.sizes[first]
        constant, slope = terms_of(piece.outcome.coarsest)[:2]
        if (
            slope == floor_of(piece.outcome.coarsest).over == 1
            and piece.trial.step == period
            and piece.trial.first >= period * constant
        ):
            return piece.trial.first - period * constant
        return first % period

    @property
    def output(self) -> str:
        """What the network gives for a square of side n; empty where that is no one expression."""
        pieces = [piece for piece in (self.tail or {}).values() if piece.outcome.valid]
        if not pieces or len(pieces[0].outcome.output) != 3:
            return size(pieces[0].outcome.output) if pieces else ""
        if any(floor_of(piece.outcome.output[1]) != WHOLE for piece in pieces):
            return ""
        lines = {line(piece) for piece in pieces}
        return told(*lines.pop()) if len(lines) == 1 else ""

    def gives(self, side: int) -> str:
        """What the network gives for a square of this side."""
        piece = self.sizes[side]
        return size(tuple(piece.number(each, side) for each in piece.outcome.output))

    @property
    def refusals(self) -> list[Refusal]:
        """Why not the others, by line and reason."""
        found: dict[tuple[Any, ...], Refusal] = {}
        for side in range(1, self.to + 1):
            piece = self.sizes[side]
            error = piece.outcome.error
            if error:
                at = piece.trial.first + piece.trial.step * piece.trial.at
                key = (error.code, error.source, error.span, error.message)
                found.setdefault(key, Refusal(error, at, [])).sides.append(side)
        return list(found.values())

    @property
    def same_parameters(self) -> list[int] | None:
        """The sides at which all layers have the parameters of the spec's own; None where any side leaves them."""
        if self.own is None or not self.sizes.takes(self.own) or not self.sizes[self.own].outcome.flattened:
            return None
        own = self.flattened(self.own)
        return [side for side in self.valid if self.flattened(side) == own]

    def flattened(self, side: int) -> list[tuple[str, int]]:
        """How many numbers each layer is given whose parameters follow from the size."""
        piece = self.sizes[side]
        return [(path, piece.number(given, side)) for path, given in piece.outcome.flattened]


def answers(source: Source, column: str | None, to: int, choices: Choices) -> list[Answer]:
    """What is known of the network of a spec, or of each network of a table.

    Raises Problem, with every diagnostic, where the spec cannot be read, E602 where its input is no map, and E608
    where it holds no network.
    """
    program, unsound = read_program(source, choices.limits)
    if failed(unsound):
        raise Problem(*in_order(unsound))
    found = []
    for each in chosen(program, column):
        settled = settle(program, each, choices)
        if len(settled.shape) != 3:
            raise problem("E602", f"the input of {source.path} is no map", "a vector has no other size that is meant")
        side = settled.shape[1] if settled.shape[1] == settled.shape[2] else None
        called = f"{program.net.name.text if program.net else source.path}{f':{each}' if each else ''}"
        found.append(Answer(called, Sizes(program, each, choices), side, to))
    if not found:
        raise problem("E608", f"{source.path} holds no network", "only blocks")
    return found


def line(piece: Piece) -> tuple[Fraction, Fraction]:
    """The side of the output, as slope and constant in the side of the input."""
    constant, slope = (*terms_of(piece.outcome.output[1]), 0)[:2]
    slope_in_pixels = Fraction(slope, piece.trial.step)
    return slope_in_pixels, constant - slope_in_pixels * piece.trial.first


def told(slope: Fraction, constant: Fraction) -> str:
    """`n - 184`, `(n - 60)/16`, `2n`."""
    if not slope:
        return str(constant)
    over = slope.denominator
    many = "n" if slope.numerator == 1 else f"{slope.numerator}n"
    added = constant * over
    text = many + (f" {'+' if added > 0 else '-'} {abs(added)}" if added else "")
    return text if over == 1 else f"({text})/{over}" if added else f"{text}/{over}"


def divisors(number: int) -> Iterable[int]:
    """From 1 up."""
    return (each for each in range(1, number + 1) if number % each == 0)


def listed(words: Iterable[str]) -> str:
    *rest, final = words
    return f"{', '.join(rest)} or {final}" if rest else final
