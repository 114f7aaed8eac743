"""Records as plain objects, in a process that only runs a command.

Values that are plainly of their fields' types are taken as they are. Whatever else is given goes to a model of
pydantic with the same fields, which converts it or says what is wrong with it: a sound network needs none, and to
import pydantic and make its models takes longer than to check that network.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from inspect import get_annotations
from types import new_class
from typing import Any, ClassVar, Self, get_origin

from archspec.op.fields import MISSING, Field, field
from archspec.op.rules import Rules


class Light(Rules):
    """A frozen record with as much of a model's interface as the commands use."""

    model_fields: ClassVar[Mapping[str, Field]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        hints: dict[str, Any] = {}
        for base in reversed(cls.__mro__):
            hints |= get_annotations(base)
        cls.model_fields = {
            name: field(name, hint, getattr(cls, name, MISSING))
            for name, hint in hints.items()
            if get_origin(hint) is not ClassVar
        }
        super(cls, cls).__pydantic_init_subclass__()  # type: ignore[misc]

    @classmethod
    def __pydantic_init_subclass__(cls) -> None:
        """Pydantic's name for what is to be done with each kind of record."""

    def __init__(self, **given: Any) -> None:
        found = plain(self.model_fields, self.completed(given))
        if found is not None:
            self.__dict__.update(found)
        if found is None or self.fault() is not None:
            record: Any = type(self)
            model = model_of(record)(**given)
            self.__dict__.update({**model.__dict__, "model_fields_set": model.model_fields_set})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} does not change")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and values(self) == values(other)

    def __hash__(self) -> int:
        return hash((type(self), *values(self)))

    def __copy__(self) -> Self:
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__)
        return copy

    def model_copy(self, *, update: Mapping[str, Any]) -> Self:
        """A copy with other values, which are not looked at."""
        copy = self.__copy__()
        copy.__dict__.update(update)
        return copy

    def model_dump(self, *, mode: str) -> dict[str, Any]:
        """Its values as JSON has them."""
        return {field.alias: dumped(getattr(self, name)) for name, field in self.model_fields.items()}


def values(record: Light) -> list[Any]:
    """The values of a record's fields."""
    return [getattr(record, name) for name in record.model_fields]


def dumped(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Light):
        return value.model_dump(mode="json")
    if is_dataclass(value):
        return {field.name: dumped(getattr(value, field.name)) for field in fields(value)}
    return [dumped(item) for item in value] if isinstance(value, tuple) else value


def plain(known: Mapping[str, Field], given: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a record holds, if the given values can be taken as they are."""
    found: dict[str, Any] = {}
    written = set()
    for name, (alias, _, default, readers, fits) in known.items():
        if name in given or alias in given:
            value = given[name] if name in given else given[alias]
            for reader in readers:
                value = reader(value)
            if not fits(value):
                return None
            written.add(name)
            found[name] = value
        elif default is MISSING:
            return None
        else:
            found[name] = default
    return {**found, "model_fields_set": written} if len(written) == len(given) else None


@cache
def model_of(record: Any) -> Any:
    """The model of pydantic with the fields and the rules of a record."""
    from archspec.op.model import Ruled

    return new_class(record.__name__, (Ruled, record))
