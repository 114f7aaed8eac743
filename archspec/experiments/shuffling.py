"""Residual modules in another order: modules of one shape swap their weights (Veit et al. 2016, section 4.2)."""

from collections.abc import Mapping, Sequence

from numpy.random import Generator
from scipy.stats import kendalltau
from torch import Tensor

from archspec.graph import Graph, Node
from archspec.graph.needs import needed
from archspec.graph.residual import Module, modules


def branch(graph: Graph, module: Module) -> tuple[Node, ...]:
    """The layers of a module's branches."""
    inside = needed(graph.nodes, module.branches) - needed(graph.nodes, [module.fork, module.shortcut])
    return tuple(node for node in graph.nodes if node.path in inside)


def exchangeable(graph: Graph) -> list[list[tuple[Node, ...]]]:
    """The branches of modules that can swap places: groups of the same layers on maps of the same size."""
    groups: dict[tuple[object, ...], list[tuple[Node, ...]]] = {}
    for module in modules(graph).values():
        nodes = branch(graph, module)
        taken = graph.shapes[module.fork]
        groups.setdefault((taken, *((node.op, node.shape) for node in nodes)), []).append(nodes)
    return [group for group in groups.values() if len(group) > 1]


def swapped(groups: Sequence[Sequence[object]], swaps: int, random: Generator) -> list[list[int]]:
    """For each place of each group the module that stands there after some swaps of two in one group."""
    orders = [list(range(len(group))) for group in groups]
    pairs = [len(order) * (len(order) - 1) for order in orders]
    for which in random.choice(len(orders), size=swaps, p=[each / sum(pairs) for each in pairs]):
        one, other = random.choice(len(orders[which]), size=2, replace=False)
        orders[which][one], orders[which][other] = orders[which][other], orders[which][one]
    return orders


def reordered(
    state: Mapping[str, Tensor], groups: Sequence[Sequence[tuple[Node, ...]]], orders: Sequence[Sequence[int]]
) -> dict[str, Tensor]:
    """Weights, with those of every module at the place that it goes to."""
    sources = {
        here.path: there.path
        for group, order in zip(groups, orders, strict=True)
        for place, which in zip(group, order, strict=True)
        for here, there in zip(place, group[which], strict=True)
    }
    found = {}
    for name, tensor in state.items():
        path, _, own = name.rpartition(".")
        found[name] = state[f"{sources[path]}.{own}"] if path in sources else tensor
    return found


def order_kept(orders: Sequence[Sequence[int]]) -> float:
    """Kendall's rank correlation of the modules' places with those they had: 1 where nothing was swapped."""
    places, start = [], 0
    for order in orders:
        places += [start + which for which in order]
        start += len(order)
    return float(kendalltau(range(len(places)), places).statistic)
