"""The numbers of a call, apart from its form: what may differ between uses of one class."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from archspec.backends.torch.rules.call import DEFAULTS, Call

FIELDS: Mapping[str, tuple[str, ...]] = {
    "BatchNorm1d": ("channels",),
    "BatchNorm2d": ("channels",),
    "Conv2d": ("inputs", "outputs", "kernel"),
    "ConvTranspose2d": ("inputs", "outputs", "kernel"),
    "Linear": ("inputs", "outputs"),
    "PReLU": ("channels",),
}
"""What the positional arguments of the layers with weights are."""


class Slot(NamedTuple):
    """One number of a call."""

    owner: str
    """The part it belongs to, by the last name of its path."""
    field: str
    value: Any

    def counts(self) -> bool:
        """Whether it may count channels, so that a multiple of another count is no accident."""
        return self.field not in DEFAULTS and self.field != "kernel"


def form(call: Call, owned: bool) -> tuple[object, ...]:
    """What two calls must share to be lines of one class; functions share all their arguments."""
    if not owned:
        return tuple(call)
    inner = tuple(form(value, owned) if isinstance(value, Call) else None for value in call.arguments)
    return call.name, inner, tuple(name for name, _ in call.keywords)


def slots(call: Call, owner: str, fields: Mapping[str, tuple[str, ...]]) -> Iterator[Slot]:
    """All numbers of a call, those of calls inside it too; `fields` names positional arguments by class."""
    for index, value in enumerate(call.arguments):
        if isinstance(value, Call):
            yield from slots(value, f"{owner}{index}", fields)
        else:
            yield Slot(owner, fields[call.name][index], value)
    for name, value in call.keywords:
        yield Slot(owner, name, value)


def refill(call: Call, values: Iterator[Any]) -> Call:
    """The call with other numbers, in the order of `slots`."""
    arguments = tuple(
        refill(value, values) if isinstance(value, Call) else next(values) for value in call.arguments
    )
    return Call(call.name, arguments, tuple((name, next(values)) for name, _ in call.keywords))
