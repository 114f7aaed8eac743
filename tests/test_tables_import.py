"""`archspec table import`: the tables of papers become the specs that ship, and slips are found and explained."""

from collections.abc import Mapping
from pathlib import Path

import examples
import pytest
from pasted import SMALL, TABLES, essence, graphs, text_of

from archspec.checks.checkup import check_source, sound
from archspec.cli import main
from archspec.diagnostics import Diagnostic, Problem
from archspec.language.settled import Choices
from archspec.network import check
from archspec.source import Source

LECTURE = text_of("vgg_lecture.tsv")
TABLE_2 = "\nNetwork\tA,A-LRN\tB\tC\tD\tE\nNumber of parameters\t133\t133\t134\t138\t144\n"


def shipped(name: str) -> Mapping[str, object]:
    return {str(each.column): essence(each.graph) for each in sound(check(f"specs/{name}.arch")) if each.graph}


def refused(text: str, **options: object) -> list[Diagnostic]:
    with pytest.raises(Problem) as raised:
        graphs(text, **options)
    return list(raised.value.diagnostics)


def told(diagnostic: Diagnostic) -> tuple[str, str, str]:
    """Its columns, what was claimed and counted, and the pasted characters it points at."""
    assert diagnostic.source
    assert diagnostic.span
    return ", ".join(diagnostic.columns), diagnostic.found, diagnostic.source.text[slice(*diagnostic.span)]


def test_the_lecture_s_table_is_wrong_in_two_columns_and_nothing_else() -> None:
    slipped, lost = refused(LECTURE, convention="vgg")
    assert {slipped.code, lost.code} == {"E401"}
    assert told(slipped) == ("A-LRN", "claimed 11, counted 12", "11 weight layers")
    assert slipped.place
    assert (slipped.place.line, slipped.place.column) == (3, 18)
    assert slipped.help == (
        "in line 5 `conv3-64 LRN` belongs one column to the right, under A-LRN, and leaves `conv3-64` under A: "
        "then all claims about A and A-LRN hold"
    )
    assert told(lost) == ("E", "claimed 19, counted 16", "19 weight layers")
    assert "E is equal to D in every row, so there is nothing to shift" in lost.help


@pytest.mark.parametrize(
    "numbers",
    [
        "\nTable 2: Number of parameters (in millions).\n" + TABLE_2.lstrip(),
        TABLE_2,
        "Number of parameters (in millions)\n133\t133\t133\t134\t138\t144\n",
        "Number of parameters\t133\t133\t133\t134\t138\t144\n",
    ],
)
def test_the_lecture_s_table_contradicts_table_2_in_its_last_column_alone(numbers: str) -> None:
    found = refused(f"{LECTURE.rstrip()}\n{numbers}", convention="vgg")
    assert [told(each) for each in found] == [
        ("A-LRN", "claimed 11, counted 12", "11 weight layers"),
        ("E", "claimed 19, counted 16", "19 weight layers"),
        ("E", "claimed 144M, counted 138,357,544 (138M)", "144"),
    ]


def test_the_shift_repairs_the_lecture_s_row() -> None:
    row = LECTURE.splitlines()[4]
    mended = LECTURE.replace(row, "\t".join(["conv3-64", *row.split("\t")[:-1]]))
    (lost,) = refused(mended, convention="vgg")
    assert lost.columns == ("E",)


@pytest.mark.parametrize("name", ["vgg_paper.tsv", "vgg_paper.tex", "vgg_paper.html"])
def test_vgg_s_table_is_the_spec(name: str) -> None:
    found = graphs(text_of(name), convention="vgg")
    assert {column: essence(graph) for column, graph in found.items()} == shipped("vgg")


def test_the_page_about_tables_holds_vgg_s() -> None:
    page = (Path(__file__).parents[1] / "docs" / "tables.md").read_text(encoding="utf-8")
    found = graphs(page.partition("## Export")[2])
    assert {column: essence(graph) for column, graph in found.items()} == shipped("vgg")


@pytest.mark.parametrize("name", ["resnet_paper.tex", "resnet_paper.md"])
def test_resnet_s_table_is_the_spec(name: str) -> None:
    found = graphs(text_of(name), convention="resnet", off=["macs"])
    assert {column: essence(graph) for column, graph in found.items()} == shipped("resnet")


def test_two_of_resnet_s_flops_do_not_hold() -> None:
    """As the oracle has it: 3.66 and 3.86 billion, which the paper prints as 3.6 and 3.8."""
    found = refused(text_of("resnet_paper.tex"), convention="resnet")
    assert [told(each)[:2] for each in found] == [
        ("34", "claimed 3.6G, counted 3,663,761,408 (3.7G)"),
        ("50", "claimed 3.8G, counted 3,857,973,248 (3.9G)"),
    ]


def test_without_sizes_units_halve_where_channels_double() -> None:
    lines = [line.split("|") for line in text_of("resnet_paper.md").splitlines() if line.startswith("|")]
    narrow = "\n".join("|".join([*line[:2], *line[3:]]) for line in lines)
    found = graphs(narrow, convention="resnet")
    assert {column: essence(graph) for column, graph in found.items()} == shipped("resnet")


