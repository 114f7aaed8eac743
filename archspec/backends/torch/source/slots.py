"""The numbers of a call, apart from its form: what may differ between uses of one class."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from archspec.backends.torch.rules.call import DEFAULTS, Call
from archspec.backends.torch.source.functions import FUNCTIONS, SPECIAL

FIELDS: Mapping[str, tuple[str, ...]] = {
    "BatchNorm1d": ("channels",),
    "BatchNorm2d": ("channels",),
    "AvgPool2d": ("kernel", "stride"),
    "Conv2d": ("inputs", "outputs", "kernel"),
    "ConvTranspose2d": ("inputs", "outputs", "kernel"),
    "Linear": ("inputs", "outputs"),
    "MaxPool2d": ("kernel", "stride"),
    "PReLU": ("channels",),
}
"""What positional arguments are."""


class Slot(NamedTuple):
    """One number of a call."""

    owner: str
    """The part it belongs to, by the last name of its path."""
    field: str
    value: Any
    late: bool = False
    """Whether `forward` needs it, rather than the constructor."""

    def counts(self) -> bool:
        """Whether it may count channels, so that a multiple of another count is no accident."""
        return self.field not in DEFAULTS and self.field != "kernel" and not self.late


def form(call: Call) -> tuple[object, ...]:
    """What two calls must share to be one line of a class, whatever their numbers."""
    if call.name in SPECIAL:
        return tuple(call)
    inner = tuple(form(value) if isinstance(value, Call) else len(within(call, value)) for value in call.arguments)
    return call.name, inner, tuple(name for name, _ in call.keywords)


def within(call: Call, value: Any) -> tuple[Any, ...]:
    """The numbers of an argument: several in a function's tuple, one in a layer's, even in a pair."""
    return value if isinstance(value, tuple) and call.name in FUNCTIONS else (value,)


def slots(call: Call, owner: str, fields: Mapping[str, tuple[str, ...]]) -> Iterator[Slot]:
    """All numbers of a call, those of calls inside it too; `fields` names positional arguments by class."""
    if call.name in SPECIAL:
        return
    late = call.name in FUNCTIONS
    names = fields.get(call.name, ("size",) * len(call.arguments))
    for index, value in enumerate(call.arguments):
        if isinstance(value, Call):
            yield from slots(value, f"{owner}{index}", fields)
        else:
            yield from (Slot(owner, names[index], number, late) for number in within(call, value))
    for name, value in call.keywords:
        yield Slot(owner, name, value, late)


def refill(call: Call, values: Iterator[Any]) -> Call:
    """The call with other numbers, in the order of `slots`."""
    if call.name in SPECIAL:
        return call
    arguments = tuple(refilled(call, value, values) for value in call.arguments)
    return Call(call.name, arguments, tuple((name, next(values)) for name, _ in call.keywords))


def refilled(call: Call, value: Any, values: Iterator[Any]) -> Any:
    if isinstance(value, Call):
        return refill(value, values)
    numbers = tuple(next(values) for _ in within(call, value))
    return numbers if within(call, value) is value else numbers[0]
