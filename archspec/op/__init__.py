"""What an op is: a frozen record that states its form, its shape rule, its weights and its cost.

Shapes are without the batch: `(C, H, W)` for a map, `(F,)` for a vector.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from archspec.op.fields import Read, Within
from archspec.op.form import spell
from archspec.op.grid import Grid
from archspec.op.record import Record as Record
from archspec.op.taps import OWN, Both

Shape = tuple[int, ...]

LARGEST = 9_999_999_999
"""The largest integer a spec may hold: ten digits."""


class Mismatch(Exception):
    """An op cannot take what it is given: a stable code, what is wrong, the values found, the likely fix."""

    def __init__(self, code: str, message: str, found: str = "", help: str = "") -> None:
        super().__init__(f"{message}: {found}" if found else message)
        self.code, self.message, self.found, self.help = code, message, found, help


class Weight(NamedTuple):
    """One tensor of an op, as it is before training."""

    shape: Shape
    fill: float | None = None
    """The constant it starts from; None draws from He et al.'s Gaussian, variance 2 / `fan_in`."""
    fan_in: int = 0
    """Inputs that one output sums over (He et al. 2015, section 2.2)."""
    buffer: bool = False
    """A running statistic: stored with the weights, counted nowhere."""
    bilinear: bool = False
    """Whether it starts as bilinear interpolation of each channel by itself, rather than drawn."""


class Saved(NamedTuple):
    """Numbers that the forward pass saves for the backward pass, besides the values of the network."""

    numbers: int
    width: int | None = None
    """Bytes of each; None where they are as wide as the values."""
    batched: bool = True
    """Whether there are as many for each example."""


def twice(value: object) -> object:
    """One number stands for both sides: `3` is `3x3`, as papers write it."""
    match value:
        case bool():
            return value
        case int():
            return (value, value)
        case list():  # as JSON has it
            return tuple(value)
    return value


def around(value: object) -> object:
    """Read an amount per side: one number for all four, `HxW` for both of each axis, or four."""
    match value:
        case bool():
            return value
        case int():
            return (value,) * 4
        case (rows, columns):
            return (rows, rows, columns, columns)
        case list():
            return tuple(value)
    return value


Positive = Annotated[int, Within(ge=1, le=LARGEST)]
Amount = Annotated[int, Within(ge=0, le=LARGEST)]
Pair = Annotated[tuple[Positive, Positive], Read(twice)]
"""Height and width: `3x3`, or `3` for both."""
Amounts = Annotated[tuple[Amount, Amount], Read(twice)]
"""Rows and columns: `3x3`, or `3` for both; also none."""
Sides = Annotated[tuple[Amount, Amount, Amount, Amount], Read(around)]
"""Top, bottom, left, right; also one number for all, or `HxW` for both sides of each axis."""


class Op(Record):
    """One kind of layer. A subclass in its own file under `ops/` is all that a new op needs."""

    form: ClassVar[str] = ""
    aliases: ClassVar[tuple[str, ...]] = ()
    arity: ClassVar[int | None] = 1
    """How many values it takes; None for two or more."""
    sizing: ClassVar[int] = 0
    """How many of them, the last ones, it takes for their size alone."""
    weight_layer: ClassVar[bool] = False
    """Whether a paper's depth counts it."""
    activation: ClassVar[bool] = False
    keeps: ClassVar[Literal["input", "output"] | None] = None
    """Which of its values the backward pass needs again, unless `needs` says otherwise."""
    view: ClassVar[bool] = False
    """Whether it only looks at its input in another way, so that the output takes no memory of its own."""
    training_only: ClassVar[bool] = False
    """Whether it does nothing in inference."""
    known: ClassVar[dict[str, type["Op"]]] = {}
    kind: str
    """Which op it is."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        if "form" in cls.__dict__:
            Op.known[cls.own_kind()] = cls

    @classmethod
    @cache
    def own_kind(cls) -> str:
        """The kind that all ops of this class have."""
        return str(cls.model_fields["kind"].default)

    @abstractmethod
    def infer(self, *inputs: Any) -> Shape:
        """The output's shape. Raises Mismatch when the inputs do not fit."""

    def place(self, grids: Sequence[Grid | None], shapes: Sequence[Shape]) -> Grid | None:
        """Where the output's positions lie, given where the inputs' do; None where they lie nowhere.

        Maps that are joined must lie alike; one that is smaller gates them, wherever it lies.
        """
        rows, columns = self.taps(*shapes)
        if len(grids) == 1 and rows and columns and rows.still and columns.still:
            return grids[0]
        values = list(zip(grids, shapes, strict=True))[: len(grids) - self.sizing]
        size = max(shape[1:] for _, shape in values)
        agreed = {grid for grid, shape in values if shape[1:] == size}
        grid = agreed.pop() if len(agreed) == 1 else None
        if grid is None or rows is None or columns is None:
            return None
        return grid.step((rows.jump, columns.jump), (rows.centre, columns.centre))

    def taps(self, *inputs: Any) -> Both:
        """Which positions of a map, of each that it computes with, a position of the output takes: its own, unless
        an op says otherwise."""
        return OWN

    def weights(self, *inputs: Any) -> Mapping[str, Weight]:
        """The tensors it owns, by name, in the layout that PyTorch uses."""
        return {}

    def needs(self) -> Literal["input", "output"] | None:
        """Which of its values the backward pass needs again."""
        return self.keeps

    def saved(self, *inputs: Any) -> Sequence[Saved]:
        """What the backward pass needs besides values of the network: indices, masks, statistics."""
        return ()

    def macs(self, *inputs: Any) -> int:
        """Multiply-adds for one example: convolutions and fully connected layers alone cost any."""
        return 0

    def trains(self) -> bool:
        """Whether training changes its weights."""
        return True

    def assumed(self) -> Mapping[str, object]:
        """Defaults that follow from its other fields (a padding, say)."""
        return {}

    @classmethod
    def assumed_as(cls) -> Mapping[str, str]:
        """How the manual writes those defaults."""
        return {}

    def __str__(self) -> str:
        return spell(self)
