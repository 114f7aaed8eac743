"""The formats that tables are pasted in: what each may hold, what is refused, and what nobody should send."""

import random
import time
from pathlib import Path

import pytest
from pasted import SMALL, TABLES, graphs

from archspec.diagnostics import Diagnostic, Problem
from archspec.report.rendering import render_all
from archspec.source import Source
from archspec.tables.reading import read
from archspec.tables.sheet import Sheet

LARGEST = 1 << 20
TABULAR = r"\begin{tabular}{cc}"


def cells(sheet: Sheet) -> list[list[tuple[tuple[str, ...], int, int]]]:
    """The lines of every cell, and the columns and rows that it covers."""
    return [[(cell.lines, cell.span, cell.rows) for cell in row] for row in sheet.rows]


def one(text: str) -> Sheet:
    (sheet,) = read(Source("pasted", text))
    return sheet


def lines(text: str) -> list[tuple[str, ...]]:
    """The lines of the cells of the first row."""
    return [cell.lines for cell in one(text).rows[0]]


def tex(row: str) -> str:
    return rf"{TABULAR}{row}\end{{tabular}}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"conv3-64\nLRN"\t"say ""x"""\n', [("conv3-64", "LRN"), ('say "x"',)]),
        ("a  b \t c\t\t\n", [("a b",), ("c",)]),
        ("| a\\|b | **c** d<br/>e |\n|---|:-:|\n", [("a|b",), ("c d", "e")]),
        ("a | 3 &times; 3<br>`b`\n--- | ---\n", [("a",), ("3 × 3", "b")]),
        ("| 10<sup>9</sup> | x\\_y |\n|-|-|\n", [("10^9",), ("x_y",)]),
        ("<table><tr><td>a<br>b<td> c\n d </table>", [("a", "b"), ("c d",)]),
        ("<TABLE><tr><th>3&times;3<td><!-- a<td> -->b<script>c<td></script></TABLE>", [("3×3",), ("b",)]),
        ("<table><tr><td>[3×3, 8<br>3×3, 8] ×2<td>10<sup>9</sup></table>", [("[3×3, 8;3×3, 8] ×2",), ("10^9",)]),
        (tex("a\\_1 & \\textbf{b}~{\\small c} % d & e\n"), [("a_1",), ("b c",)]),
        (tex(r"$3 \times 3$, 64 & \shortstack[l]{a\\b} \\[2pt]"), [("3 × 3, 64",), ("a", "b")]),
        (tex(r"\makecell{a \\ b} & \begin{tabular}[t]{@{}c@{}}c\\d\end{tabular}\\"), [("a", "b"), ("c", "d")]),
        (tex(r"$\left[\begin{array}{c}1\\ 2\end{array}\right]$ & $\begin{bmatrix}3\\4\end{bmatrix}\times2$\\"),
         [("[1; 2]",), ("[3;4]×2",)]),
        (tex(r"100\% \& \# & \cellcolor[gray]{0.9} a \footnotesize b\\"), [("100% & #",), ("a b",)]),
        (r"\begin{tabularx}{\linewidth}[t]{X|X} a & b \\ \end{tabularx}", [("a",), ("b",)]),
        (r"\begin{tabular*}{3cm}{@{\extracolsep{\fill}}cc} a & b \end{tabular*}", [("a",), ("b",)]),
    ],
)  # fmt: skip
def test_cells_of_each_format(text: str, expected: list[tuple[str, ...]]) -> None:
    assert lines(text) == expected


def test_merged_cells() -> None:
    expected = [
        [(("a",), 1, 2), (("b",), 2, 1)],
        [(("c",), 1, 1), (("d",), 1, 1)],
    ]
    latex = r"\multirow{2}{*}{a} & \multicolumn{2}{c|}{b}\\ \cmidrule(lr){2-3} & c & d \\"
    assert cells(one(rf"\begin{{tabular}}{{ccc}}\toprule {latex} \bottomrule\end{{tabular}}")) == expected
    page = '<table><tr><td rowspan="2">a<td colspan=2>b</tr><tr><td>c</td><td>d</td></tr></table>'
    assert cells(one(page)) == expected
    assert [(place.row, place.column) for place in one(page).placed()] == [(0, 0), (0, 1), (1, 1), (1, 2)]


def test_a_row_s_only_cell_reaches_to_the_end() -> None:
    for text in ("t\na\tb\tc\nd\t\t\n", "| t | | |\n|---|---|---|\n| a | b | c |\n| d | | |\n"):
        assert [[span for _, span, _ in row] for row in cells(one(text))] == [[3], [1, 1, 1], [3]]


def test_rows_between_rules_are_one_where_rules_part_all_rows() -> None:
    ruled = r"A & B \\ \hline a & b \\ & c \\ \hline \multicolumn{2}{c}{d} \\ \hline"
    assert cells(one(tex(ruled)))[1] == [(("a",), 1, 1), (("b", "c"), 1, 1)]
    loose = r"\toprule A & B \\ \midrule a & b \\ & c \\ \multicolumn{2}{c}{d} \\ \bottomrule"
    assert len(one(tex(loose)).rows) == 4


def test_every_character_of_a_cell_has_its_place() -> None:
    for path in sorted(TABLES.iterdir()):
        source = Source(path.name, path.read_text(encoding="utf-8"))
        for sheet in read(source):
            for place in sheet.placed():
                for text, span in zip(place.cell.lines, place.cell.line_places, strict=True):
                    assert source.text[span.start] in (text[0], "$", "\\"), (path.name, text)
                    assert text[-1] == source.text[span.end - 1] or path.suffix in (".html", ".tex")


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "E120", (1, 1)),
        ('A\tB\n"a\tb\n', "E120", (2, 1)),
        (r"\begin{tabular}{c} a", "E120", (1, 1)),
        (r"\begin{tabular}{c", "E120", (1, 16)),
        ("\\begin{tabular}{c}\na } & b \\\\ \\end{tabular}", "E120", (2, 3)),
        ("\\begin{tabular}{c}\n\\input{secret} \\\\ \\end{tabular}", "E120", (2, 1)),
        ("\\begin{tabular}{c}\n\\multicolumn{1000}{c}{a} \\\\ \\end{tabular}", "E120", (2, 1)),
        ("\\begin{tabular}{c}\n\\begin{array}{c} a \\end{tabular}", "E120", (2, 1)),
        ("<table>\n<tr><td>a", "E120", (1, 1)),
        ("<table>\n<tr><td colspan=0>a</table>", "E120", (2, 5)),
        ("<table><tr><td>\n<table></table></table>", "E120", (2, 1)),
    ],
)
def test_what_does_not_end_is_said_where_it_begins(text: str, code: str, at: tuple[int, int]) -> None:
    with pytest.raises(Problem) as raised:
        graphs(text)
    (found,) = raised.value.diagnostics
    assert found.code == code
    assert found.place
    assert found.place[:2] == at


@pytest.mark.parametrize(
    "text",
    [
        "\t" * LARGEST,
        '"' * LARGEST,
        "A\tB\ninput (8×8 RGB)\n" + "[" * LARGEST,
        "A\tB\ninput (8×8 RGB)\n" + "x " * LARGEST,
        "A\tB\ninput (8×8 RGB)\n" + "conv3-8\tconv3-8\n" * (LARGEST // 16),
        "A\tB\ninput (8×8 RGB)\n[conv3-8] x9999999999\tconv3-8\n",
        "| a | b |\n|---|---|\n" * (LARGEST // 24),
        " -" * (LARGEST // 2) + "|",
        TABULAR + "{" * LARGEST,
        TABULAR + "&" * LARGEST + r"\end{tabular}",
        TABULAR + r"\begin{array}{c}" * (LARGEST // 16),
        TABULAR + r"a&b\end{tabular}" + "\\begin{verbatim}\n" * (LARGEST // 17),
        TABULAR + r"a&b\\\end{tabular}" + r"\caption{" * (LARGEST // 9),
        TABULAR + "\\" * LARGEST + "%",
        "<table>" + "<a " * (LARGEST // 3),
        "<table>" + "<!--" * (LARGEST // 4),
        "<table><tr><td>" + "&" * LARGEST,
        "<table>" + "<tr><td rowspan=100 colspan=100>a" * (LARGEST // 34) + "</table>",
    ],
    ids=lambda text: text[:40].replace("\t", " ").replace("\n", " ").strip(),
)
def test_a_megabyte_of_anything_is_refused_within_seconds(text: str) -> None:
    began = time.process_time()
    with pytest.raises(Problem) as raised:
        graphs(text[:LARGEST])
    render_all(raised.value.diagnostics)
    assert time.process_time() - began < 5


BITS = (
    "\t", "\n", "&", r"\\", "|", "<td>", "</tr>", "{", "}", "[", "]", "(", ")", "×", "x", "3", "-", "$", r"\hline",
    "<br>", '"', ",", ";", ":", "#", "=>", "input", "conv3-64", "maxpool", "\0", "\u202e", "default conv -> relu",
    "x0", "<table>", "head a from b:", "{n}", "---", "conv0-0", "FC-0", "18-layer", "net", "expect depth 3",
    "block b():", "9999999999",
)  # fmt: skip


@pytest.mark.parametrize("path", sorted(TABLES.iterdir()), ids=lambda path: path.name)
def test_slips_of_any_kind_are_read_or_refused_in_their_place(path: Path) -> None:
    """Nothing is raised but Problem, and every diagnostic points into the paste."""
    chance = random.Random(path.name)
    for _ in range(40):
        text = path.read_text(encoding="utf-8")
        for _ in range(chance.randint(1, 3)):
            start = chance.randrange(len(text))
            text = text[:start] + chance.choice((*BITS, "")) + text[start + chance.choice((0, 0, 1, 5)) :]
        said: tuple[Diagnostic, ...] = ()
        try:
            graphs(text, convention=chance.choice(("vgg", "resnet", "none")))
        except Problem as problem:
            said = problem.diagnostics
        assert [each for each in said if not each.source or each.source.path != "pasted"] == []


def test_a_large_table_takes_seconds() -> None:
    rows = "".join(f"conv3-{8 + n % 7}\tconv3-{8 + n % 5}\n" for n in range(4000))
    began = time.process_time()
    assert len(graphs(SMALL.partition("3 weight")[0] + "input (8×8 RGB)\n" + rows)) == 2
    assert time.process_time() - began < 20
