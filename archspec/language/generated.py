"""The parser that lark makes of the grammar: it says what is wrong with a text, and gives the tokens of a sound one."""

from functools import cache

from lark import Lark, Token
from lark.exceptions import UnexpectedInput
from lark.indenter import DedentError

from archspec.language.automaton import END, grammar_text
from archspec.language.tables import make, restore


@cache
def parser(start: str) -> Lark:
    """The parser of specs (`file`) or of what stands between braces (`hole`)."""
    return restore(grammar_text(), start) or make(grammar_text(), start)


def fault(text: str) -> UnexpectedInput | DedentError:
    """Where a text that is not sound cannot be read on, and what could have stood there."""
    try:
        parser("file").parse(text)
    except (UnexpectedInput, DedentError) as error:
        return error
    raise AssertionError("this text is sound")


def tokens(text: str, start: str = "file") -> list[Token]:
    """The tokens of a text that can be parsed, those of line ends and indentation among them.

    Raises UnexpectedInput where it cannot.
    """
    reading = parser(start).parse_interactive(text)
    found = list(reading.iter_parse())
    reading.feed_token(Token(END, ""))
    return found
