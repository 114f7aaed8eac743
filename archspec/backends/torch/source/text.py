"""Python expressions as text, laid out as `ruff format` lays them out."""

from typing import Any, NamedTuple, Union

WIDTH = 88
"""Columns: what formatters take where nothing else is said."""
STEP = "    "
BODY = WIDTH - 2 * len(STEP)
"""Columns of a method's body."""


class Code(str):
    """Python text that stands for itself, where any other string is a value."""


class Applied(NamedTuple):
    """A call, or a tuple where `head` ends in nothing or in `=`."""

    head: str
    inner: tuple["Written", ...]


Written = Union[str, Applied]  # noqa: UP007  the two name each other


def literal(value: Any) -> Written:
    """A value as Python writes it."""
    match value:
        case Code():
            return str(value)
        case tuple():
            return Applied("", tuple(map(literal, value)))
        case str():
            return quoted(value)
        case float() if value in (float("inf"), float("-inf")):
            return f'float("{value}")'
    return repr(value)


def quoted(text: str) -> str:
    """A string in double quotes, which formatters prefer."""
    return '"' + repr("'" + text)[2:-1].replace('"', '\\"') + '"'


def keyword(name: str, value: Any) -> Written:
    """A keyword argument."""
    written = literal(value)
    return f"{name}={written}" if isinstance(written, str) else Applied(f"{name}=", written.inner)


def flat(written: Written) -> str:
    """On one line."""
    if isinstance(written, str):
        return written
    inside = ", ".join(map(flat, written.inner))
    lone = len(written.inner) == 1 and (not written.head or written.head.endswith("="))
    return f"{written.head}({inside},)" if lone else f"{written.head}({inside})"


def layout(before: str, written: Written, after: str = "", width: int = WIDTH) -> list[str]:
    """On one line where it fits, else one argument to a line."""
    line = before + flat(written) + after
    if len(line) <= width or isinstance(written, str) or not written.inner:
        return [line]
    inside = [laid for item in written.inner for laid in layout("", item, ",", width - len(STEP))]
    return [f"{before}{written.head}(", *indented(inside), f"){after}"]


def indented(lines: list[str]) -> list[str]:
    return [STEP + line if line else line for line in lines]
