"""Max-pooling that tells its switches, and unpooling, which takes them: two nodes that know of each other."""

from collections.abc import Callable, Mapping

from archspec.backends.torch.rules.call import Layer, call
from archspec.backends.torch.rules.convolution import shared
from archspec.backends.torch.rules.pooling import maximum, native, windows
from archspec.diagnostics import problem
from archspec.graph import Graph, Node
from archspec.ops.maxpool import MaxPool


def pooling(graph: Graph, node: Node) -> Layer:
    """A max-pooling tells its switches where an unpooling takes them."""
    assert isinstance(node.op, MaxPool)
    if node.path not in graph.switches:
        return maximum(node.op, *graph.takes(node))
    pool = windows(undoable(node))
    return Layer(pool._replace(keywords=(*pool.keywords, ("return_indices", True))))


def unpooling(graph: Graph, node: Node) -> Layer:
    """PyTorch's unpooling; dilation only matters to it for how large the window is."""
    pool = undoable(graph.by_path[node.inputs[1]])
    return Layer(call("MaxUnpool", pool.extent(), pool.stride, padding=shared(pool.pad)[0]))


def undoable(node: Node) -> MaxPool:
    """Raises Problem E607 for a max-pooling that PyTorch cannot undo."""
    pool = node.op
    assert isinstance(pool, MaxPool)
    if pool.global_ or not native(pool):
        why = "it is global" if pool.global_ else "it pads by more at one end, or by more than half its window"
        raise problem("E607", f"PyTorch cannot undo `{pool}`", f"{why}: {node.path}")
    return pool


RULES: Mapping[str, Callable[[Graph, Node], Layer]] = {"maxpool": pooling, "unpool": unpooling}
