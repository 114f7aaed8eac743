"""What a record's field takes: markers in its annotation, and a test of values that are plainly of that type."""

import re
from collections.abc import Callable
from math import isfinite
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, get_args, get_origin

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

MISSING = object()
"""The default of a field that has none."""
Test = Callable[[Any], bool]


class Field(NamedTuple):
    """One field of a record, by the names that pydantic has for it."""

    alias: str
    annotation: Any
    default: Any
    readers: tuple[Callable[[Any], Any], ...]
    """How a value is read that may be written in a shorter way."""
    fits: Test
    """Whether a value can be taken as it is."""

    def is_required(self) -> bool:
        """Whether it has no default."""
        return self.default is MISSING


def alias(field: str) -> str:
    """What a field is called outside Python: `global_` is `global`, which Python reserves."""
    return field.rstrip("_")


def field(name: str, hint: Any, default: Any) -> Field:
    """The field of this name, as its class declares it."""
    annotation, *markers = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    readers = [marker.function for marker in markers if isinstance(marker, Read)]
    readers += [as_float] if annotation is float else []
    return Field(alias(name), annotation, default, tuple(readers), test_of(hint))


def as_float(value: Any) -> Any:
    """A whole number may stand for any."""
    return float(value) if type(value) is int else value


class Within(NamedTuple):
    """Limits of a number."""

    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None

    def fits(self, value: Any) -> bool:
        """Whether a number keeps to them."""
        return (
            (self.ge is None or value >= self.ge)
            and (self.gt is None or value > self.gt)
            and (self.le is None or value <= self.le)
            and (self.lt is None or value < self.lt)
        )

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> Any:
        return limited(self, handler(source))


class Long(NamedTuple):
    """Limits of a text's or a tuple's length, and what a text looks like."""

    max_length: int
    min_length: int | None = None
    pattern: str | None = None

    def fits(self, value: Any) -> bool:
        """Whether a text or a tuple keeps to them."""
        return (self.min_length or 0) <= len(value) <= self.max_length and (
            self.pattern is None or re.fullmatch(self.pattern, value) is not None
        )

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> Any:
        return limited(self, handler(source))


def limited(limits: Within | Long, schema: Any) -> Any:
    """A schema with limits."""
    return {**schema, **{key: limit for key, limit in limits._asdict().items() if limit is not None}}


class Read(NamedTuple):
    """How a value is read that may be written in a shorter way; what is written in full stays as it is."""

    function: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(self.function, handler(source))


def test_of(annotation: Any) -> Test:
    """A test that only values of a type pass as they are, without being converted; not all of them have to."""
    arguments = get_args(annotation)
    match get_origin(annotation):
        case None:
            return PLAIN.get(annotation) or (lambda value: isinstance(value, annotation))
        case origin if origin is Annotated:
            return both(test_of(arguments[0]), arguments[1:])
        case origin if origin is Literal:
            return lambda value: type(value) is str and value in arguments
        case origin if origin is tuple:
            return of_each(arguments)
        case origin if origin is UnionType:
            tests = [test_of(argument) for argument in arguments]
            return lambda value: any(test(value) for test in tests)
    return lambda value: False


PLAIN: dict[Any, Test] = {
    int: lambda value: type(value) is int,
    bool: lambda value: type(value) is bool,
    str: lambda value: type(value) is str,
    float: lambda value: type(value) is float and isfinite(value),
    NoneType: lambda value: value is None,
}


def both(test: Test, markers: tuple[Any, ...]) -> Test:
    """A test of a type, and of what its markers say besides."""
    for marker in markers:
        if isinstance(marker, Within | Long):
            test = also(test, marker.fits)
    return test


def also(test: Test, limit: Test) -> Test:
    """Both tests, one after the other."""
    return lambda value: test(value) and limit(value)


def of_each(arguments: tuple[Any, ...]) -> Test:
    """A test of tuples: each item its own, or one for all."""
    if arguments[-1] is ...:
        each = test_of(arguments[0])
        return lambda value: type(value) is tuple and all(map(each, value))
    tests = [test_of(argument) for argument in arguments]
    return lambda value: (
        type(value) is tuple
        and len(value) == len(tests)
        and all(test(item) for test, item in zip(tests, value, strict=True))
    )
