"""The shipped specs: clean, their networks known to the oracle, a table's column and its own file one graph."""

from pathlib import Path

import pytest
from test_oracle import BY_HAND, PARTLY, SPECS
from zoo import ALONE

import archspec
from archspec.graph import Graph

ROOT = Path(__file__).parents[1]
SHIPPED = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "specs").rglob("*.arch"))


@pytest.fixture(autouse=True)
def _at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("path", SHIPPED)
def test_a_shipped_spec_is_clean(path: str) -> None:
    """Not one diagnostic, warnings included."""
    assert archspec.check(path).diagnostics == ()
    assert len(Path(path).read_text().splitlines()) < 80


@pytest.mark.parametrize("path", SHIPPED)
def test_a_shipped_network_is_compared_with_the_oracle_or_counted_by_hand(path: str) -> None:
    name = Path(path).stem
    compared = {*SPECS, *PARTLY, *ALONE, *BY_HAND}
    for network in archspec.check(path).networks:
        assert (f"{name}:{network.column}" if network.column else name) in compared


def without_places(graph: Graph) -> dict[str, object]:
    """A graph without where it was written and what the file calls it."""
    data = graph.model_dump(exclude={"name", "title", "column", "sha256"})
    for node in data["nodes"]:
        del node["origin"]
    return data


@pytest.mark.parametrize("file", ALONE)
def test_a_column_and_its_own_file_are_the_same_graph(file: str) -> None:
    whole = archspec.load("specs/vgg.arch", ALONE[file]).graph
    alone = archspec.load(f"specs/{file}.arch").graph
    assert without_places(whole) == without_places(alone)


def test_the_papers_own_slips_and_no_others() -> None:
    found = {
        f"{Path(path).stem}:{network.column} {claim} {stated}": holds
        for path in SHIPPED
        for network in archspec.check(path).networks
        for claim, stated, holds, _, _ in network.deviations
    }
    assert found == {
        "alexnet:paper params 60M": "61.0M",
        "cifar_preact_bottleneck:1001 params 10.2M": "10.3M",
        "googlenet:None macs 1.5G": "1.6G",
        "googlenet:None params 6.8M": "7.0M",
        "resnet:34 macs 3.6G": "3.7G",
        "resnet:50 macs 3.8G": "3.9G",
        "vgg:D macs 15.3G": "15.5G",
        "vgg_d:None macs 15.3G": "15.5G",
    }
