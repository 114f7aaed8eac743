"""LaTeX as its tokens: commands, groups and characters. Nothing of it is ever expanded or run."""

import re
from typing import NamedTuple

from archspec.source import Source, Span
from archspec.tables.reading.pieces import refused

TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[{}&$~\n]|[^\\{}&$~\n]+|\\", re.DOTALL)
COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)(%[^\n]*)")
OPTION = re.compile(r"\s*(?:\[[^\[\]\n]*\]|\([^()\n]*\))")
"""`[t]` or `(lr)` behind a command."""
LENGTH = re.compile(r"\*?\s*\[\s*-?[0-9.]+\s*[a-z]{2}\s*\]")
"""`[2pt]` behind the end of a row."""


class Token(NamedTuple):
    """A command with its backslash, a brace, a sign of the table, or characters."""

    text: str
    start: int

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.start, self.start + len(self.text))


def without_comments(text: str) -> str:
    """The text with blanks for its comments, so that every place stays what it was."""
    return COMMENT.sub(lambda found: found[1] + " " * len(found[2]), text)


class Tokens:
    """The tokens of a text, one after the other."""

    def __init__(self, source: Source, text: str, at: int) -> None:
        self.source = source
        self.text = text
        self.at = at

    def next(self) -> Token | None:
        """The next token; None at the end."""
        found = TOKEN.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return Token(found[0], found.start())

    def skip(self, pattern: re.Pattern[str]) -> None:
        """Pass over what is of no meaning here, if it is there."""
        if found := pattern.match(self.text, self.at):
            self.at = found.end()

    def argument(self, command: Token) -> str:
        """What stands between the braces behind a command; a single sign may do without them (`\\multirow{2}*{a}`).

        Raises Problem E120 where they are missing or never closed.
        """
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1
        start = self.at
        first = self.text[start : start + 1]
        self.at += 1
        if first == "*":
            return first
        depth = int(first == "{")
        while depth:
            token = self.next()
            if token is None:
                raise refused(self.source, Span(start, start + 1), "this brace is never closed")
            depth += (token.text == "{") - (token.text == "}")
        if first != "{":
            raise refused(self.source, command.span, f"{command.text} lacks what belongs between its braces")
        return self.text[start + 1 : self.at - 1]
