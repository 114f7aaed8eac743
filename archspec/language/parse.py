"""Text to syntax. The only file that knows the parser."""

from functools import cache
from typing import ClassVar

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, VisitError
from lark.indenter import DedentError, Indenter

from archspec.diagnostics import Diagnostic
from archspec.files import folder
from archspec.language import syntax as s
from archspec.language.misread import misread
from archspec.language.reader import Reader
from archspec.language.tables import make, restore
from archspec.source import Source, Span

MOST_ERRORS = 20
PATIENCE = 1 << 17
"""Characters that are read again, all in all, to find more errors."""


class Lines(Indenter):
    """Turns line ends and indentation into suites; inside brackets a line may go on."""

    NL_type = "_NL"
    OPEN_PAREN_types: ClassVar = ["LPAR", "LSQB"]
    CLOSE_PAREN_types: ClassVar = ["RPAR", "RSQB"]
    INDENT_type = "_INDENT"
    DEDENT_type = "_DEDENT"
    tab_len = 8


def grammar_text() -> str:
    """The grammar, as it is written."""
    return (folder("grammar") / "arch.lark").read_text(encoding="utf-8")


@cache
def parser(start: str) -> Lark:
    """The parser of specs (`file`) or of what stands between braces (`hole`)."""
    grammar, lines = grammar_text(), Lines() if start == "file" else None
    return restore(grammar, start, lines) or make(grammar, start, lines)


def parse(source: Source) -> tuple[tuple[s.Statement, ...], list[Diagnostic]]:
    """The statements of a spec, or what cannot be read in it.

    A line that cannot be read is reported and left out, and the rest is read again, so that all such
    lines are reported at once.
    """
    text = source.plain + "\n"
    found: list[Diagnostic] = []
    while len(found) < MOST_ERRORS and len(found) * len(text) < PATIENCE:
        try:
            tree = parser("file").parse(text)
        except (UnexpectedInput, DedentError) as error:
            span, diagnostic = misread(source, text, error)
            found.append(diagnostic)
            text = without_line(text, span)
        else:
            return ((), found) if found else (statements(source, tree), found)
    return (), found


def tokens(text: str, start: str = "file") -> list[Token]:
    """The tokens of a text that can be parsed, those of line ends and indentation among them.

    Raises UnexpectedInput where it cannot.
    """
    reading = parser(start).parse_interactive(text)
    found = list(reading.iter_parse())
    reading.feed_token(Token("$END", ""))
    return found


def statements(source: Source, tree: Tree[Token]) -> tuple[s.Statement, ...]:
    """The statements in the parser's tree. Raises RecursionError where it is nested beyond all reason."""
    try:
        return Reader(source, used_names(tree)).transform(tree)  # type: ignore[no-any-return]
    except VisitError as error:  # the parser wraps whatever is raised on the way
        raise error.orig_exc from None


def is_word(part: Token | Tree[Token]) -> bool:
    return isinstance(part, Token) and part.type == "WORD"


def used_names(tree: Tree[Token]) -> frozenset[str]:
    """The names that `use` lines bring in."""
    lines = [part for part in tree.children if isinstance(part, Tree) and part.data == "use"]
    return frozenset(str(token) for line in lines for token in line.scan_values(is_word))


def without_line(text: str, span: Span) -> str:
    """The text with the line around a place, and the lines indented below it, turned to blanks."""
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.start)
    margin = indentation(text, start)
    following = end + 1
    while following < len(text) and not margin >= indentation(text, following) >= 0:
        end = text.find("\n", following)
        following = end + 1
    blank = "".join("\n" if c == "\n" else " " for c in text[start:end])
    return text[:start] + blank + text[end:]


def indentation(text: str, start: int) -> int:
    """Blanks at the start of a line; -1 for a line that says nothing."""
    line = text[start : text.find("\n", start)]
    said = line.lstrip(" ")
    return len(line) - len(said) if said and not said.startswith("#") else -1
