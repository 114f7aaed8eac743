"""What repeats in a chain: items that are equal in every op, every shape and how they are wired."""

from collections.abc import Container, Hashable

from archspec.figures.beside import shortcut
from archspec.figures.sides import sides
from archspec.figures.steps import Step
from archspec.figures.tree import Chain, Item, Repeat, Split, tree
from archspec.graph import Graph
from archspec.graph.remembered import remembered
from archspec.graph.repeats import longest


@remembered
def together(graph: Graph) -> Chain:
    """A network as a chain, what repeats put together. Raises Knotted where its branches do not nest."""
    return fold(tree(graph), sides(graph))


def fold(chain: Chain, apart: Container[str] = (), added: Container[str] = ()) -> Chain:
    """The chain with a Repeat for each run of equal parts, inside branches first.

    Steps that end in one of the values `apart` are equal to no other: something else takes these values. Those that
    are `added`, which are drawn bold, are equal to each other alone.
    """
    return Folder(apart, added).folded(chain)[0]


class Folder:
    """Folds a chain; what is equal in every part has one number."""

    def __init__(self, apart: Container[str], added: Container[str]) -> None:
        self.apart = apart
        self.added = added
        self.numbers: dict[Hashable, int] = {}

    def folded(self, chain: Chain) -> tuple[Chain, tuple[int, ...]]:
        """A folded chain, and the number of each of its items."""
        items: list[Item] = []
        numbers: list[int] = []
        for item in chain:
            if isinstance(item, Split):
                inner = [self.folded(branch) for branch in item.branches]
                if shortcut(item):  # a module is one box, or a figure of its own
                    item = Split(tuple(branch for branch, _ in inner), item.join)
                numbers.append(self.number("split", *(each for _, each in inner), self.told(item.join)))
            else:
                numbers.append(self.told(item) if isinstance(item, Step) else self.number("repeat"))
            items.append(item)
        return self.runs(items, numbers)

    def runs(self, items: list[Item], numbers: list[int]) -> tuple[Chain, tuple[int, ...]]:
        """The items with runs of equal parts put together: the longest run first found, of the shortest part."""
        done: list[Item] = []
        told: list[int] = []
        at = 0
        while at < len(items):
            length, times = longest(numbers, at)
            if times > 1:
                done.append(Repeat(tuple(items[at : at + length]), times))
                told.append(self.number("repeat", times, *numbers[at : at + length]))
            else:
                done.append(items[at])
                told.append(numbers[at])
            at += length * times
        return tuple(done), tuple(told)

    def told(self, step: Step) -> int:
        """The number of a step: of its ops with every option, what it takes and what each of them gives."""
        if step.last.path in self.apart:
            return self.number("apart", step.path)
        added = step.path in self.added
        return self.number("step", added, step.given, *((node.op, node.shape) for node in step.nodes))

    def number(self, *parts: Hashable) -> int:
        """One number for several parts."""
        return self.numbers.setdefault(parts, len(self.numbers))
