"""A size that stands for many: what a spec does at one input size, and for which others it does just the same."""

from collections.abc import Callable
from math import gcd
from typing import Any

FAR = 1 << 40
"""Where a search for the end of what stays the same ends: such sizes have no end."""


class Period(Exception):
    """A size would have to be divided by more than sizes go up in steps of: take steps so many times as large."""

    def __init__(self, times: int) -> None:
        super().__init__(times)
        self.times = times


class Trial:
    """One run for input sizes `first + k * step`: made at one k, true of all from `low` to `high`.

    Whatever asks how two sizes compare narrows them to those for which the answer is the same.
    """

    def __init__(self, first: int, step: int, at: int, alone: bool = False) -> None:
        self.first, self.step, self.at = first, step, at
        self.low, self.high = (0 if first else 1), FAR
        self.alone = alone
        """Whether it settles for one size where a division would need larger steps."""

    def side(self) -> Any:
        """The side of the input."""
        return Side(self, (self.first, self.step))

    def keep(self, holds: Callable[[int], bool]) -> None:
        """Narrow to the ks about this one for which something holds; it changes at most once in each direction."""
        self.high = last(holds, self.at, self.high)
        self.low = last(holds, self.at, self.low)

    def pin(self) -> None:
        """Narrow to this k alone."""
        self.low = self.high = self.at


def last(holds: Callable[[int], bool], start: int, end: int) -> int:
    """The last number from one on towards another for which something holds, as it does for the first."""
    if holds(end):
        return end
    step = 1 if end > start else -1
    while abs(end - start) > 1:  # it holds at the start and not at the end
        middle = start + step * (abs(end - start) // 2)
        start, end = (middle, end) if holds(middle) else (start, middle)
    return start


class Side(int):
    """A size as a polynomial in k. As an integer it has its value at the trial's k; what is the same for all is plain.

    Every rule of shapes computes with it as with a number. Converting one (`int`, a field of an op) loses what it
    stands for, so whoever makes a trial compares the ops of two.
    """

    trial: Trial
    terms: tuple[int, ...]
    __hash__ = None  # type: ignore[assignment]  # a set would compare values and not narrow

    def __new__(cls, trial: Trial, terms: tuple[int, ...]) -> Any:
        while len(terms) > 1 and not terms[-1]:
            terms = terms[:-1]
        if len(terms) == 1:
            return terms[0]
        made = super().__new__(cls, value(terms, trial.at))
        made.trial, made.terms = trial, terms
        return made

    def __add__(self, other: int) -> Any:
        mine, theirs = padded(self.terms, terms_of(other))
        return Side(self.trial, tuple(a + b for a, b in zip(mine, theirs, strict=True)))

    def __mul__(self, other: int) -> Any:
        theirs = terms_of(other)
        product = [0] * (len(self.terms) + len(theirs) - 1)
        for i, a in enumerate(self.terms):
            for j, b in enumerate(theirs):
                product[i + j] += a * b
        return Side(self.trial, tuple(product))

    def __neg__(self) -> Any:
        return self * -1

    def __sub__(self, other: int) -> Any:
        return self + -other

    def __rsub__(self, other: int) -> Any:
        return -self + other

    def __floordiv__(self, other: int) -> Any:
        return quotient(self.trial, self, other)

    def __rfloordiv__(self, other: int) -> Any:
        return quotient(self.trial, other, self)

    def __mod__(self, other: int) -> Any:
        return self - (self // other) * other

    def __rmod__(self, other: int) -> Any:
        return other - (other // self) * self

    __radd__, __rmul__ = __add__, __mul__

    def __lt__(self, other: int) -> bool:
        return below(self.trial, self - other)

    def __ge__(self, other: int) -> bool:
        return not self < other

    def __gt__(self, other: int) -> bool:
        return below(self.trial, other - self)

    def __le__(self, other: int) -> bool:
        return not self > other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int) and zero(self.trial, self - other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __bool__(self) -> bool:
        return self != 0


def terms_of(number: int) -> tuple[int, ...]:
    return number.terms if isinstance(number, Side) else (number,)


def padded(some: tuple[int, ...], others: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Both with as many terms as the longer one."""
    length = max(len(some), len(others))
    return some + (0,) * (length - len(some)), others + (0,) * (length - len(others))


def value(terms: tuple[int, ...], at: int) -> int:
    """What a polynomial comes to."""
    return sum(term * at**power for power, term in enumerate(terms))


def quotient(trial: Trial, number: int, by: int) -> Any:
    """A quotient, rounded down: exact steps where all terms but the constant divide."""
    if isinstance(by, Side):
        found = value(terms_of(number), trial.at) // value(by.terms, trial.at)
        for bound in (-by, number - found * by, number - (found + 1) * by):  # it stays between its multiples
            below(trial, bound)
        return found
    constant, *rest = terms_of(number)
    if any(term % by for term in rest):
        if not trial.alone:
            raise Period(by // gcd(by, *rest))
        trial.pin()
        return value(terms_of(number), trial.at) // by
    return Side(trial, (constant // by, *(term // by for term in rest)))


def below(trial: Trial, difference: int) -> bool:
    """Whether a difference is less than 0, and narrow the trial to where that is so or not so."""
    return same(trial, difference, lambda found: found < 0)


def zero(trial: Trial, difference: int) -> bool:
    """Whether a difference is 0, and narrow the trial to where it is, or has the sign that it has."""
    sign = below(trial, difference) - below(trial, -difference)
    return not sign


def same(trial: Trial, difference: int, test: Callable[[int], bool]) -> bool:
    """What is true of a difference, and narrow the trial to where it stays so."""
    terms = terms_of(difference)
    truth = test(value(terms, trial.at))
    if len({term > 0 for term in terms[1:] if term}) > 1:  # it may rise and fall
        trial.pin()
    elif len(terms) > 1:
        trial.keep(lambda at: test(value(terms, at)) == truth)
    return truth
