"""An LALR(1) parser's loop over tables that lark worked out: tokens by what may come next, and a call for each rule.

It reads what is sound and stops at what is not; lark itself then reads the text, and says what it expected there.
Most texts are sound, and to load lark, its tables and its lexers would take longer than all else in a check.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from archspec.files import folder

AUTOMATA = {start: Path(__file__).with_name(f"automaton_{start}.json") for start in ("file", "hole")}
OPEN, CLOSE = {"LPAR", "LSQB"}, {"RPAR", "RSQB"}
NEWLINE, INDENT, DEDENT, END = "_NL", "_INDENT", "_DEDENT", "$END"


class Terminal(NamedTuple):
    """One kind of token."""

    name: str
    pattern: str
    literal: str
    """Its text, where it always has the same."""
    priority: int
    kept: bool
    """Whether a rule's children have it."""
    ignored: bool


class Rule(NamedTuple):
    """One way to write a thing, and what is made of its parts."""

    origin: str
    size: int
    children: Sequence[tuple[int, bool]] | None
    """Which of the parts it keeps, and whether a part's own children stand in its place; None where it has them all as
    they are."""
    made: bool
    """Whether an action makes something of it; if not, its children take its place."""


class Choice(NamedTuple):
    """A terminal that may come next."""

    name: str
    ignored: bool
    match: Callable[[str, int], re.Match[str] | None]
    keywords: Mapping[str, str]
    """The literals that look like it, and their names."""


class Actions(Protocol):
    """What is made of a text: a method for each rule, by its name, which takes the children; and one for tokens."""

    def token(self, name: str, start: int, end: int) -> Any: ...


class Automaton:
    """The tables of one grammar. They are numbered: a move is to a state from 0 on, or by a rule, inverted."""

    def __init__(
        self,
        terminals: Iterable[Sequence[Any]],
        rules: Iterable[Sequence[Any]],
        states: Sequence[Mapping[str, int]],
        end: int,
    ) -> None:
        self.terminals = [Terminal(*each) for each in terminals]
        self.rules = [Rule(*each) for each in rules]
        for number, rule in enumerate(self.rules):
            if rule.children is not None and [tuple(c) for c in rule.children] == [
                (n, False) for n in range(rule.size)
            ]:
                self.rules[number] = rule._replace(children=None)
        self.kept = {terminal.name for terminal in self.terminals if terminal.kept}
        self.states, self.end = states, end
        self.choices = cache(self._choices)

    def _choices(self, state: int) -> list[Choice]:
        """What may come next, in the order in which it is tried."""
        moves = self.states[state]
        allowed = [t for t in self.terminals if t.name in moves or t.ignored or t.name == NEWLINE]
        literals = [terminal for terminal in allowed if terminal.literal]
        choices: list[Choice] = []
        for terminal in allowed:
            pattern = re.compile(terminal.pattern)
            rivals = [] if terminal.literal else [other for other in literals if other.priority == terminal.priority]
            alike = {other.literal: other.name for other in rivals if pattern.fullmatch(other.literal)}
            choices.append(Choice(terminal.name, terminal.ignored, pattern.match, alike))
        taken = {name for choice in choices for name in choice.keywords.values()}
        return [choice for choice in choices if choice.name not in taken]

    def read(self, text: str, actions: Actions) -> Any:
        """What the actions make of a text; None where it is not sound."""
        reading = Reading(self, actions)
        at = 0
        while at < len(text):
            for choice in self.choices(reading.states[-1]):
                if found := choice.match(text, at):
                    break
            else:
                return None
            start, at = at, found.end()
            if choice.ignored:
                continue
            if choice.name == NEWLINE:
                sound = reading.line(at - text.rfind("\n", start, at) - 1)
            else:
                sound = reading.take(choice.keywords.get(found[0], choice.name), start, at)
            if not sound:
                return None
        return reading.finished()


def grammar_text() -> str:
    """The grammar, as it is written."""
    return (folder("grammar") / "arch.lark").read_text(encoding="utf-8")


@cache
def automaton(start: str) -> Automaton:
    """The automaton of specs (`file`) or of what stands between braces (`hole`)."""
    stored = json.loads(AUTOMATA[start].read_text(encoding="utf-8"))
    if stored["grammar"] == grammar_text():
        return Automaton(**stored["tables"])
    from archspec.language.tables import automaton_tables  # imports lark

    return Automaton(**automaton_tables(start))


class Reading:
    """A text as far as it is read."""

    def __init__(self, automaton: Automaton, actions: Actions) -> None:
        self.token = actions.token
        self.kept, self.moves, self.end = automaton.kept, automaton.states, automaton.end
        self.rules, self.actions = automaton.rules, actions
        self.states = [0]
        self.values: list[Any] = []
        self.margins = [0]
        """The columns at which the open suites begin."""
        self.brackets = 0
        """How many are open; inside them a line may go on."""

    def take(self, name: str, start: int, end: int) -> bool:
        """Go on with a token; whether it may stand here."""
        self.brackets += (name in OPEN) - (name in CLOSE)
        return self.shift(name, self.token(name, start, end) if name in self.kept else None)

    def line(self, margin: int) -> bool:
        """Go on in a new line, which begins at a column and may open a suite or close some."""
        if self.brackets:
            return True
        sound = self.shift(NEWLINE)
        if margin > self.margins[-1]:
            self.margins.append(margin)
            return sound and self.shift(INDENT)
        while sound and margin < self.margins[-1]:
            self.margins.pop()
            sound = self.shift(DEDENT)
        return sound and margin == self.margins[-1]

    def shift(self, name: str, value: Any = None) -> bool:
        """Move over a token, after all the rules that end before it."""
        moves, states = self.moves, self.states
        while True:
            move = moves[states[-1]].get(name)
            if move is None:
                return False
            if move >= 0:
                states.append(move)
                self.values.append(value)
                return True
            self.reduce(~move)

    def reduce(self, number: int) -> None:
        """Make one of the parts of a rule."""
        origin, size, kept, made = self.rules[number]
        states, values = self.states, self.values
        parts = values[len(values) - size :]
        if size:
            del states[-size:], values[-size:]
        if kept is not None:
            children: list[Any] = []
            for index, inlined in kept:
                if not inlined:
                    children.append(parts[index])
                elif children:
                    children += parts[index]
                else:  # what repeats begins with all that came before, and is not copied each time
                    children = parts[index]
            parts = children
        states.append(self.moves[states[-1]][origin])
        values.append(getattr(self.actions, origin)(parts) if made else parts)

    def finished(self) -> Any:
        """What was made of all of it; None where more should follow."""
        while len(self.margins) > 1:
            self.margins.pop()
            if not self.shift(DEDENT):
                return None
        while self.states[-1] != self.end:
            move = self.moves[self.states[-1]].get(END, 0)
            if move >= 0:
                return None
            self.reduce(~move)
        return self.values[-1]
