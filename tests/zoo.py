"""Every shipped network, at other sizes of its input than its own."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from archspec.graph import Graph
from archspec.language.compile import compile_network, plan
from archspec.language.limits import Limits
from archspec.language.program import Program, read_program
from archspec.language.settled import Choices
from archspec.language.text import decode

SPECS = Path(__file__).parents[1] / "specs"
SIDES = (16, 32, 48, 64, 96, 128, 192, 224, 256, 284)
"""Sides of a square input, smallest first."""


ALONE = {f"vgg_{column.lower().replace('-', '_')}": column for column in ("A", "A-LRN", "B", "C", "D", "E")}
"""Specs of one network each, which `vgg.arch` has as a column too: `test_specs` shows that they are the same."""


def networks() -> list[str]:
    """`vgg:A` and so on: every network of every spec, once."""
    return [name for path in sorted(SPECS.glob("*.arch")) if path.stem not in ALONE for name in columns(path)]


def columns(path: Path) -> list[str]:
    """The networks of one spec; none in a file of blocks."""
    text = path.read_text(encoding="utf-8")
    names = re.search(r"^columns +([^#\n]+)", text, re.MULTILINE)
    if not re.search("^net ", text, re.MULTILINE):
        return []
    return [f"{path.stem}:{name.strip()}" for name in names[1].split("|")] if names else [path.stem]


@cache
def program(file: str) -> Program:
    """A spec, read once."""
    path = SPECS / f"{file}.arch"
    found, unsound = read_program(decode(path.name, path.read_bytes(), path), Limits())
    assert not unsound
    return found


def sized(name: str, height: int, width: int) -> Graph | None:
    """A network at this size of its input, whatever it claims; None where it is not valid."""
    file, _, column = name.partition(":")
    return compile_network(plan(program(file), column or None, Choices(f"{height}x{width}")))


@cache
def small(name: str) -> Graph:
    """A network at the smallest of some sizes at which it is valid."""
    found = next((graph for side in SIDES if (graph := sized(name, side, side))), None)
    assert found, f"{name} takes none of the sizes"
    return found


def marked(slow: str, failing: str = "$", why: str = "") -> list[Any]:
    """All networks as parameters of a test; those whose names match are left to `-m slow`, or known to fail."""
    known = pytest.mark.xfail(reason=why, raises=AssertionError)
    return [
        pytest.param(
            name,
            marks=[pytest.mark.slow] * bool(re.fullmatch(slow, name)) + [known] * bool(re.fullmatch(failing, name)),
        )
        for name in networks()
    ]
