"""The pictures in the documentation are those that their lines draw."""

import re
from itertools import pairwise, takewhile
from pathlib import Path

import figcheck
import figure_block
import figure_compare
import gallery
import pytest

import archspec
from archspec.figures.choice import choose

LINES = gallery.lines()
FIGURES = gallery.ROOT / "docs" / "figures"


@pytest.mark.parametrize("place", LINES)
def test_a_picture_is_up_to_date(place: str, tmp_path: Path) -> None:
    assert gallery.draw(LINES[place], tmp_path / "a.svg") == 0
    assert (tmp_path / "a.svg").read_text() == (gallery.ROOT / place).read_text(), "run python tests/gallery.py"


@pytest.mark.parametrize("place", LINES)
def test_a_picture_passes_the_gate(place: str) -> None:
    names = list(takewhile(lambda word: not word.startswith("-"), LINES[place][1:]))
    asked = dict(pairwise(LINES[place]))
    first, *others = (archspec.load(name).graph for name in names)
    svg = (gallery.ROOT / place).read_text()
    width = asked.get("--width", "column")
    if others:
        assert figure_compare.faults(svg, [first, *others], width) == []
    elif "--block" in asked:
        assert figcheck.faults(svg, figure_block.part(first, asked["--block"]), width, "block") == []
    else:
        assert figcheck.faults(svg, first, width, asked.get("--style") or choose(first)) == []


def test_every_picture_of_a_page_is_drawn_by_a_line() -> None:
    """Wherever it is shown: in README and in all of docs."""
    pages = [gallery.ROOT / "README.md", *gallery.ROOT.glob("docs/**/*.md")]
    shown = {
        (page.parent / (linked or tagged)).resolve()
        for page in pages
        for linked, tagged in re.findall(r"!\[[^\]]*\]\(([^)\s]+)\)|<img[^>]+src=\"([^\"]+)\"", page.read_text())
    }
    assert gallery.ROOT / "docs" / "figures" / "unet.svg" in shown
    plots = set((gallery.ROOT / "docs" / "plots").iterdir())  # tests/test_plots.py has those
    assert shown - plots == {gallery.ROOT / place for place in LINES}
    assert set((gallery.ROOT / "docs").rglob("*.svg")) - plots == shown - plots


def test_every_picture_is_shown_below_its_line() -> None:
    assert {gallery.ROOT / place for place in LINES} == set(FIGURES.iterdir())
    page = (gallery.ROOT / "docs" / "figures.md").read_text()
    shown = re.findall(r"-o docs/(figures/\w+\.svg)\n\n!\[[^\]]+\]\((figures/\w+\.svg)\)", page)
    assert shown == [(place, place) for place in re.findall(r"\((figures/\w+\.svg)\)", page)]
    assert len(shown) >= 12
