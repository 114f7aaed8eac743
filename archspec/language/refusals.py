"""What an op takes, said of a value that it refuses."""

from collections.abc import Mapping
from typing import Any

from archspec.op import Op
from archspec.op.form import option_name, read_form

WANTED = {
    "greater_than_equal": "is {ge:g} or more",
    "greater_than": "is more than {gt:g}",
    "less_than_equal": "is {le:g} or less",
    "less_than": "is less than {lt:g}",
    "literal_error": "is {expected}",
    "bool_type": "is yes or no (between braces 1 or 0)",
    "int_type": "is a whole number",
    "float_type": "is a number",
    "tuple_type": "is a number, or one for each side",
    "missing": "is a number, or one for each side",
    "too_long": "is a number, or one for each side",
}
"""What a field takes, by pydantic's name for what is wrong with a value."""


def wanted(op: type[Op], field: str, fault: Mapping[str, Any]) -> str:
    """What a field takes, said of a value that it does not take."""
    context = fault.get("ctx", {})
    if fault["type"] == "value_error":
        return str(context["error"])
    name = option_name(op, field) if field in op.model_fields else read_form(op.form).word
    words = WANTED.get(fault["type"], "does not take this").format_map(context).replace("'", "`")
    if field in op.assumed_as():
        words += ", or `same` or `valid`"
    return f"`{name}` {words}"


def usage(op: type[Op]) -> str:
    """How an op is written: `conv<kernel>-<channels>/<stride>`."""
    return f"it is written `{op.form.replace('{', '<').replace('}', '>')}`"
