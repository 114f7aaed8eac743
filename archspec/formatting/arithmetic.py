"""What stands between braces, evenly spaced."""

import re

from lark import Token
from lark.exceptions import UnexpectedInput

from archspec.language.generated import tokens

BRACES = re.compile(r"\{([^{}]*)\}")


def spaced(text: str) -> str:
    """A token with the arithmetic in its braces evenly spaced: `{n-1}`, `{6*n + 2}`.

    A sum has spaces where its terms are products; parentheses count for themselves.
    """
    return BRACES.sub(lambda braces: f"{{{arithmetic(braces[1])}}}", text)


def arithmetic(text: str) -> str:
    """An expression, evenly spaced; what is none, or has a comment, as it is."""
    if "#" in text:
        return text
    try:
        found = tokens(text, "hole")
    except UnexpectedInput:
        return text
    wide = with_products(found)
    parts, open = [], [0]
    for number, token in enumerate(found):
        if token == ")":
            open.pop()
        parts.append(f" {token} " if token.type == "SIGN" and open[-1] in wide else str(token))
        if token == "(":
            open.append(number + 1)
    return "".join(parts)


def with_products(found: list[Token]) -> set[int]:
    """The parentheses that hold a product of their own, each by the number of its first token."""
    wide, open = set(), [0]
    for number, token in enumerate(found, 1):
        if token == "(":
            open.append(number)
        elif token == ")":
            open.pop()
        elif token.type == "TIMES":
            wide.add(open[-1])
    return wide
