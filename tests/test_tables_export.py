"""`archspec table export`: the tables of the papers again, in every format, and LaTeX that compiles."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest
from programs import program

import archspec
from archspec.checks.checkup import check_source
from archspec.cli import main
from archspec.diagnostics import Problem
from archspec.files import folder
from archspec.graph import Graph
from archspec.language.settled import Choices
from archspec.language.text import decode
from archspec.network import check
from archspec.source import Source
from archspec.tables.export import export
from archspec.tables.layout import sheet
from archspec.tables.sheet import Cell, Sheet
from archspec.tables.writing import FORMATS

SHIPPED = Path(str(folder("specs")))
SPECS = [path.stem for path in sorted(SHIPPED.glob("*.arch"))]
NETWORKS = [name for name in SPECS if name not in ("blocks", "residual")]

VGG = """
ConvNet Configuration
A | A-LRN | B | C | D | E
11 weight layers | 11 weight layers | 13 weight layers | 16 weight layers | 16 weight layers | 19 weight layers
input (224×224 RGB image)
conv3-64 | conv3-64 *LRN | conv3-64 *conv3-64 | conv3-64 conv3-64 | conv3-64 conv3-64 | conv3-64 conv3-64
maxpool
conv3-128 | conv3-128 | conv3-128 *conv3-128 | conv3-128 conv3-128 | conv3-128 conv3-128 | conv3-128 conv3-128
maxpool
conv3-256 conv3-256 | conv3-256 conv3-256 | conv3-256 conv3-256 | conv3-256 conv3-256 *conv1-256 | conv3-256 conv3-256 *conv3-256 | conv3-256 conv3-256 conv3-256 *conv3-256
maxpool
conv3-512 conv3-512 | conv3-512 conv3-512 | conv3-512 conv3-512 | conv3-512 conv3-512 *conv1-512 | conv3-512 conv3-512 *conv3-512 | conv3-512 conv3-512 conv3-512 *conv3-512
maxpool
conv3-512 conv3-512 | conv3-512 conv3-512 | conv3-512 conv3-512 | conv3-512 conv3-512 *conv1-512 | conv3-512 conv3-512 *conv3-512 | conv3-512 conv3-512 conv3-512 *conv3-512
maxpool
FC-4096
FC-4096
FC-1000
soft-max
Parameters (millions)
133 | 133 | 133 | 134 | 138 | 144
"""  # noqa: E501
"""Simonyan & Zisserman 2015, Table 1, with its bold type, and the numbers of Table 2."""

RESNET = """
layer name | output size | 18-layer | 34-layer | 50-layer | 101-layer | 152-layer
conv1 | 112×112 | 7×7, 64, stride 2
conv2_x | 56×56 | 3×3 max pool, stride 2
| | [3×3, 64; 3×3, 64] ×2 | [3×3, 64; 3×3, 64] ×3 | [1×1, 64; 3×3, 64; 1×1, 256] ×3 | [1×1, 64; 3×3, 64; 1×1, 256] ×3 | [1×1, 64; 3×3, 64; 1×1, 256] ×3
conv3_x | 28×28 | [3×3, 128; 3×3, 128] ×2 | [3×3, 128; 3×3, 128] ×4 | [1×1, 128; 3×3, 128; 1×1, 512] ×4 | [1×1, 128; 3×3, 128; 1×1, 512] ×4 | [1×1, 128; 3×3, 128; 1×1, 512] ×8
conv4_x | 14×14 | [3×3, 256; 3×3, 256] ×2 | [3×3, 256; 3×3, 256] ×6 | [1×1, 256; 3×3, 256; 1×1, 1024] ×6 | [1×1, 256; 3×3, 256; 1×1, 1024] ×23 | [1×1, 256; 3×3, 256; 1×1, 1024] ×36
conv5_x | 7×7 | [3×3, 512; 3×3, 512] ×2 | [3×3, 512; 3×3, 512] ×3 | [1×1, 512; 3×3, 512; 1×1, 2048] ×3 | [1×1, 512; 3×3, 512; 1×1, 2048] ×3 | [1×1, 512; 3×3, 512; 1×1, 2048] ×3
| 1×1 | average pool, 1000-d fc, softmax
"""  # noqa: E501
"""He et al. 2016, Table 1, without its FLOPs, which count other shortcuts."""


def graphs(path: str) -> list[Graph]:
    """The networks of a spec."""
    return [network.graph for network in check(path).networks if network.graph]


def made(text: str) -> Sheet:
    """The table of a spec."""
    return sheet([n.graph for n in check_source(Source("t.arch", text), Choices()).networks if n.graph])


def printed(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """Rows as the papers' tables stand above: a star before what is bold."""
    return [" | ".join(" ".join("*" * (n in c.bold) + x for n, x in enumerate(c.lines)) for c in row) for row in rows]


