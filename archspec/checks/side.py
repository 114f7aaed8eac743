"""A size that stands for many: what a spec does at one input size, and for which others it does just the same."""

from math import gcd, lcm
from typing import Any

from archspec.checks.trial import WHOLE, Floor, Trial


class Side(int):
    """A size as a polynomial in k, or in a floor of it. As an integer it has its value at the trial's k.

    What is the same for all ks is plain. Strides nest in one floor, `((k + a) // 2 + b) // 2 = (k + a + 2b) // 4`: a
    network whose maps need not agree in other strides is worked out once for all sizes. Every rule of shapes computes
    with it as with a number. Converting one (`int`, a field of an op) loses what it stands for, so whoever makes a
    trial compares the ops of two.
    """

    trial: Trial
    terms: tuple[int, ...]
    floor: Floor
    __hash__ = None  # type: ignore[assignment]  # a set would compare values and not narrow

    def __new__(cls, trial: Trial, terms: tuple[int, ...], floor: Floor = WHOLE) -> Any:
        while len(terms) > 1 and not terms[-1]:
            terms = terms[:-1]
        if len(terms) == 1:
            return terms[0]
        made = super().__new__(cls, value(terms, floor.at(trial.at)))
        made.trial, made.terms, made.floor = trial, terms, floor
        return made

    def __add__(self, other: int) -> Any:
        if apart(self, other):
            return int(self) + int(other)
        mine, theirs = padded(self.terms, terms_of(other))
        return Side(self.trial, tuple(a + b for a, b in zip(mine, theirs, strict=True)), self.floor)

    def __mul__(self, other: int) -> Any:
        if apart(self, other):
            return int(self) * int(other)
        theirs = terms_of(other)
        product = [0] * (len(self.terms) + len(theirs) - 1)
        for i, a in enumerate(self.terms):
            for j, b in enumerate(theirs):
                product[i + j] += a * b
        return Side(self.trial, tuple(product), self.floor)

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
        return below(self.trial, self, other)

    def __ge__(self, other: int) -> bool:
        return not self < other

    def __gt__(self, other: int) -> bool:
        return below(self.trial, other, self)

    def __le__(self, other: int) -> bool:
        return not self > other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int) and not (below(self.trial, self, other) or below(self.trial, other, self))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __bool__(self) -> bool:
        return self != 0


def terms_of(number: int) -> tuple[int, ...]:
    return number.terms if isinstance(number, Side) else (number,)


def floor_of(number: int) -> Floor:
    return number.floor if isinstance(number, Side) else WHOLE


def value_at(number: int, k: int) -> int:
    """What a number is at a k for which its trial holds."""
    return value(terms_of(number), floor_of(number).at(k))


def apart(side: Side, other: int) -> bool:
    """Whether two sides go up in different strides: larger steps are taken then, or one size."""
    if not isinstance(other, Side) or other.floor == side.floor:
        return False
    side.trial.larger(lcm(side.floor.over, other.floor.over))
    return True


def padded(some: tuple[int, ...], others: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Both with as many terms as the longer one."""
    length = max(len(some), len(others))
    return some + (0,) * (length - len(some)), others + (0,) * (length - len(others))


def value(terms: tuple[int, ...], at: int) -> int:
    """What a polynomial comes to."""
    return sum(term * at**power for power, term in enumerate(terms))


def quotient(trial: Trial, number: int, by: int) -> Any:
    """A quotient, rounded down: exact steps where all terms but the constant divide, a floor where only one step is."""
    if isinstance(by, Side):
        found = int(number) // int(by)
        for low, high in ((0, by), (number, found * by), (number, (found + 1) * by)):  # it stays between its multiples
            below(trial, low, high)
        return found
    constant, *rest = terms_of(number)
    common = gcd(by, *rest)
    constant, by, *rest = (each // common for each in (constant, by, *rest))
    floor = floor_of(number)
    if by == 1:
        return Side(trial, (constant, *rest), floor)
    if rest not in ([1], [-1]):
        trial.larger(floor.over * by)
        return int(number) // (by * common)
    (sign,) = rest  # (c - q) // d = -((q - c + d - 1) // d)
    plus = floor.plus + floor.over * (constant if sign > 0 else by - 1 - constant)
    over = floor.over * by
    trial.over = lcm(trial.over, over)
    return Side(trial, (sign * (plus // over), sign), Floor(plus % over, over))


def below(trial: Trial, one: int, other: int) -> bool:
    """Whether one number is less than another, and narrow the trial to where that is so or not so."""
    truth = int(one) < int(other)
    if isinstance(one, Side) and isinstance(other, Side) and one.floor != other.floor:
        if len(one.terms) == len(other.terms) == 2:
            narrow(trial, one, other, truth)
        else:
            trial.larger(lcm(one.floor.over, other.floor.over))
        return truth
    difference = one - other
    terms = terms_of(difference)[1:]
    if len({term > 0 for term in terms if term}) > 1:  # it may rise and fall
        trial.pin()
    elif terms:
        trial.keep(lambda k: (value_at(difference, k) < 0) == truth)
    return truth


def narrow(trial: Trial, one: Side, other: Side, truth: bool) -> None:
    """Narrow to the ks about this one for which `one < other` stays so, where the two go up in different strides.

    Their difference at k + `over` is that at k and `rise` more: each rest when divided by `over` changes once.
    """
    over = lcm(one.floor.over, other.floor.over)
    rise = one.terms[1] * (over // one.floor.over) - other.terms[1] * (over // other.floor.over)
    for way, end in ((1, trial.high), (-1, trial.low)):
        for k in range(trial.at, trial.at + way * over, way):
            if (end - k) * way < 0:
                break
            difference = value_at(one, k) - value_at(other, k)
            if (difference < 0) != truth:
                if not rise:  # it is so at some rests and not at others, for ever
                    trial.larger(over)
                    return
                end = k - way
            elif truth and way * rise > 0:
                end = way * min(way * end, way * k + over * -(difference // (way * rise)) - 1)
            elif not truth and way * rise < 0:
                end = way * min(way * end, way * k + over * (difference // (-way * rise) + 1) - 1)
        if way > 0:
            trial.high = end
        else:
            trial.low = end
