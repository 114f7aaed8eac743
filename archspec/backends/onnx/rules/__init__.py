"""How each op is written in ONNX: one rule for each, gathered from the files of this folder.

A rule takes the op and an `Emitter`, adds nodes, and gives back the name of the value that they yield.
The table is a plain dictionary: what it covers can be listed, so a test finds a missing rule.
"""

from archspec.backends.onnx.emitter import Rule, Rules
from archspec.backends.onnx.rules import layout, normalization, pointwise, pooling, weighted
from archspec.diagnostics import problem
from archspec.op import Op

RULES: Rules = {
    **layout.RULES,
    **normalization.RULES,
    **pointwise.RULES,
    **pooling.RULES,
    **weighted.RULES,
}


def rule(op: Op) -> Rule:
    """The rule of an op. Raises Problem E607 when it has none."""
    if type(op) not in RULES:
        raise problem("E607", f"`{op}` cannot be written in ONNX", f"`{op.kind}` has no rule there")
    return RULES[type(op)]
