"""What a notebook shows of a network: its table and its figure, and never an error."""

import re
from base64 import b64decode
from html.parser import HTMLParser
from pathlib import Path

import figcheck
import figure_svg
import pytest
from zoo import networks, small

import archspec
from archspec.graph.counts import count


class Page(HTMLParser):
    """The cells of a table, the tags, and the styles of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.styles: list[str] = []
        self.rows: list[list[str]] = []
        self.pictures: list[dict[str, str | None]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.styles += [value or "" for name, value in attrs if name == "style"]
        if tag == "img":
            self.pictures.append(dict(attrs))
            return
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


def test_the_table_has_the_numbers_of_the_paper() -> None:
    """Simonyan & Zisserman 2015, Table 2, by the oracle's exact count."""
    page = Page(archspec.load("vgg:E")._repr_html_())
    assert page.open == []
    assert page.rows[0][:4] == ["layer", "op", "output", "parameters"]
    cells = {row[0]: row for row in page.rows}
    assert "143,667,240" in cells["total"]
    assert "19,632,062,464" in cells["total"]
    assert cells["fc6"][1:4] == ["FC-4096", "4096", "102,764,544"]
    assert len({len(row) for row in page.rows}) == 1


def test_the_figure_stands_below_the_table() -> None:
    network = archspec.load("resnet:34")
    (picture,) = Page(network._repr_html_()).pictures
    kind, _, data = str(picture["src"]).partition(",")
    assert kind == "data:image/svg+xml;base64"
    svg = b64decode(data).decode()
    assert svg == network._repr_svg_() == network.draw().svg()
    assert list(figcheck.paged(figure_svg.read(svg))) == []


def test_a_page_takes_its_own_colours() -> None:
    page = Page(archspec.load("googlenet")._repr_html_())
    assert page.tags <= {"div", "b", "table", "tr", "td", "th", "img"}
    told = [style for style in page.styles if re.search(r"(?<!-)color|background|#[0-9a-f]{3}", style)]
    assert all("background:none" in style or "currentColor" in style for style in told)


def test_names_are_words_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "n.arch").write_text('net n "<script>alert(1)</script> & <b>"\ninput 8x8 RGB\nconv3-4\n')
    text = archspec.load(tmp_path / "n.arch")._repr_html_()
    assert "script" not in Page(text).tags
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;" in text


@pytest.mark.parametrize("name", networks())
def test_every_network_is_shown(name: str) -> None:
    graph = small(name)
    text = archspec.Network(graph, count(graph))._repr_html_()
    assert Page(text).open == []
    assert len(text) < 400_000


def test_a_network_that_no_style_draws_has_its_table(tmp_path: Path) -> None:
    layers = "\n".join(f"a{n}: conv{1 + n % 7 // 2 * 2}-{1 + n % 5}" for n in range(400))
    (tmp_path / "n.arch").write_text(f"net n\ninput 8x8 RGB\n{layers}\n")
    network = archspec.load(tmp_path / "n.arch")
    assert network._repr_svg_() is None
    page = Page(network._repr_html_())
    assert page.pictures == []
    assert page.rows[-1][0] == "total"


def test_a_network_says_what_it_is() -> None:
    assert repr(archspec.load("vgg:E")) == "<vgg:E: depth 19, 143,667,240 parameters, 19,632,062,464 multiply-adds>"


def test_a_long_table_is_cut(tmp_path: Path) -> None:
    lines = "\n".join(f"a{n}: conv{1 + n % 7 // 2 * 2}-{1 + n % 5}" for n in range(400))
    (tmp_path / "n.arch").write_text(f"net n\ninput 8x8 RGB\n{lines}\n")
    rows = Page(archspec.load(tmp_path / "n.arch")._repr_html_()).rows
    assert len(rows) == 1 + 300 + 1 + 1
    assert rows[-2] == ["and 101 more lines"]
