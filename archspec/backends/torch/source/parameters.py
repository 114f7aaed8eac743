"""The constructor of a class that stands for many regions: the numbers that differ, told by few names."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from archspec.backends.torch.naming import TAKEN
from archspec.backends.torch.rules.call import DEFAULTS, Call
from archspec.backends.torch.source.identifiers import unused, variable
from archspec.backends.torch.source.region import Region
from archspec.backends.torch.source.slots import Slot
from archspec.backends.torch.source.text import Code
from archspec.op import Shape

Vector = tuple[Any, ...]
"""One number of a class, in every region that it stands for."""


class Parameter(NamedTuple):
    """A parameter of a constructor, with its value in every region."""

    name: str
    values: Vector

    @property
    def kind(self) -> str:
        """Its type, as an annotation."""
        kinds = {"tuple[int, int]" if isinstance(v, tuple) else type(v).__name__ for v in self.values}
        return " | ".join(sorted(kinds))

    @property
    def optional(self) -> bool:
        """Whether it may be left out, as PyTorch's keyword of that name may."""
        return self.name in DEFAULTS and DEFAULTS[self.name] in self.values

    def __str__(self) -> str:
        return f"{self.name}: {self.kind}" + (f" = {DEFAULTS[self.name]}" if self.optional else "")


class Naming:
    """Finds words for numbers: the block's own arguments, its inputs' channels, else the layer's name."""

    def __init__(self, regions: Sequence[Region], shapes: Mapping[str, Shape]) -> None:
        self.given = arguments(regions)
        self.found: dict[str, Vector] = {}
        for index in range(len(regions[0].inputs)):
            channels = tuple(shapes[region.inputs[index]][0] for region in regions)
            self._remember(f"inputs{index or ''}", channels)
        self.used: set[str] = set()
        self.kept: dict[str, str] = {}
        self.attributes = TAKEN.union(part.path.split(".")[0] for part in regions[0].parts)

    def value(self, slot: Slot, vector: Vector) -> Any:
        """What stands for a number in the class: itself if it never differs, else a name or a multiple."""
        if len(set(vector)) == 1:
            return slot.value
        known = {**self.found, **self.given}
        ratios = {name: ratio(values, vector) for name, values in known.items()}
        fitting = [name for name, times in ratios.items() if times == 1 or (times and slot.counts())]
        if not fitting:
            plain = slot.field if slot.field not in known else f"{slot.owner}_{slot.field}"
            fitting = [self._remember(plain, vector)]
        name = min(fitting, key=lambda name: self._preference(name, ratios.get(name, Fraction(1)), slot))
        self.used.add(name)
        return Code(self._keep(name) if slot.late else scaled(name, ratios.get(name, Fraction(1))))

    def _keep(self, name: str) -> str:
        """The attribute that keeps a parameter for `forward`."""
        attribute = (
            name
            if name not in self.attributes
            else unused(f"{name}_value", self.attributes.union(self.given, self.found))
        )
        self.kept[attribute] = name
        return f"self.{attribute}"

    def _preference(self, name: str, times: Fraction, slot: Slot) -> tuple[bool, bool, Fraction, bool]:
        """A multiple before a part, then the block's own arguments before others, then the name as it is."""
        return times < 1, name not in self.given, times, name != slot.field

    def parameters(self) -> list[Parameter]:
        """The names that were used, those that may be left out last."""
        order = [*(name for name in self.found if name.startswith("inputs")), *self.given, *self.found]
        used = [
            Parameter(name, self.given.get(name) or self.found[name])
            for name in dict.fromkeys(order)
            if name in self.used
        ]
        return sorted(used, key=lambda parameter: parameter.optional)

    def _remember(self, name: str, vector: Vector) -> str:
        name = unused(variable(name), {*self.given, *self.found})
        self.found[name] = vector
        return name


def arguments(regions: Sequence[Region]) -> dict[str, Vector]:
    """The block's arguments, where the regions are uses of a block."""
    told = [region.site.arguments for region in regions if region.site]
    names = [name for name, _ in told[0]] if told else []
    return {variable(name): tuple(dict(pairs)[name] for pairs in told) for name in names}


def ratio(values: Vector, vector: Vector) -> Fraction:
    """How many times one is the other, if that is the same in every region and whole one way; else 0."""
    if values == vector:
        return Fraction(1)
    if not all(isinstance(value, int) and value > 1 for value in (*values, *vector)):
        return Fraction(0)
    times = Fraction(vector[0], values[0])
    steady = all(value * times == other for value, other in zip(values, vector, strict=True))
    return times if steady and 1 in times.as_integer_ratio() else Fraction(0)


def scaled(name: str, times: Fraction) -> str:
    """`channels`, `4 * channels` or `channels // 4`."""
    if times == 1:
        return name
    return f"{times} * {name}" if times > 1 else f"{name} // {times.denominator}"


def instance(name: str, parameters: Sequence[Parameter], index: int) -> Call:
    """The call that makes one of the regions."""
    required = tuple(p.values[index] for p in parameters if not p.optional)
    return Call(name, required, tuple((p.name, p.values[index]) for p in parameters if p.optional))
