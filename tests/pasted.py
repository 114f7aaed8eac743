"""Tables as they are pasted, and what is made of them."""

from pathlib import Path
from typing import Any

from archspec.graph import Graph
from archspec.language.settled import Choices
from archspec.source import Source
from archspec.tables.taking import take

TABLES = Path(__file__).parent / "cases" / "tables"
SMALL = """A\tB
3 weight layers\t4 weight layers
input (32×32 RGB image)
conv3-16\tconv3-16 conv3-16
maxpool
conv3-32\tconv3-32
FC-10
"""
"""A table without fault."""


def text_of(name: str) -> str:
    """One of the tables."""
    return (TABLES / name).read_text(encoding="utf-8")


def graphs(text: str, **options: Any) -> dict[str, Graph]:
    """The networks of a pasted table. Raises Problem where it contradicts itself."""
    taken = take(Source("pasted", text), "pasted", choices=Choices(), **options)
    return {str(each.column): each.graph for each in taken.checkup.networks if each.graph}


def essence(graph: Graph) -> dict[str, Any]:
    """A graph as JSON, without where it was written and what its file is called."""
    whole = graph.model_dump(mode="json")
    for left_out in ("name", "title", "sha256"):
        del whole[left_out]
    for node in whole["nodes"]:
        del node["origin"]
    return whole