def test_brackets_without_a_convention_are_groups() -> None:
    found = graphs("A\tB\ninput (8×8 RGB)\n[3×3, 4; 1×1, 8] ×2\tconv3-4\n")
    kinds = [str(node.op) for node in found["A"].nodes]
    assert kinds == ["conv3-4", "conv1-8", "conv3-4", "conv1-8"]


@pytest.mark.parametrize(("row", "wrong"), [(0, ["A-LRN"]), (2, ["B", "D"]), (4, ["B", "C", "D"])])
def test_a_row_of_vgg_s_table_that_slipped_is_named(row: int, wrong: list[str]) -> None:
    """A row of stages, its cells one column to the left, and the last one there twice, as in a careless copy."""
    table = text_of("vgg_paper.tsv").splitlines()
    number = [n for n, line in enumerate(table) if line.startswith("conv3")][row]
    cells = table[number].split("\t")
    table[number] = "\t".join([*cells[1:], cells[-1]])
    found = refused("\n".join(table), convention="vgg")
    said = f"in line {number + 1} `"
    assert sorted(each.columns[0] for each in found if said in each.help) == wrong
    assert {name for each in found for name in each.columns} == set(wrong)


@pytest.mark.parametrize(
    ("wrong", "right", "help"),
    [
        ("conv3-16\tconv3-16 conv3-16", "conv3-16 conv3-16\tconv3-16", "have changed places"),
        ("conv3-32\tconv3-32", "conv3-32 conv3-32\tconv3-32 conv3-32", "no shift of one cell"),
    ],
)
def test_slips_of_a_small_table(wrong: str, right: str, help: str) -> None:
    found = refused(SMALL.replace(wrong, right))
    assert [each.columns for each in found] == [("A",), ("B",)]
    assert all(help in each.help for each in found)


def test_a_layer_that_slipped_into_the_next_row_is_found_by_the_multiply_adds() -> None:
    first, second, third = 64 * 27 * 8, 64 * 72 * 8, 16 * 72 * 16
    rows = "A\tB\ninput (8×8 RGB)\n{}\tconv3-8\nmaxpool\n{}\tconv3-16\nFLOPs\t{:,}\t{:,}\n"
    claims = first + second + third, first + third
    assert set(graphs(rows.format("conv3-8 conv3-8", "conv3-16", *claims))) == {"A", "B"}
    (found,) = refused(rows.format("conv3-8", "conv3-8 conv3-16", *claims))
    assert told(found)[:2] == ("A", f"claimed {claims[0]:,}, counted {first + second // 4 + third:,}")
    assert "in line 5 `conv3-8` under A belongs one row further up" in found.help


@pytest.mark.parametrize(
    ("changed", "code", "at"),
    [
        (("conv3-32\tconv3-32", "conv3-32\t\tconv3-32"), "E104", (6, 1)),
        (("conv3-16\tconv3-16 conv3-16", "\tconv3-16 conv3-16"), "E105", (4, 1)),
        (("FC-10", "FC-10!"), "E121", (7, 6)),
        (("FC-10", "FCC-10"), "E301", (7, 1)),
        (("maxpool", "maxpool9/9(exact)"), "E210", (5, 1)),
        (("3 weight", "3 weigh"), "E121", (2, 1)),
        (("input (32×32", "input (many"), "E121", (3, 1)),
        (("A\tB", "A\tA"), "E107", (1, 3)),
    ],
)
def test_what_is_wrong_is_said_of_the_pasted_characters(
    changed: tuple[str, str], code: str, at: tuple[int, int]
) -> None:
    first, *_ = refused(SMALL.replace(*changed))
    assert first.code == code
    assert first.source
    assert first.source.path == "pasted"
    assert first.place
    assert first.place[:2] == at


def test_nothing_is_written_where_a_table_contradicts_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "vgg.arch"
    arguments = ["table", "import", str(TABLES / "vgg_lecture.tsv"), "--convention", "vgg", "-o", str(out)]
    assert main(arguments) == 1
    assert not out.exists()
    said, err = capsys.readouterr()
    assert said == ""
    assert examples.codes(err) == ["E401", "E401"]


def test_a_written_spec_checks_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "resnet.arch"
    paper = str(TABLES / "resnet_paper.tex")
    assert main(["table", "import", paper, "--convention", "resnet", "--but", "macs", "-o", str(out)]) == 0
    assert main(["check", str(out)]) == 0
    assert "deviation in line 5: macs 3.6G is stated, 3.7G holds" in capsys.readouterr().out


def test_standard_output_has_the_spec_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table", "import", str(TABLES / "vgg_paper.tsv"), "--convention", "vgg", "--name", "vgg"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith('net vgg "ConvNet Configuration"\n')
    assert all(network.ok for network in check_source(Source("vgg.arch", out), Choices()).networks)


@pytest.mark.parametrize(("name", "status"), [("9lives", 1), ("a b", 1), ("ok_1", 0)])
def test_names_of_networks(name: str, status: int, tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    path.write_text(SMALL)
    assert main(["table", "import", str(path), "--name", name]) == status
