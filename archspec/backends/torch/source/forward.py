"""The body of `forward`."""

from collections.abc import Mapping, Sequence

from archspec.backends.torch.source.block import Block
from archspec.backends.torch.source.functions import applied
from archspec.backends.torch.source.identifiers import access
from archspec.backends.torch.source.loops import rolled
from archspec.backends.torch.source.part import Part
from archspec.backends.torch.source.statements import Statement, statements
from archspec.backends.torch.source.text import BODY, Applied, Written, indented, layout
from archspec.backends.torch.source.variables import Variables


def forward(block: Block, labels: Mapping[str, str]) -> list[str]:
    """The lines from the inputs to `return`; layers in a row that are alike become a loop."""
    results = (*block.outputs, *block.heads)
    lines = statements(block.parts, results)
    variables = Variables(block.inputs, lines, results, labels)
    laid: list[list[str]] = []
    for index, line in enumerate(lines):
        written = expression(line, [variables.names[value] for value in line.inputs])
        if index == len(lines) - 1 and [*results] == [line.output] and not line.switches:
            return [*rolled(laid), *layout("return ", written, width=BODY)]
        names = [variables.assign(index, line)]
        if line.switches:
            names.append(variables.assign_switches(index, line))
        laid.append(layout(f"{', '.join(names)} = ", written, width=BODY))
    if not block.heads:
        return [*rolled(laid), given(results, variables)]
    main = 1 + max((index for index, line in enumerate(lines) if line.output in block.outputs), default=-1)
    early = ["if not self.training:", *indented([given(block.outputs, variables)])]
    return [*rolled(laid[:main]), *early, *rolled(laid[main:]), given(results, variables)]


def given(values: Sequence[str], variables: Variables) -> str:
    return f"return {', '.join(variables.names[value] for value in values)}"


def expression(line: Statement, names: Sequence[str]) -> Written:
    """A line's parts, each around the one before."""
    values: Sequence[Written] = names
    for part in line.parts:
        values = [call(part, values)]
    return values[0]


def call(part: Part, values: Sequence[Written]) -> Written:
    """`self.conv1(x)`, or the function that a layer without weights is."""
    return Applied(access(part.path.split(".")), tuple(values)) if part.owned else applied(part.call, values)
