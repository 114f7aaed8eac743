"""What repeats is drawn once: only where it is equal in everything, and with nothing lost."""

from collections.abc import Iterator

import figcheck
from figure_nets import UNIT, read
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as some

from archspec.figures import draw
from archspec.figures.folding import fold
from archspec.figures.svg import write
from archspec.figures.tree import Chain, Repeat, Split, tree
from archspec.graph import Graph

PLAIN = "conv(kernel=3, channels=16, pad=1, stride=1, dilation=1, groups=1, bias=yes) relu"
CHANGES = {
    "kernel=3": "kernel=5", "pad=1": "pad=2", "dilation=1": "dilation=2", "groups=1": "groups=2", "bias=yes": "bias=no",
    "relu": "elu", "relu ": "bn relu", "stride=1": "stride=2", "channels=16": "channels=24",
}  # fmt: skip
"""One attribute of a layer each, or one layer of a part."""

SHRINKING = ("kernel=3", "dilation=1", "stride=1")
layers = some.sampled_from(
    [PLAIN, *(PLAIN.replace(old.strip(), new) for old, new in CHANGES.items() if old not in SHRINKING)]
)
parts = some.lists(layers, min_size=1, max_size=3).map("\n".join)
runs = some.lists(some.tuples(parts, some.integers(1, 5)), min_size=1, max_size=4)


def network(parts: list[str]) -> Graph:
    return read("net folded\ninput 64x64x16\n" + "\n".join(parts) + "\n")


def opened(chain: Chain) -> Iterator[object]:
    """A chain as it was before it was folded, as what can be seen of it."""
    for item in chain:
        match item:
            case Repeat(body, times):
                for _ in range(times):
                    yield from opened(body)
            case Split(branches, join):
                yield [list(opened(branch)) for branch in branches], told(join)
            case _:
                yield told(item)


def told(step: object) -> object:
    return [(node.op, node.shape) for node in step.nodes], step.given  # type: ignore[attr-defined]


@limits(max_examples=40)
@given(runs)
def test_a_fold_loses_nothing(runs: list[tuple[str, int]]) -> None:
    graph = network([part for part, times in runs for _ in range(times)])
    chain = tree(graph)
    assert list(opened(fold(chain))) == list(opened(chain))
    scene = draw(graph, "stack", width="text")
    assert figcheck.faults(write(scene), graph, "text", "stack") == []


@limits(max_examples=60)
@given(some.integers(2, 7), some.sampled_from(sorted(CHANGES)), some.data())
def test_one_change_in_one_repeat_splits_the_fold(times: int, old: str, data: some.DataObject) -> None:
    at = data.draw(some.integers(0, times - 1))
    same = network([PLAIN] * times)
    assert [item.times for item in fold(tree(same)) if isinstance(item, Repeat)] == [times]
    changed = [PLAIN] * times
    changed[at] = PLAIN.replace(old.strip(), CHANGES[old])
    graph = network(changed)
    folds = [item.times for item in fold(tree(graph)) if isinstance(item, Repeat)]
    assert all(count <= max(at, times - at - 1) for count in folds)
    assert sum(folds) <= times - 1
    assert list(opened(fold(tree(graph)))) == list(opened(tree(graph)))


def test_units_that_are_wired_differently_stay_apart() -> None:
    """`x + f(x)` three times, of which the second adds nothing: the ops alone would not tell which."""
    head = f"net wired\ninput 32x32x16\n{UNIT}\n"
    equal = read(head + "unit(16) x3\n")
    assert [item.times for item in fold(tree(equal)) if isinstance(item, Repeat)] == [3]
    doubled = "add:\n    | conv3-16 bn relu conv3-16 bn\n    | conv3-16 bn relu conv3-16 bn\nrelu\n"
    mixed = read(head + "unit(16)\n" + doubled + "unit(16)\n")
    assert not any(isinstance(item, Repeat) for item in fold(tree(mixed)))
