"""A pickle's program, read as data: what it would build is described, and nothing that it names is ever called.

`torch.save` writes such a program for what it is given; it names the storages, whose values lie elsewhere in the file.
"""

import warnings
from collections.abc import Callable
from pickletools import genops
from typing import IO, NamedTuple

from archspec.op import Shape

MARK = object()
MOST_AXES = 8
"""Axes of a tensor; a convolution's weights have four."""
TYPES = {
    "DoubleStorage": ("F64", 8),
    "FloatStorage": ("F32", 4),
    "HalfStorage": ("F16", 2),
    "BFloat16Storage": ("BF16", 2),
    "LongStorage": ("I64", 8),
    "IntStorage": ("I32", 4),
    "ShortStorage": ("I16", 2),
    "CharStorage": ("I8", 1),
    "ByteStorage": ("U8", 1),
    "BoolStorage": ("BOOL", 1),
}
"""PyTorch's storages: the type of their values, as .safetensors files call it, and the bytes of one."""


class Unreadable(ValueError):
    """A program that holds more than numbers, or a damaged one."""


class Name(NamedTuple):
    """A function or a class that the program names: `collections.OrderedDict`."""

    path: str


class Storage(NamedTuple):
    """Values that lie in one row: the key under which the file has them, and how many they are."""

    key: str
    dtype: str
    length: int
    width: int
    """Bytes of one value."""

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return self.length * self.width


class Tensor(NamedTuple):
    """A part of a storage, seen as a tensor."""

    storage: Storage
    start: int
    shape: Shape
    strides: tuple[int, ...]


class Program:
    """The machine that a pickle is written for, with the steps that weights take and no others."""

    def __init__(self) -> None:
        self.stack: list[object] = []
        self.memo: dict[object, object] = {}
        self.storages: dict[str, Storage] = {}

    def run(self, file: IO[bytes]) -> object:
        """The value of the program that the file goes on with. Raises ValueError when there is none that is sound."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of odd escapes in a name
            for step, argument, _ in genops(file):
                self.take(step.name, argument)
        return self.pop()

    def take(self, step: str, argument: object) -> None:
        """Take one step. Raises Unreadable for one that is not known."""
        if step in LITERALS:
            self.stack.append(argument)
        elif step in CONSTANTS:
            self.stack.append(CONSTANTS[step])
        elif step in STEPS:
            STEPS[step](self, argument)
        elif step not in SILENT:
            raise Unreadable(f"its pickle takes the step {step}, which no weights need")

    def pop(self) -> object:
        if not self.stack:
            raise Unreadable("its pickle is damaged")
        return self.stack.pop()

    def pair(self) -> list[object]:
        """The last two values."""
        return [self.pop(), self.pop()][::-1]

    def pop_marked(self) -> list[object]:
        """What was put on the stack since the last mark."""
        found = []
        while (value := self.pop()) is not MARK:
            found.append(value)
        return found[::-1]

    def remember(self, place: object) -> None:
        self.memo[place] = value = self.pop()
        self.stack.append(value)

    def recall(self, place: object) -> None:
        if place not in self.memo:
            raise Unreadable("its pickle is damaged")
        self.stack.append(self.memo[place])

    def pack(self, count: int | None) -> None:
        """Make a tuple of the last values."""
        last = self.pop_marked() if count is None else [self.pop() for _ in range(count)][::-1]
        self.stack.append(tuple(last))

    def extend(self, values: list[object]) -> None:
        """Put values into the list, or names and values into the dictionary, that is last on the stack."""
        place = self.pop()
        if isinstance(place, list):
            place.extend(values)
        elif isinstance(place, dict) and len(values) % 2 == 0 and all(type(key) in (str, int) for key in values[::2]):
            place.update(zip(values[::2], values[1::2], strict=True))
        else:
            raise Unreadable("its pickle fills what is neither a list nor a dictionary of names")
        self.stack.append(place)

    def settle(self) -> None:
        """Leave out the attributes of a dictionary, PyTorch's notes on versions, and those of an old parameter."""
        state, place = self.pop(), self.pop()
        if not isinstance(place, dict) and not (
            isinstance(place, Tensor) and isinstance(state, tuple) and len(state) == 3
        ):
            raise Unreadable("its pickle sets up an object, and only tensors by name are read")
        self.stack.append(place)

    def name(self, parts: list[object]) -> None:
        """Put the name on the stack that a module and a name in it make."""
        words = [part for part in parts if isinstance(part, str)]
        if len(words) < len(parts):
            raise Unreadable("its pickle is damaged")
        self.stack.append(Name(".".join(words)))

    def ask(self) -> None:
        """Put the storage on the stack that a program asks its reader for."""
        match self.pop():
            case ("storage", Name(path), str() as key, _, int() as count, *views) if (
                views in ([], [None]) and count >= 0
            ):
                module, _, kind = path.rpartition(".")
                if module in ("torch", "torch.cuda") and kind in TYPES:
                    dtype, width = TYPES[kind]
                    self.storages[key] = Storage(key, dtype, count, width)
                    return self.stack.append(self.storages[key])
        raise Unreadable("its pickle asks for values in a way that is not known")


