"""What a network adds to another one: the layers that stand between the other's, among those of one size."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from archspec.figures.beside import named, shortcut
from archspec.figures.labels import label
from archspec.figures.steps import Step
from archspec.figures.tree import Chain, Split

MOST = 1_000_000
"""Pairs of layers that are compared."""

Named = tuple[str, str]
"""The words of a layer or a module, and its path."""


def added(left: Sequence[Chain], right: Sequence[Chain]) -> frozenset[str]:
    """The paths of what the network at the right adds, part by part.

    None where less than half of the network at the left is there again: then they have too little in common.
    """
    found: set[str] = set()
    whole = kept = 0
    for parts in zip(left, right, strict=True):
        before, after = map(list, map(spoken, parts))
        common = shared([text for text, _ in before], [text for text, _ in after])
        found.update(path for at, (_, path) in enumerate(after) if at not in common)
        whole, kept = whole + len(before), kept + len(common)
    return frozenset(found if 2 * kept >= whole else ())


def spoken(chain: Chain) -> Iterator[Named]:
    """What the boxes on the spine say, where nothing is folded; ways around them and joins are no part of it."""
    for item in chain:
        if isinstance(item, Step):
            yield label(item), item.path
        elif isinstance(item, Split):
            around = shortcut(item)
            yield from spoken(around.body) if around else [(named(item), item.join.path)]


def shared(before: Sequence[str], after: Sequence[str]) -> set[int]:
    """Where the longest run of words stands that both have in the same order, as early as it can."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    found, one, other = set(range(same)), before[same:], after[same:]
    if len(one) * len(other) > MOST:
        return found
    longest = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for at in reversed(range(len(one))):
        for there in reversed(range(len(other))):
            longest[at][there] = (
                longest[at + 1][there + 1] + 1
                if one[at] == other[there]
                else max(longest[at + 1][there], longest[at][there + 1])
            )
    at = there = 0
    while at < len(one) and there < len(other):
        if one[at] == other[there]:
            found.add(same + there)
            at, there = at + 1, there + 1
        elif longest[at + 1][there] >= longest[at][there + 1]:
            at += 1
        else:
            there += 1
    return found
