"""The summary: stages, what repeats, columns, formats, and what fits a terminal."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import archspec
from archspec.analysis.costs import Costs, Row
from archspec.cli import main
from archspec.report.columns import COLUMNS, USUAL, bytes_told
from archspec.report.stages import Part, Stage, stages
from archspec.report.tabular import text

Captured = pytest.CaptureFixture[str]
NETWORKS = ["vgg:D", "resnet:152", "googlenet", "unet:paper", "fcn:8s", "deconvnet:bn", "cifar_resnet:110"]


def leaves(part: Part) -> list[Row]:
    """Every layer of a part as often as the network has it."""
    item = part.item
    inner = [item] if isinstance(item, Row) else [row for each in item.parts for row in leaves(each)]
    return inner * part.times


@pytest.mark.parametrize("name", NETWORKS)
def test_stages_hold_every_layer_and_add_up(name: str) -> None:
    summary = archspec.load(name).summary()
    parts = stages(summary.rows)
    found = [row for part in parts for row in leaves(part)]
    assert len(found) == len(summary.rows) == len(summary.graph.nodes)
    assert sorted(row.costs for row in found) == sorted(row.costs for row in summary.rows)
    waiting = list(parts)
    while waiting:
        item = waiting.pop().item
        if isinstance(item, Stage):
            waiting += item.parts
            inside = [row.costs for part in item.parts for row in leaves(part)]
            assert item.costs == Costs(*map(sum, zip(*inside, strict=True)))
            assert item.layers == len(inside)


def test_what_repeats_stands_there_once() -> None:
    table = archspec.load("resnet:152").summary().table()
    names = [
        line.cells[0] for line in table.lines if line.heading and line.level < 2 and "shortcut" not in line.cells[0]
    ]
    assert names == ["conv2_x", "0", "1 x2", "conv3_x", "0", "1 x7", "conv4_x", "0", "1 x35", "conv5_x", "0", "1 x2"]
    # He et al. 2016, Table 1: bottlenecks of 3, 8, 36 and 3
    vgg = archspec.load("vgg:E").summary().table()
    assert [line.cells[0] for line in vgg.lines if " x" in line.cells[0]] == [
        "conv2 x3", "relu2 x3", "conv2 x3", "relu2 x3", "conv1 x4", "relu1 x4",
    ]  # fmt: skip


def test_subtotals_are_those_of_the_paper() -> None:
    """Szegedy et al. 2015, Table 1, where its rows follow from its widths: the oracle, section 2.3, with biases."""
    table = archspec.load("googlenet").summary().table()
    found = {line.cells[0]: line.cells[3:5] for line in table.lines if line.heading}
    assert found["inception3a"] == ("163,696", "128,049,152")
    assert found["inception3b"] == ("388,736", "304,267,264")


def test_unfolded_it_has_every_layer_by_its_whole_path(capsys: Captured) -> None:
    assert main(["summary", "resnet:18", "--layers"]) == 0
    lines = capsys.readouterr().out.splitlines()
    paths = [node.path for node in archspec.load("resnet:18").graph.nodes]
    assert [line.split()[0] for line in lines[5 : 5 + len(paths)]] == paths


def test_columns_are_chosen(capsys: Captured) -> None:
    assert main(["summary", "vgg:D", "--columns", "field,offset,kernel"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].split() == ["layer", "field", "offset", "kernel"]
    assert next(line for line in lines if line.startswith("pool1")).split() == ["pool1", "6", "0.5", "2x2/2"]
    with pytest.raises(SystemExit):
        main(["summary", "vgg:D", "--columns", "field,weight"])
    assert "there is no column 'weight'" in capsys.readouterr().err


def test_every_column_has_something_to_say(capsys: Captured) -> None:
    assert main(["summary", "unet:paper", "--columns", "all"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].split()[-3:] == ["jump", "offset", "FLOPs/byte"]
    score = next(line for line in lines if line.startswith("score"))
    assert score.split()[-4:-1] == ["188-204", "1", "92"]  # output pixel 0 lies on input pixel 92


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_it_fits_the_terminal(width: int) -> None:
    summary = archspec.load("vgg:D").summary()
    table = summary.fitting(width)
    assert table.width <= width
    assert set(table.headings) <= set(summary.table().headings)
    assert (len(table.headings) == len(USUAL) + 1) == (width >= summary.table().width)


def test_colors_change_nothing_but_colors() -> None:
    table = archspec.load("vgg:D").summary().table()
    painted = text(table, color=True)
    assert painted != text(table)
    assert re.sub("\033\\[[0-9]m", "", painted) == text(table)


def test_csv_has_every_layer_and_column(capsys: Captured) -> None:
    assert main(["summary", "vgg:D", "--to", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert list(rows[0]) == ["layer", *COLUMNS]
    assert sum(int(row["params"]) for row in rows) == 138_357_544
    assert sum(int(row["count"]) for row in rows) == 15_470_264_320
    assert next(row for row in rows if row["layer"] == "pool1")["kernel"] == "2x2/2"
    assert next(row for row in rows if row["layer"] == "conv1.conv1")["kernel"] == "3x3"


def test_json_counts_under_the_convention_that_is_asked_for(capsys: Captured) -> None:
    assert main(["summary", "vgg:D", "--to", "json", "--count", "flops", "--batch", "2", "--precision", "fp16"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["convention"], found["count"], found["macs"]) == ("flops", 30_940_528_640, 15_470_264_320)
    assert found["memory"]["batch"] == 2
    # conv1.relu1 and what it takes, 224 x 224 x 64 each, and the image, two bytes for each number of two examples
    assert found["memory"]["inference"] == 2 * 2 * (2 * 224 * 224 * 64 + 3 * 224 * 224)
    assert found["layers"][0]["memory"] == 2 * 2 * 224 * 224 * 64


def test_intensity_is_of_a_batch() -> None:
    """A fully connected layer reads its weights once for all examples (Williams et al. 2009)."""
    network = archspec.load("vgg:D")
    one, many = ({row.node.path: row.costs for row in network.summary(batch=n).rows}["fc6"] for n in (1, 64))
    weights, values = 25088 * 4096 + 4096, 25088 + 4096
    assert one.intensity == pytest.approx(2 * 25088 * 4096 / (4 * (weights + values)))
    assert many.intensity == pytest.approx(64 * 2 * 25088 * 4096 / (4 * (weights + 64 * values)))


def test_markdown_has_a_row_for_each_line(capsys: Captured) -> None:
    assert main(["summary", "vgg:D", "--to", "markdown"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    assert len({line.count(" | ") for line in lines}) == 1
    assert lines[0].startswith("| layer | op | output |")
    assert any(line.startswith("| **conv3** | **6 layers** |") for line in lines)


@pytest.mark.parametrize("name", ["vgg:D", "resnet:50", "unet_same:bilinear"])
def test_latex_compiles(name: str, tmp_path: Path, capsys: Captured) -> None:
    if not shutil.which("pdflatex"):
        pytest.skip("pdflatex is not installed")
    assert main(["summary", name, "--to", "latex"]) == 0
    body = capsys.readouterr().out
    packages = r"\usepackage{booktabs, longtable}"
    assert packages in body
    head = rf"\documentclass{{article}}\usepackage[landscape]{{geometry}}{packages}"
    page = rf"{head}\begin{{document}}\small {body}\end{{document}}"
    (tmp_path / "page.tex").write_text(page)
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "page.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        errors="replace",
        env={**os.environ, "max_print_line": "1000"},
    )
    assert done.returncode == 0, done.stdout
    assert "Overfull" not in done.stdout


def test_bytes_as_people_read_them() -> None:
    assert [bytes_told(n) for n in (0, 1, 1023, 1536, 12 * 2**20, 3 * 2**30, 2**42)] == [
        "", "1 B", "1023 B", "1.5 KiB", "12.0 MiB", "3.0 GiB", "4096.0 GiB",
    ]  # fmt: skip


def test_what_cannot_be_asked_for_is_refused() -> None:
    network = archspec.load("vgg:D")
    for asked in ({"precision": "fp8"}, {"count": "bytes"}):
        with pytest.raises(archspec.Problem) as caught:
            network.summary(**asked)  # type: ignore[arg-type]
        assert caught.value.diagnostics[0].code == "E602"


def test_csv_of_a_table_is_one_csv(capsys: Captured) -> None:
    """Parameters as Table 2 of Simonyan & Zisserman 2015 rounds them, in millions."""
    assert main(["summary", "vgg", "--to", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert list(rows[0]) == ["network", "layer", *COLUMNS]
    totals: dict[str, int] = {}
    for row in rows:
        totals[row["network"]] = totals.get(row["network"], 0) + int(row["params"])
    stated = {"A": 133, "A-LRN": 133, "B": 133, "C": 134, "D": 138, "E": 144}
    assert {name: round(total / 1e6) for name, total in totals.items()} == {f"vgg:{n}": m for n, m in stated.items()}


def test_a_graph_has_the_summary_of_its_spec(tmp_path: Path, capsys: Captured) -> None:
    archspec.load("googlenet").build(tmp_path / "whole.json", to="json")
    for options in ([], ["--to", "csv"], ["--to", "markdown", "--columns", "all"]):
        assert main(["summary", "googlenet", *options]) == 0
        spec = capsys.readouterr().out
        assert main(["summary", str(tmp_path / "whole.json"), *options]) == 0
        assert capsys.readouterr().out == spec


def test_a_file_of_blocks_has_no_summary(capsys: Captured) -> None:
    assert main(["summary", "residual", "--to", "json"]) == 1
    out, err = capsys.readouterr()
    assert (out, "E608" in err) == ("", True)
