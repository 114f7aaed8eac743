"""How large a spec may be; every limit can be raised by an option, and is reported with its number."""

from typing import NamedTuple


class Limits(NamedTuple):
    """What is checked before memory is spent."""

    bytes: int = 1 << 20
    """Size of a spec; a paper's table takes a few thousand."""
    nesting: int = 64
    """Suites, brackets and block uses inside each other."""
    nodes: int = 100_000
    """Layers of all networks of a spec together, counted before they are made; ResNet-1202 has some 4,200."""
    columns: int = 100
    """Networks in one table."""


DIGITS = 10
"""Digits of an integer; more are an error wherever they stand."""
