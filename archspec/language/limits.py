"""How large a spec may be; every limit can be raised by an option, and is reported with its number."""

from typing import NamedTuple


class Limits(NamedTuple):
    """What is checked before memory is spent."""

    bytes: int = 1 << 20
    """Size of a spec."""
    nesting: int = 64
    """Suites, brackets and block uses inside each other."""
    nodes: int = 100_000
    """Layers after expansion, counted before expanding."""


DIGITS = 10
"""Digits of an integer; more are an error wherever they stand."""
