"""What repeats in a chain: items that are equal in every op, every shape and how they are wired."""

from collections.abc import Container
from hashlib import sha256

from archspec.figures.beside import shortcut
from archspec.figures.steps import Step
from archspec.figures.tree import Chain, Item, Repeat, Split
from archspec.graph.repeats import longest


def fold(chain: Chain, apart: Container[str] = (), added: Container[str] = ()) -> Chain:
    """The chain with a Repeat for each run of equal parts, inside branches first.

    Steps that end in one of the values `apart` are equal to no other: something else takes these values. Those that
    are `added`, which are drawn bold, are equal to each other alone.
    """
    return folded(chain, apart, added)[0]


def folded(chain: Chain, apart: Container[str], added: Container[str]) -> tuple[Chain, tuple[str, ...]]:
    """A folded chain, and a print of each of its items: equal prints are equal parts."""
    items: list[Item] = []
    prints: list[str] = []
    for item in chain:
        if isinstance(item, Split):
            inner = [folded(branch, apart, added) for branch in item.branches]
            if shortcut(item):  # a module is one box, or a figure of its own
                item = Split(tuple(branch for branch, _ in inner), item.join)
            prints.append(digest("split", *(digest(*each) for _, each in inner), told(item.join, apart, added)))
        else:
            prints.append(told(item, apart, added) if isinstance(item, Step) else digest("repeat"))
        items.append(item)
    return runs(items, prints)


def runs(items: list[Item], prints: list[str]) -> tuple[Chain, tuple[str, ...]]:
    """The items with runs of equal parts put together: the longest run first found, of the shortest part."""
    done: list[Item] = []
    told: list[str] = []
    at = 0
    while at < len(items):
        length, times = longest(prints, at)
        if times > 1:
            done.append(Repeat(tuple(items[at : at + length]), times))
            told.append(digest("repeat", str(times), *prints[at : at + length]))
        else:
            done.append(items[at])
            told.append(prints[at])
        at += length * times
    return tuple(done), tuple(told)


def told(step: Step, apart: Container[str], added: Container[str]) -> str:
    """The print of a step: its ops with every option, what it takes and what each of them gives."""
    if step.last.path in apart:
        return digest("apart", step.path)
    drawn = "bold" if step.path in added else "plain"
    return digest(drawn, str(step.given), *(f"{node.op!r} {node.shape}" for node in step.nodes))


def digest(*parts: str) -> str:
    """One short text for several."""
    return sha256("\n".join(parts).encode()).hexdigest()
