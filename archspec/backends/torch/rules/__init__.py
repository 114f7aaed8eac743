"""What each op is in PyTorch, one rule per op."""

from collections.abc import Mapping

from archspec.backends.torch.rules import convolution, pointwise, pooling, shaping, switches
from archspec.backends.torch.rules.call import Layer, Rule
from archspec.diagnostics import problem
from archspec.graph import Graph, Node

RULES: Mapping[str, Rule] = {
    **convolution.RULES,
    **pointwise.RULES,
    **pooling.RULES,
    **shaping.RULES,
}
ASKING = switches.RULES
"""Rules that ask the graph, not only the op and the shapes that it is given."""


def layer(graph: Graph, node: Node) -> Layer:
    """What a node is in PyTorch. Raises Problem E607 for an op that has no rule here."""
    if node.op.kind in ASKING:
        return ASKING[node.op.kind](graph, node)
    if node.op.kind not in RULES:
        raise problem("E607", f"`{node.op}` cannot be built in PyTorch", f"`{node.op.kind}` has no rule there")
    return RULES[node.op.kind](node.op, *graph.takes(node))
