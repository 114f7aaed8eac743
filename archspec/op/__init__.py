"""What an op is: a frozen record that states its form, its shape rule, its weights and its cost.

Shapes are without the batch: `(C, H, W)` for a map, `(F,)` for a vector.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Shape = tuple[int, ...]

LARGEST = 9_999_999_999
"""The largest integer a spec may hold: ten digits."""


class Record(BaseModel):
    """A frozen, strictly typed record; an unknown field is an error."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        defer_build=True,
        populate_by_name=True,
        serialize_by_alias=True,
    )


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


class Form(NamedTuple):
    """How an op is written: its word and the fields of `word[kernel][-channels][/stride](...)`."""

    word: str
    kernel: str | None
    channels: str | None
    stride: str | None
    positional: tuple[str, ...]


def read_form(text: str) -> Form:
    """Read a form such as `conv{kernel}-{channels}/{stride}` or `slice({start}, {stop})`."""
    head, _, inside = text.partition("(")
    found = re.fullmatch(
        r"(?P<word>[A-Za-z0-9]+)(\{(?P<kernel>\w+)\})?(-\{(?P<channels>\w+)\})?(/\{(?P<stride>\w+)\})?", head
    )
    if not found:
        raise ValueError(f"not a form: {text}")
    parts = found.groupdict()
    return Form(
        parts["word"],
        parts["kernel"],
        parts["channels"],
        parts["stride"],
        tuple(re.findall(r"\{(\w+)\}", inside)),
    )


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


Positive = Annotated[int, Field(ge=1, le=LARGEST)]
Amount = Annotated[int, Field(ge=0, le=LARGEST)]
Pair = Annotated[tuple[Positive, Positive], BeforeValidator(twice)]
"""Height and width: `3x3`, or `3` for both."""
Sides = Annotated[tuple[Amount, Amount, Amount, Amount], BeforeValidator(around)]
"""Top, bottom, left, right; also one number for all, or `HxW` for both sides of each axis."""


class Op(Record):
    """One kind of layer. A subclass in its own file under `ops/` is all that a new op needs."""

    form: ClassVar[str] = ""
    aliases: ClassVar[tuple[str, ...]] = ()
    arity: ClassVar[int | None] = 1
    """How many values it takes; None for two or more."""
    weight_layer: ClassVar[bool] = False
    """Whether a paper's depth counts it."""
    activation: ClassVar[bool] = False
    known: ClassVar[dict[str, type["Op"]]] = {}
    kind: str
    """Which op it is."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        if "form" in cls.__dict__:
            Op.known[cls.model_fields["kind"].default] = cls

    def infer(self, *inputs: Any) -> Shape:
        """The output's shape. Raises Mismatch when the inputs do not fit."""
        raise NotImplementedError

    def weights(self, *inputs: Any) -> Mapping[str, Weight]:
        """The tensors it owns, by name, in the layout that PyTorch uses."""
        return {}

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


def spell(op: Op) -> str:
    """Write an op as a table does, leaving out what is at its default: `conv7-64/2(bias=no)`."""
    form = read_form(op.form)
    written = {name: plain(getattr(op, name)) for name in shown_fields(op)}
    text = form.word
    slots = [(mark, name) for mark, name in zip(("", "-", "/"), form[1:4], strict=True) if name]
    sized = any(name in written for _, name in slots)
    for mark, name in slots:
        if name in written or (sized and (mark == "" or not type(op).model_fields["kernel"].is_required())):
            text += mark + written.pop(name, plain(getattr(op, name)))
    inside = [written.pop(name) for name in form.positional if name in written]
    inside += [named(option_name(type(op), name), value) for name, value in written.items()]
    return f"{text}({', '.join(inside)})" if inside else text


def named(option: str, value: str) -> str:
    """`pad=0`; an option that is on is named alone: `global`."""
    return option if value == "yes" else f"{option}={value}"


def shown_fields(op: Op) -> list[str]:
    """The fields that differ from what the op assumes when they are not written."""
    assumed = op.assumed()
    fields = type(op).model_fields.items()
    return [n for n, f in fields if n != "kind" and getattr(op, n) != assumed.get(n, f.default)]


def option_name(record: type[Record], field: str) -> str:
    """The name that a spec uses for a field (`global`, which Python reserves, is `global_` here)."""
    return record.model_fields[field].alias or field


def plain(value: object) -> str:
    """Write a field's value as a spec would."""
    match value:
        case bool():
            return "yes" if value else "no"
        case (a, b) if a == b:
            return str(a)
        case (a, b):
            return f"{a}x{b}"
        case (a, b, c, d) if a == b == c == d:
            return str(a)
        case (a, b, c, d) if a == b and c == d:
            return f"{a}x{c}"
        case tuple():
            return "(" + ", ".join(map(str, value)) + ")"
    return str(value)
