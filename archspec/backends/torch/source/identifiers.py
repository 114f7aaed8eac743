"""Names of the generated file: classes, parameters and variables that no other name stands in the way of."""

import re
from collections.abc import Container, Iterable
from keyword import iskeyword

from archspec.backends.torch.source.text import quoted

HELPERS = ("bilinear_init", "crop_like", "window_mean")
"""Functions that PyTorch does not have, each in a file of its name; a generated file that needs one holds a copy."""
RESERVED = frozenset(
    {
        "self",
        "super",
        "torch",
        "nn",
        "F",
        "Tensor",
        *HELPERS,
        "getattr",
        "range",
        "enumerate",
        "i",
        "sum",
    }
    | {"float", "int", "bool", "tuple"}
)
"""What generated code uses for itself."""
LONGEST = 20
"""Characters of a variable: lines stay readable however long the spec's labels are."""


def is_plain(name: str) -> bool:
    """Whether a name can follow a dot."""
    return name.isidentifier() and not iskeyword(name)


def access(path: Iterable[str]) -> str:
    """The attribute at a path: `self.conv1.bn1`; `getattr` where Python has no other way."""
    text = "self"
    for name in path:
        text = f"{text}.{name}" if is_plain(name) else f"getattr({text}, {quoted(name)})"
    return text


def variable(text: str, taken: Container[str] = RESERVED) -> str:
    """A name for a value or a parameter, made of a label."""
    name = re.sub(r"\W", "_", text)[-LONGEST:].lstrip("_0123456789") or "value"
    return f"{name}_" if iskeyword(name) or name in taken else name


def capitalized(text: str) -> str:
    """A class's name: `VggE` of `vgg:E`, `Bottleneck` of `bottleneck`."""
    words = re.findall(r"[A-Za-z0-9]+", text)
    name = "".join(word[0].upper() + word[1:] for word in words)
    return name if name[:1].isalpha() else f"Net{name}"


def unused(name: str, taken: Container[str]) -> str:
    """The name, with a number after it where it is taken."""
    number, free = 2, name
    while free in taken:
        number, free = number + 1, f"{name}{number}"
    return free
