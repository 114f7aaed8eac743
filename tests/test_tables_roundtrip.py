"""Tables out and in again: every spec with columns, in every format, comes back as the same graphs."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from pasted import essence, graphs

from archspec.checks.checkup import sound
from archspec.graph import Graph
from archspec.network import check
from archspec.source import Source
from archspec.tables.layout import sheet
from archspec.tables.reading import detect
from archspec.tables.writing import FORMATS

SPECS = Path(__file__).parents[1] / "specs"
TABLES = sorted(path.stem for path in SPECS.glob("*.arch") if "\ncolumns " in path.read_text(encoding="utf-8"))


@cache
def shipped(name: str) -> Sequence[Graph]:
    """The networks of a spec."""
    return [each.graph for each in sound(check(str(SPECS / f"{name}.arch"))) if each.graph]


def test_there_are_tables_enough() -> None:
    assert {"vgg", "resnet", "alexnet", "unet", "googlenet_bn", "cifar_preact"} <= set(TABLES)
    assert len(TABLES) >= 18


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", TABLES)
def test_a_table_comes_back(name: str, form: str) -> None:
    original = shipped(name)
    text = FORMATS[form](sheet(original))
    found = graphs(text)
    assert list(found) == [graph.column for graph in original]
    for graph in original:
        assert essence(found[str(graph.column)]) == essence(graph)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["vgg", "resnet"])
def test_its_numbers_come_back_as_claims(name: str, form: str) -> None:
    original = shipped(name)
    text = FORMATS[form](sheet(original, params=True, macs=True))
    assert list(graphs(text)) == [graph.column for graph in original]


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_is_known_by_its_text(form: str) -> None:
    assert detect(Source("t", FORMATS[form](sheet(shipped("vgg"))))) == form
