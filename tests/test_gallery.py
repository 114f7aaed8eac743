"""The pictures in the documentation are those that their lines draw."""

import re
from pathlib import Path

import gallery
import pytest

LINES = gallery.lines()
FIGURES = gallery.ROOT / "docs" / "figures"


@pytest.mark.parametrize("place", LINES)
def test_a_picture_is_up_to_date(place: str, tmp_path: Path) -> None:
    assert gallery.draw(LINES[place], tmp_path / "a.svg") == 0
    assert (tmp_path / "a.svg").read_text() == (gallery.ROOT / place).read_text(), "run python tests/gallery.py"


def test_every_picture_is_shown_below_its_line() -> None:
    assert {gallery.ROOT / place for place in LINES} == set(FIGURES.iterdir())
    page = (gallery.ROOT / "docs" / "figures.md").read_text()
    shown = re.findall(r"-o docs/(figures/\w+\.svg)\n\n!\[[^\]]+\]\((figures/\w+\.svg)\)", page)
    assert shown == [(place, place) for place in re.findall(r"\((figures/\w+\.svg)\)", page)]
    assert len(shown) >= 12
