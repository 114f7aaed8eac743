"""What stands between braces: integers, parameters, `+ - * /` with exact division."""

from collections.abc import Mapping
from functools import lru_cache

from lark import Token, Tree
from lark.exceptions import UnexpectedInput

from archspec.language.parse import parser
from archspec.language.suggest import did_you_mean
from archspec.op import LARGEST


class Unknown(Exception):
    """An expression that has no value: a code, what is wrong, and the likely fix."""

    def __init__(self, code: str, message: str, found: str = "", help: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.found, self.help = code, message, found, help


@lru_cache(maxsize=4096)
def expression(text: str) -> Tree[Token]:
    """The syntax of an expression. Raises Unknown E310 for what is none."""
    try:
        return parser("hole").parse(text).children[0]  # type: ignore[return-value]
    except UnexpectedInput:
        help = "braces hold integers, parameters and + - * /"
        raise Unknown("E310", "this is nothing that can be worked out", f"`{{{text}}}`", help) from None


def evaluate(text: str, values: Mapping[str, int], used: set[str]) -> int:
    """The value of an expression; the parameters it uses are added to `used`.

    Raises Unknown: E309 for a name without a value, E310 for a division that is not exact or a result of
    more than ten digits.
    """
    return total(expression(text), values, used)


def total(tree: Tree[Token], values: Mapping[str, int], used: set[str]) -> int:
    """Add up the terms. The depth of this recursion is that of the parentheses, which is bounded."""
    parts = tree.children
    result = times(parts[0], values, used)
    for sign, part in zip(parts[1::2], parts[2::2], strict=True):
        result += times(part, values, used) * (1 if sign == "+" else -1)
        bounded(result)
    return bounded(result)


def times(tree: Tree[Token] | Token, values: Mapping[str, int], used: set[str]) -> int:
    """Multiply and divide the factors, from left to right."""
    assert isinstance(tree, Tree)
    parts = tree.children
    result = factor(parts[0], values, used)
    for sign, part in zip(parts[1::2], parts[2::2], strict=True):
        operand = factor(part, values, used)
        result = bounded(result * operand) if sign == "*" else divided(result, operand)
    return result


def factor(tree: Tree[Token] | Token, values: Mapping[str, int], used: set[str]) -> int:
    """A number, a parameter or what stands in parentheses, with its sign."""
    assert isinstance(tree, Tree)
    last = tree.children[-1]
    sign = -1 if (len(tree.children) - 1) % 2 else 1
    if isinstance(last, Tree):
        return sign * total(last, values, used)
    if last.type == "INT":
        return sign * int(last)
    if last not in values:
        help = did_you_mean(last, values) or "a `let` line, or a parameter of the block, gives a name its value"
        raise Unknown("E309", f"no parameter or `let` is called `{last}`", help=help)
    used.add(str(last))
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