def called(function: object, arguments: object) -> object:
    """What a call would give, for the few that weights are built with."""
    match function, arguments:
        case Name("collections.OrderedDict"), ():
            return {}
        case Name("torch.Size"), (tuple() as shape,):
            return shape
        case Name("torch._utils._rebuild_parameter" | "torch.nn.parameter.Parameter"), (Tensor() as tensor, *_):
            return tensor
        case (
            Name("torch._utils._rebuild_tensor_v2" | "torch._utils._rebuild_tensor"),
            (Storage() as storage, int() as start, tuple() as shape, tuple() as strides, *_),
        ) if len(shape) == len(strides) <= MOST_AXES and all(
            type(n) is int and n >= 0 for n in (start, *shape, *strides)
        ):
            return Tensor(storage, start, shape, strides)
    shown = function.path if isinstance(function, Name) else "something unnamed"
    raise Unreadable(f"its pickle calls `{shown:.100}`, which is not run: only tensors by name are read")


LITERALS = {"BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINUNICODE", "SHORT_BINUNICODE", "SHORT_BINSTRING"}
CONSTANTS: dict[str, object] = {"MARK": MARK, "NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
SILENT = {"PROTO", "FRAME", "STOP"}
STEPS: dict[str, Callable[[Program, object], object]] = {
    "EMPTY_DICT": lambda program, _: program.stack.append({}),
    "EMPTY_LIST": lambda program, _: program.stack.append([]),
    "BINPUT": Program.remember,
    "LONG_BINPUT": Program.remember,
    "MEMOIZE": lambda program, _: program.remember(len(program.memo)),
    "BINGET": Program.recall,
    "LONG_BINGET": Program.recall,
    "TUPLE": lambda program, _: program.pack(None),
    "TUPLE1": lambda program, _: program.pack(1),
    "TUPLE2": lambda program, _: program.pack(2),
    "TUPLE3": lambda program, _: program.pack(3),
    "APPEND": lambda program, _: program.extend([program.pop()]),
    "APPENDS": lambda program, _: program.extend(program.pop_marked()),
    "SETITEM": lambda program, _: program.extend(program.pair()),
    "SETITEMS": lambda program, _: program.extend(program.pop_marked()),
    "GLOBAL": lambda program, words: program.name([*str(words).split(" ")]),
    "STACK_GLOBAL": lambda program, _: program.name(program.pair()),
    "BINPERSID": lambda program, _: program.ask(),
    "REDUCE": lambda program, _: program.stack.append(called(*program.pair())),
    "BUILD": lambda program, _: program.settle(),
}
