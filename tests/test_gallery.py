"""The pictures in the documentation are those that their lines draw."""

import re
from pathlib import Path

import figcheck
import gallery
import pytest

import archspec
from archspec.figures.choice import choose

LINES = gallery.lines()
ALONE = [place for place, words in LINES.items() if words[2].startswith("-") and "--block" not in words]
"""Pictures of one whole network; of blocks and several networks other tests have the truth."""
FIGURES = gallery.ROOT / "docs" / "figures"


@pytest.mark.parametrize("place", LINES)
def test_a_picture_is_up_to_date(place: str, tmp_path: Path) -> None:
    assert gallery.draw(LINES[place], tmp_path / "a.svg") == 0
    assert (tmp_path / "a.svg").read_text() == (gallery.ROOT / place).read_text(), "run python tests/gallery.py"


@pytest.mark.parametrize("place", ALONE)
def test_a_picture_passes_the_gate(place: str) -> None:
    words = LINES[place]
    graph = archspec.load(words[1]).graph
    style = words[words.index("--style") + 1] if "--style" in words else choose(graph)
    svg = (gallery.ROOT / place).read_text()
    width = "text" if "text" in words else "column"
    assert figcheck.faults(svg, graph, width, style) == []


def test_every_picture_is_shown_below_its_line() -> None:
    assert {gallery.ROOT / place for place in LINES} == set(FIGURES.iterdir())
    page = (gallery.ROOT / "docs" / "figures.md").read_text()
    shown = re.findall(r"-o docs/(figures/\w+\.svg)\n\n!\[[^\]]+\]\((figures/\w+\.svg)\)", page)
    assert shown == [(place, place) for place in re.findall(r"\((figures/\w+\.svg)\)", page)]
    assert len(shown) >= 12
