"""Work on a graph that is done once: a graph never changes, and several parts of a figure or a report ask the same."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from archspec.graph import Graph

Result = TypeVar("Result")


def remembered(work: Callable[[Graph], Result]) -> Callable[[Graph], Result]:
    """The same function, which gives what it gave before for the same graph; what it gives must not be changed."""

    @wraps(work)
    def once(graph: Graph) -> Result:
        if work not in graph.memory:
            graph.memory[work] = work(graph)
        found: Result = graph.memory[work]
        return found

    return once