def paper(text: str) -> list[str]:
    return [
        re.sub(r"^(?:\| )+", lambda bars: " | " + " | " * (len(bars[0]) // 2 - 1), x) for x in text.strip().split("\n")
    ]


def test_vgg_is_the_papers_tables() -> None:
    table = sheet(graphs("vgg"), params=True)
    assert printed(table.rows) == paper(VGG)
    assert [sum(cell.span for cell in row) for row in table.rows] == [6] * len(table.rows)
    assert table.notes == ("default conv -> relu", "default FC -> relu dropout, except last")


def test_resnet_is_the_papers_table() -> None:
    table = sheet(graphs("resnet"))
    rows = [row for row in printed(table.rows) if "input (" not in row]
    assert rows == paper(RESNET)
    assert table.notes == ("default conv bias=no", "default residual shortcut=B")


def test_the_manual_shows_it() -> None:
    page = (Path(__file__).parents[1] / "docs" / "tables.md").read_text(encoding="utf-8")
    assert FORMATS["markdown"](sheet(graphs("vgg"), params=True)).partition("\n\n")[2] in page


def test_the_flops_of_resnets_columns() -> None:
    row = printed(sheet(graphs("resnet"), macs=True).rows)[-1]
    assert row == "FLOPs | 1.8×10^9 | 3.7×10^9 | 3.9×10^9 | 7.6×10^9 | 11.3×10^9"  # Table 1: 3.6 and 3.8, see the spec


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("form", FORMATS)
def test_every_shipped_network_has_a_table(name: str, form: str, tmp_path: Path) -> None:
    target = tmp_path / "table"
    assert main(["table", "export", name, "--to", form, "--params", "--macs", "-o", str(target)]) == 0
    text = target.read_text(encoding="utf-8")
    for graph in graphs(name):
        assert (graph.column or graph.name).replace("_", "") in re.sub(r"[\\_]", "", text)


def test_a_graph_as_json_has_the_same_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archspec.load("specs/googlenet_bn.arch", "true5x5").build(tmp_path / "g.json", to="json", mode="train")
    texts = []
    for path in ("googlenet_bn:true5x5", str(tmp_path / "g.json")):
        assert main(["table", "export", path, "--to", "markdown"]) == 0
        texts.append(capsys.readouterr().out)
    assert texts[0] == texts[1]


def test_blocks_are_defined_by_what_differs_between_their_uses() -> None:
    notes = sheet(graphs("googlenet_bn")).notes
    start = notes.index("block inception_b(n1, r3, n3, r5, n5, proj):")
    assert notes[start + 1 : start + 6] == (
        "    concat:",
        "        | branch1: cbr1-{n1}",
        "        | branch2: cbr1-{r3} cbr3-{n3}",
        "        | branch3: cbr1-{r5} cbr5-{n5}",
        "        | branch4: maxpool3/1(pad=1) cbr1-{proj}",
    )
    assert (
        sum(note.startswith("block inception") for note in notes) == 2
    )  # 3x3 and 5x5 kernels under the same arguments


def test_conventions_are_one_line_or_one_for_each_network() -> None:
    assert sheet(graphs("deconvnet")).notes == (
        "default conv -> bn relu, except last | -> relu, except last",
        "default upconv pad=1 -> bn relu | pad=1 -> relu",
    )
    assert "default residual shortcut=A | shortcut=B | shortcut=C | shortcut=A | shortcut=B | shortcut=C" in (
        sheet(graphs("resnet_options")).notes
    )


def test_what_a_convention_spares_says_so() -> None:
    table = made("net n\ninput 8x8 RGB\ndefault conv -> relu\nconv3-4\nconv3-5(linear)\nconv3-6\nconv1-7\n")
    assert [row[2].lines for row in table.rows[3:]] == [("conv3-4",), ("conv3-5(linear)",), ("conv3-6",), ("conv1-7",)]
    assert table.notes == ("default conv -> relu",)


@pytest.mark.parametrize(
    "body",
    [
        "add:\n    | conv3-8\n    | conv1-8\n",
        "residual(shortcut=B):\n    conv3-8\n    relu\n",
        "a: concat:\n    | conv3-8\n    | conv1-8\n",
    ],
)
def test_branches_between_the_rows_are_refused(body: str) -> None:
    with pytest.raises(Problem) as refused:
        made(f"net n\ninput 8x8 RGB\nconv3-4\n{body}relu\n")
    assert [diagnostic.code for diagnostic in refused.value.diagnostics] == ["E613"]


SIGNS = r"a & b_c | d * e < f > ~ ^ { } # % $ \ `g` [h] ×"
"""What formats take for their own."""


def with_signs(caption: str = "") -> Sheet:
    """A table of signs, one of them bold in a second line."""
    return Sheet(((Cell(("x", SIGNS), bold=frozenset({1})), Cell(("y",))), (Cell(("z",), 2),)), caption, (), 1)


def test_html_shows_signs_as_they_are() -> None:
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_data(self, data: str) -> None:
            found.append(data.strip())

    Reader().feed(FORMATS["html"](with_signs(SIGNS)))
    assert [text for text in found if text] == [SIGNS, "x", SIGNS, "y", "z"]


def test_markdown_escapes_what_it_would_take_for_its_own() -> None:
    line = FORMATS["markdown"](with_signs()).split("\n")[0]
    assert line == r"| x<br>**a &amp; b\_c \| d \* e &lt; f &gt; \~ ^ { } # % \$ \\ \`g\` [h] ×** | y |"


def test_tsv_quotes_what_would_end_a_field() -> None:
    table = Sheet(((Cell(('a "b"',)), Cell(("c\td",)), Cell(("e",), 2)),))
    assert FORMATS["tsv"](table) == '"a ""b"""\t"c\td"\te\n'


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
def test_latex_sets_signs_as_they_are(tmp_path: Path) -> None:
    log = typeset([FORMATS["latex"](with_signs(SIGNS))], tmp_path)
    assert "Missing" not in log


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
def test_latex_compiles_in_two_columns_with_booktabs_alone(tmp_path: Path) -> None:
    texts = [FORMATS["latex"](sheet(graphs(name), True, True)) for name in ("vgg", "resnet", "plain", "googlenet_bn")]
    log = typeset(texts, tmp_path)
    assert "Overfull" not in log


def typeset(tables: Sequence[str], place: Path) -> str:
    """The log of an article with these tables."""
    text = "\\documentclass[twocolumn]{article}\n\\usepackage{booktabs}\n\\begin{document}\n"
    (place / "article.tex").write_text(text + "\\clearpage\n".join(tables) + "\\end{document}\n", encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "article.tex"]
    run = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout[-2000:]
    return (place / "article.log").read_text(encoding="utf-8", errors="replace")


def test_random_networks_come_back_or_are_refused() -> None:
    found = []
    for seed in range(120):
        source = decode("t.arch", program(seed).replace("expect", "# expect").encode(), SHIPPED / "t.arch")
        networks = [n.graph for n in check_source(source, Choices()).networks if n.graph]
        found += [outcome(networks)] if networks else []
    assert found.count("") > 15
    assert not [refused for refused in found if "read back" in refused]


def outcome(networks: Sequence[Graph]) -> str:
    """Why these have no table; nothing where they have one, which is read back on the way."""
    try:
        export(networks, "tsv", params=False, macs=False, choices=Choices())
    except Problem as refused:
        return "; ".join(f"{each.code} {each.found}" for each in refused.diagnostics)
    return ""
