"""The gallery in docs/figures.md: the lines that draw it, and drawing it anew: `python tests/gallery.py`."""

import re
import shlex
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = ("docs/figures.md", "README.md")


def lines() -> dict[str, list[str]]:
    """What each picture's command is given, by the picture's path."""
    found = {}
    for page in PAGES:
        for words in map(shlex.split, re.findall(r"^    archspec (draw .*)", (ROOT / page).read_text(), re.MULTILINE)):
            if words[-1].startswith("docs/"):
                found[words[-1]] = words
    return found


def draw(words: list[str], path: Path) -> int:
    """Draw one picture, at another place. Gives the command's exit status."""
    from archspec.cli import main

    return main([*words[:-1], str(path)])


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(max(draw(words, ROOT / place) for place, words in lines().items()))
