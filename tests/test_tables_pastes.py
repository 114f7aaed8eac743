"""Tables as people paste them: from PDFs, Word, ar5iv and Overleaf, with what is left out and what nobody sees."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from pasted import SMALL, essence, graphs

from archspec.checks.checkup import check_source
from archspec.cli import main
from archspec.diagnostics import Diagnostic, Problem
from archspec.language.settled import Choices
from archspec.source import Source
from archspec.tables.layout import sheet

UNITS = r"$\left[\begin{array}{c} 3\times 3, 16 \\ 3\times 3, 16 \end{array}\right]\times "
OVERLEAF = rf"""\begin{{tabular}}{{@{{}}l|c|c@{{}}}}
layer name & Small & Large \\ \cmidrule(lr){{2-3}}
\multirow{{3}}{{*}}{{conv2\_x}} & {UNITS}\num{{2}}$ & {UNITS}3$ \\ % three lines high
 & & \\
 & & \\ \hline
fc & \multicolumn{{2}}{{c}}{{10-d fc}} \\
\end{{tabular}}
"""
PLAIN = "layer name\tSmall\tLarge\nconv2_x\t[3×3, 16; 3×3, 16] ×2\t[3×3, 16; 3×3, 16] ×3\nfc\t10-d fc\t10-d fc\n"


def refused(text: str, **options: object) -> list[Diagnostic]:
    with pytest.raises(Problem) as found:
        graphs(text, **options)
    return list(found.value.diagnostics)


def same(text: str, other: str, **options: object) -> None:
    """Both tables say the same networks."""
    found, expected = graphs(text, **options), graphs(other, **options)
    assert list(found) == list(expected)
    assert [essence(graph) for graph in found.values()] == [essence(graph) for graph in expected.values()]


@pytest.mark.parametrize(
    "text",
    [
        SMALL.replace("\t", "   "),
        "\n".join(f"  {line}" if "   " in line else line for line in SMALL.replace("\t", "   ").split("\n")),
        SMALL.replace("conv", "\u200bconv").replace("maxpool", "max\u00adpool"),
        SMALL.replace(" ", "\u00a0").replace("-", "\u2011"),
        SMALL.replace("conv3-16\t", "3×3 conv, 16, stride 1, padding 1\t"),
        SMALL.replace("FC-10", "dense 10"),
    ],
)
def test_what_a_paste_changes_is_not_what_it_says(text: str) -> None:
    found, expected = graphs(text), graphs(SMALL)
    assert list(found) == list(expected)
    assert [graph.shapes for graph in found.values()] == [graph.shapes for graph in expected.values()]


def test_an_indented_cell_alone_is_not_for_all_columns() -> None:
    (found,) = refused(SMALL.replace("\t", "   ").replace("maxpool", "           conv3-16\nmaxpool"))
    assert (found.code, found.place and found.place[:2]) == ("E105", (5, 1))


def test_empty_lines_below_a_cell_that_reaches_down() -> None:
    same(OVERLEAF, PLAIN, convention="resnet")
    page = (
        "<tr><td>layer name<td>A<td>B</tr><tr><td rowspan=2>c1<td rowspan=2>conv3-4<td rowspan=2>conv3-8</tr><tr></tr>"
    )
    rows = "layer name\tA\tB\nc1\tconv3-4\tconv3-8\nf\tFC-2\tFC-2\n"
    same(f"<table>{page}<tr><td>f<td colspan=2>FC-2</tr></table>", rows, input="8x8 RGB")


def test_a_matrix_of_mathml_is_a_group() -> None:
    group = "<math alttext='x'><mo>[</mo><mtable><mtr><mtd><mn>3</mn><mo>×</mo><mn>3</mn>, 16</mtd></mtr>" \
        "<mtr><mtd>3×3, 16</mtd></mtr></mtable><mo>]</mo><mo>\u2062</mo><mo>×</mo><mn>{}</mn></math>"  # fmt: skip
    rows = (("layer name", "Small", "Large"), ("conv2_x", group.format(2), group.format(3)), ("fc", *["10-d fc"] * 2))
    page = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    same(f"<table>{page}</table>", PLAIN, convention="resnet")


def test_the_name_of_a_table_of_one_column() -> None:
    rows = "8 weight layers\ninput (9×9 RGB image)\n" + "conv3-4\n" * 7 + "FC-10\n"
    same(f"AlexNet\n{rows}", rows)
    (found, *_) = refused(f"A,B\n{rows}")
    assert found.place
    assert found.place[:2] == (1, 1)


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        (SMALL.partition("image)\n")[2].replace("maxpool\n", ""), "E121", (1, 1)),
        (SMALL.replace("A\tB", "A\tA"), "E107", (1, 3)),
        (SMALL.replace("\t", " "), "E121", (2, 1)),
        ("Layer\tOutput size\nconv1\t5×5\n", "E120", (1, 1)),
        ("\\begin{tabular}{cc}\n\\hline\n\\end{tabular}\n", "E120", (1, 1)),
        ("<table></table>", "E120", (1, 1)),
        (f"{SMALL}\ndefault conv -> rely\n", "E301", (9, 17)),
    ],
)
def test_what_is_missing_is_said_once_and_of_the_paste(text: str, code: str, at: tuple[int, int]) -> None:
    found = refused(text, input="32x32 RGB")
    assert (found[0].code, found[0].place and found[0].place[:2]) == (code, at)
    assert {each.source.path for each in found if each.source} == {"pasted"}


def test_a_dash_and_no_rows_under_a_convention() -> None:
    rows = "layer name\tA\tB\nc1\t3×3, 16\t3×3, 16\nc2\t-\t3×3, 16\n"
    assert set(graphs(rows, convention="resnet")) == {"A", "B"}
    (found,) = refused("A\tB\n", convention="resnet")
    assert found.code == "E108"


@pytest.mark.parametrize("given", ["foo", "", "32x32 RGB\nconv3-4"])
def test_an_input_that_is_none(given: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.tsv"
    path.write_text(SMALL)
    assert main(["table", "import", str(path), "--input", given]) == 1
    assert "error[E602]: no input size" in capsys.readouterr().err


def test_thousands_of_branches_take_seconds() -> None:
    branches = "".join(f"        | conv1-{1 + n % 7} relu\n" for n in range(5000))
    text = f"net wide\ninput 8x8 RGB\nblock many:\n    concat:\n{branches}many\nFC-10\n"
    graphs = [network.graph for network in check_source(Source("t.arch", text), Choices()).networks if network.graph]
    start = time.process_time()
    notes = sheet(graphs).notes
    assert time.process_time() - start < 8
    assert [line.strip(" |") for line in notes if "|" in line] == [line.strip(" |") for line in branches.splitlines()]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_a_full_disk_is_said() -> None:
    command = [sys.executable, "-m", "archspec", "table", "export", "vgg_a", "--to", "tsv"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "error[E605]: cannot write standard output\n  = no space left on device\n\n"
