"""What stands between braces: integers, parameters, `+ - * /` with exact division."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from archspec.language.automaton import automaton
from archspec.language.suggest import did_you_mean
from archspec.op import LARGEST

Parts = tuple[Any, ...]
"""Of a sum, a product or a factor, each of which has parts in turn; the last part of a factor may be a text."""


class Unknown(Exception):
    """An expression that has no value: a code, what is wrong, and the likely fix."""

    def __init__(self, code: str, message: str, found: str = "", help: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.found, self.help = code, message, found, help


class Reader:
    """The parts of an expression, with the text of its tokens."""

    def __init__(self, text: str) -> None:
        self.text = text

    def token(self, name: str, start: int, end: int) -> str:
        return self.text[start:end]

    def hole(self, children: Sequence[Parts]) -> Parts:
        return children[0]

    def parts(self, children: Sequence[Any]) -> Parts:
        return tuple(children)

    sum = product = factor = parts


@lru_cache(maxsize=4096)
def expression(text: str) -> Parts:
    """The sum that an expression is. Raises Unknown E310 for what is none."""
    read = automaton("hole").read(text, Reader(text))
    if read is None:
        help = "braces hold integers, parameters and + - * /"
        raise Unknown("E310", "this is nothing that can be worked out", f"`{{{text}}}`", help)
    return read  # type: ignore[no-any-return]


def evaluate(text: str, values: Mapping[str, int], used: set[str]) -> int:
    """The value of an expression; the parameters it uses are added to `used`.

    Raises Unknown: E309 for a name without a value, E310 for a division that is not exact or a result of
    more than ten digits.
    """
    return total(expression(text), values, used)


def total(parts: Parts, values: Mapping[str, int], used: set[str]) -> int:
    """Add up the terms. The depth of this recursion is that of the parentheses, which is bounded."""
    result = times(parts[0], values, used)
    for sign, part in zip(parts[1::2], parts[2::2], strict=True):
        result += times(part, values, used) * (1 if sign == "+" else -1)
        bounded(result)
    return bounded(result)


def times(parts: Parts, values: Mapping[str, int], used: set[str]) -> int:
    """Multiply and divide the factors, from left to right."""
    result = factor(parts[0], values, used)
    for sign, part in zip(parts[1::2], parts[2::2], strict=True):
        operand = factor(part, values, used)
        result = bounded(result * operand) if sign == "*" else divided(result, operand)
    return result


def factor(parts: Parts, values: Mapping[str, int], used: set[str]) -> int:
    """A number, a parameter or what stands in parentheses, with its sign."""
    last = parts[-1]
    sign = -1 if (len(parts) - 1) % 2 else 1
    if not isinstance(last, str):
        return sign * total(last, values, used)
    if last[0].isdigit():
        return sign * int(last)
    if last not in values:
        help = did_you_mean(last, values) or "a `let` line, or a parameter of the block, gives a name its value"
        raise Unknown("E309", f"no parameter or `let` is called `{last}`", help=help)
    used.add(last)
    return sign * values[last]


def divided(number: int, by: int) -> int:
    """An exact quotient."""
    if by == 0:
        raise Unknown("E310", "this divides by zero")
    if number % by:
        raise Unknown("E310", "this division does not come out exactly", f"{number} / {by}", "sizes are whole numbers")
    return number // by


def bounded(number: int) -> int:
    """The number, if it has at most ten digits."""
    if abs(number) > LARGEST:
        raise Unknown("E503", "the result has more than ten digits")
    return number
