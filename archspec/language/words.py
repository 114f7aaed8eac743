"""A layer's word taken apart: `conv3-64/2` is conv, kernel 3, channels 64, stride 2, each with its place."""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from archspec import ops
from archspec.language.syntax import Word
from archspec.op import Op
from archspec.source import Span

SIDE = r"(?:[0-9]+|\{[^{}]*\})"
SLOTS = re.compile(rf"(?P<kernel>{SIDE}(?:x{SIDE})?)?(?:-(?P<channels>{SIDE}))?(?:/(?P<stride>{SIDE}(?:x{SIDE})?))?")

COLUMNED = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*:")
"""How a word begins that names a column of a network, or that a label stands close to."""


class Spelled(NamedTuple):
    """The parts of a layer's word."""

    name: str
    """The block's name, or the word for the op as written."""
    head: Span
    op: type[Op] | None
    """The op; None when the word names a block."""
    slots: dict[str, Word]
    """What is written for `kernel`, `channels` and `stride`."""
    column: Word | None = None
    """The column of a network that is used: `D` of `vgg:D`."""

    def at(self, start: int) -> "Spelled":
        """The same word where it begins at another place."""
        by = start - self.head.start
        if not by:
            return self
        slots = {slot: moved(word, by) for slot, word in self.slots.items()}
        return Spelled(self.name, shifted(self.head, by), self.op, slots, self.column and moved(self.column, by))


def split(word: Word, blocks: Collection[str]) -> Spelled | None:
    """Take a word apart; None when no op and no block has such a name.

    The longest name wins, so that `relu6` is not `relu` with a 6 behind it.
    """
    if COLUMNED.match(word.text):
        return columned(word, blocks)
    for cut, rest in cuts(word.text):
        name = word.text[:cut]
        if name in blocks:
            return spelled(word, name, None, rest)
        if kind := ops.kind_of(name):
            return spelled(word, name, ops.load(kind), rest)
    for cut, rest in cuts(word.text):
        name = word.text[:cut]
        if op := ops.find(name):
            return spelled(word, name, op, rest)
    return None


def moved(word: Word, by: int) -> Word:
    """A word that stands so many characters further on."""
    return Word(word.text, shifted(word.span, by))


def shifted(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def cuts(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Where a name may end, so that what is behind it can be read as a layer's numbers; the longest name first."""
    for cut in range(len(text), 0, -1):
        if rest := SLOTS.fullmatch(text, cut):
            yield cut, rest


def spelled(word: Word, name: str, op: type[Op] | None, rest: re.Match[str]) -> Spelled:
    start = word.span.start
    slots = {}
    for slot in SLOTS.groupindex:
        first, end = rest.span(slot)
        if first >= 0:
            slots[slot] = Word(word.text[first:end], Span(start + first, start + end))
    return Spelled(name, Span(start, start + len(name)), op, slots)


def columned(word: Word, networks: Collection[str]) -> Spelled | None:
    """A column of a network: `vgg:D`."""
    name, _, column = word.text.partition(":")
    if name not in networks:
        return None
    cut = word.span.start + len(name)
    return Spelled(name, Span(word.span.start, cut), None, {}, Word(column, Span(cut + 1, word.span.end)))


def beginning(word: Word) -> Word:
    """The letters that a word begins with: the op that was probably meant."""
    found = re.match(r"[A-Za-z_]+(?:-[A-Za-z_]+)*", word.text)
    text = found[0] if found else word.text
    return Word(text, Span(word.span.start, word.span.start + len(text)))
