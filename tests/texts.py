"""Specs given as text: the network of one, or what is said of it."""

from typing import Any

from archspec.checks.checkup import Checked, check_source
from archspec.graph import Graph
from archspec.language.settled import Choices
from archspec.source import Source


def checked(text: str, column: str | None = None, **choices: Any) -> Checked:
    """The only network of a spec, or one column of it, without errors."""
    checkup = check_source(Source("test.arch", text), Choices(**choices), column)
    assert checkup.ok, [(d.code, d.message, d.found) for d in checkup.diagnostics]
    (network,) = checkup.networks
    return network


def network(text: str, column: str | None = None, **choices: Any) -> Graph:
    """The graph of that network."""
    graph = checked(text, column, **choices).graph
    assert graph
    return graph


def codes(text: str) -> list[str]:
    """The codes of all that is said of a spec."""
    return [d.code for d in check_source(Source("test.arch", text), Choices()).diagnostics]
