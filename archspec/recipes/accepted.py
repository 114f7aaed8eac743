"""What a key of a recipe takes, in words: `a number above 0`."""

from typing import Annotated, Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from archspec.recipes import Part
from archspec.recipes.writing import written

WORDS = {bool: "true or false", str: "text", int: "a whole number", float: "a number"}


def accepted(field: FieldInfo) -> str:
    """What a key takes."""
    return described(field.annotation, field.metadata)


def described(annotation: Any, bounds: list[Any]) -> str:
    """What values of a type are: bounds are those of `annotated_types`."""
    arguments = get_args(annotation)
    if get_origin(annotation) is Annotated:
        return described(arguments[0], list(arguments[1:]))
    if get_origin(annotation) is Literal:
        return either([written(value) for value in arguments])
    if get_origin(annotation) is tuple:
        return listed(arguments)
    if arguments:
        return ", or ".join(described(each, []) for each in arguments if each is not type(None))
    if issubclass(annotation, Part):
        return "a table"
    return WORDS[annotation] + bounded(bounds)


def listed(held: tuple[Any, ...]) -> str:
    """What a list of values is: of one kind each, as many as there are kinds, or any number of one kind."""
    each = described(held[0], []).removeprefix("a ").replace("number", "numbers")
    return f"a list of {each}" if held[-1] is ... else f"a list of {len(held)} {each}"


def words(annotation: Any) -> list[str]:
    """The words that a key takes, where it takes only some."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [word for each in get_args(annotation) for word in words(each)]


def bounded(bounds: list[Any]) -> str:
    """Between what a number lies: ` from 0 to below 1`."""
    said = []
    for bound in bounds:
        match bound:
            case Ge(lowest):
                said.append(f"from {lowest}")
            case Gt(edge):
                said.append(f"above {edge}")
            case Le(highest):
                said.append(f"to {highest:,}")
            case Lt(edge):
                said.append(f"to below {edge}")
    return "".join(f" {word}" for word in said).replace("above 0 to", "above 0, up to")


def either(choices: list[str]) -> str:
    """A choice: `a, b or c`."""
    return f"{', '.join(choices[:-1])} or {choices[-1]}"
