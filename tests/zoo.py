"""Every shipped network, at a small input: the first of some sizes that it takes."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import archspec
from archspec.graph import Graph
from archspec.language.settled import Choices

SPECS = Path(__file__).parents[1] / "specs"
SIDES = (16, 32, 48, 64, 96, 128, 192, 224, 256, 284)
"""Sides of a square input, smallest first."""


def networks() -> list[str]:
    """`vgg:A` and so on: every network of every spec."""
    return [name for path in sorted(SPECS.glob("*.arch")) for name in columns(path)]


def columns(path: Path) -> list[str]:
    """The networks of one spec; none in a file of blocks."""
    text = path.read_text(encoding="utf-8")
    names = re.search(r"^columns +([^#\n]+)", text, re.MULTILINE)
    if not re.search("^net ", text, re.MULTILINE):
        return []
    return [f"{path.stem}:{name.strip()}" for name in names[1].split("|")] if names else [path.stem]


@cache
def small(name: str) -> Graph:
    """A network at the smallest of the sizes at which it is valid, whatever it claims."""
    for side in SIDES:
        (checked,) = archspec.check(name, Choices(f"{side}x{side}")).networks
        if checked.graph:
            return checked.graph
    raise AssertionError(f"{name} takes none of the sizes")


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
