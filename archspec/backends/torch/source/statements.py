"""The lines of a `forward`, before they have words: which parts go into one expression."""

from collections.abc import Sequence
from typing import NamedTuple

from archspec.backends.torch.source.part import Part, readers, running

WRAPPERS = frozenset(
    {"BatchNorm1d", "BatchNorm2d", "Dropout", "ELU", "GELU", "Hardsigmoid", "Hardswish", "LeakyReLU"}
    | {"LogSoftmax", "PReLU", "ReLU", "ReLU6", "SiLU", "Sigmoid", "Softmax", "Tanh"}
)
"""Layers that read well around the one before: `F.relu(self.bn1(self.conv1(x)))`."""
POOLS = frozenset({"AdaptiveAvgPool2d", "AdaptiveMaxPool2d", "AvgPool2d", "MaxPool2d"})
"""Layers that read well around a lone layer or block: `F.max_pool2d(self.e1(x), 2, 2)`."""
DEEPEST = 4
"""Calls inside one another."""


class Statement(NamedTuple):
    """One line: its first part takes values, and every other one what the part before it gives."""

    parts: list[Part]

    @property
    def inputs(self) -> tuple[str, ...]:
        return self.parts[0].inputs

    @property
    def output(self) -> str:
        return self.parts[-1].output

    @property
    def joins(self) -> bool:
        """Whether three values or more meet in it; an unpooling, or a block that has one, is told how by some."""
        first = self.parts[0]
        return len(self.inputs) > 2 and not first.owned and first.call.name != "MaxUnpool"

    @property
    def switches(self) -> str | None:
        return self.parts[-1].switches


def statements(parts: Sequence[Part], outputs: Sequence[str]) -> list[Statement]:
    """Put each part on a line of its own, or around the one before if nothing else takes that one's value."""
    parts = running(parts, outputs)
    taken = readers(parts, outputs)
    lines: list[Statement] = []
    for index, part in enumerate(parts):
        before = lines[-1] if lines else None
        if before and wraps(part, before) and taken[before.output] == [index]:
            before.parts.append(part)
        else:
            lines.append(Statement([part]))
    return lines


def wraps(part: Part, before: Statement) -> bool:
    if before.switches:
        return False
    lone = len(before.parts) == 1 and before.parts[0].owned
    reads_well = part.call.name in WRAPPERS or (part.call.name in POOLS and lone)
    return reads_well and part.inputs == (before.output,) and len(before.parts) < DEEPEST
