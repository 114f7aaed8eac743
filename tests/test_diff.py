"""`archspec diff`: what papers say changed from one network to the next, and edits that add up."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zoo import columns, networks

import archspec
from archspec.analysis.difference import Difference
from archspec.analysis.matching import STEPS, Finder, stages
from archspec.cli import main
from archspec.graph import Graph

SEQUENCES = st.lists(st.integers(0, 3), max_size=12)


def longest(a: list[int], b: list[int]) -> int:
    """The length of a longest common subsequence, by its recurrence."""
    rows = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, one in enumerate(a):
        for j, other in enumerate(b):
            rows[i + 1][j + 1] = rows[i][j] + 1 if one == other else max(rows[i][j + 1], rows[i + 1][j])
    return rows[-1][-1]


@given(SEQUENCES, SEQUENCES)
def test_common_subsequences_are_longest(a: list[int], b: list[int]) -> None:
    pairs = Finder().common(a, b)
    assert all(a[one] == b[other] for one, other in pairs)
    assert all(one < two and other < another for (one, other), (two, another) in pairwise(pairs))
    assert len(pairs) == longest(a, b)


def test_sequences_without_end_are_compared_in_bounded_steps() -> None:
    finder = Finder()
    middle = [*range(3, 50_003)], [*range(60_000, 110_000)]
    assert finder.common([1, *middle[0], 2], [1, *middle[1], 2]) == [(0, 0), (50_001, 50_001)]
    assert -2 * STEPS < finder.steps < 0


def said(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(["diff", *words]) == 1
    return capsys.readouterr().out.splitlines()


def test_vgg_from_16_to_19_layers(capsys: pytest.CaptureFixture[str]) -> None:
    """Simonyan & Zisserman 2015, Table 1: one more convolution in each of the last three stages."""
    lines = said(capsys, "vgg:D", "vgg:E")
    extra = {"conv3": (256 * 256 * 9 + 256, 56 * 56), "conv4": (512 * 512 * 9 + 512, 28 * 28)}
    assert lines[1].startswith(f"conv3: +1 conv3-256; +{extra['conv3'][0]:,} parameters, ")
    assert lines[2].startswith(f"conv4: +1 conv3-512; +{extra['conv4'][0] / 1e6:.2f}M parameters, ")
    assert f"+{512 * 512 * 9 * 14 * 14 / 1e6:.0f}M multiply-adds" in lines[3]
    assert "expect depth: 16 -> 19" in lines
    assert [line.partition(":")[0] for line in lines if "+1" in line] == ["conv3", "conv4", "conv5"]


def test_vgg_from_small_to_large_kernels(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "vgg:C", "vgg:D")[1:4]
    for line, channels in zip(lines, (256, 512, 512), strict=True):
        assert f": conv1-{channels} -> conv3-{channels}; +" in line


def test_plain_to_residual(capsys: pytest.CaptureFixture[str]) -> None:
    """He et al. 2016, Figure 3: shortcuts are what is new, projections where the dimensions increase."""
    lines = said(capsys, "plain:34", "resnet:34")
    assert lines[1] == "conv2_x: +3 identity shortcuts"
    for line, channels, count in zip(lines[2:5], (128, 256, 512), (3, 5, 2), strict=True):
        projection = f"+1 projection shortcut conv1-{channels}/2 bn, +{count} identity shortcuts; "
        params = channels * channels // 2 + 2 * channels
        assert line.partition(": ")[2].startswith(f"{projection}+{params:,} parameters, ")


def test_where_the_stride_stands(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "resnet:50", "resnet_v1_5:50")
    for line, channels in zip(lines[1:4], (128, 256, 512), strict=True):
        moved = f"conv1-{channels}/2 -> conv1-{channels}, conv3-{channels} -> conv3-{channels}/2; +"
        assert line.partition(": ")[2].startswith(moved)
    assert "parameters     25,557,032" in lines


def test_unet_as_released(capsys: pytest.CaptureFixture[str]) -> None:
    """What specs/unet_release.arch says that differs."""
    lines = said(capsys, "unet:paper", "unet_release")
    for line in (
        "down4: +1 dropout after relu",
        "down5: +1 dropout after relu",
        *(f"up{level}: +1 relu after upconv2-{channels}/2" for level, channels in ((4, 512), (3, 256), (2, 128))),
    ):
        assert line in lines
    assert any(line.startswith("up1: upconv2-64/2 -> upconv2-128/2 relu; +69,696 parameters") for line in lines)


def test_shortcut_options(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "resnet_options:34A", "resnet_options:34B")
    assert lines[1].startswith("conv3_x: zero-padded shortcut -> projection shortcut conv1-128/2 bn; +8,448 parameters")


TABLES = ("resnet", "vgg", "unet", "googlenet_bn", "alexnet", "fcn", "cifar_preact")
PAIRS = [pair for name in TABLES for pair in pairwise(columns(Path(f"specs/{name}.arch")))]


def graph(name: str) -> Graph:
    return archspec.load(name).graph


@pytest.mark.parametrize(("one", "other"), [*PAIRS, ("googlenet", "resnet:50"), ("unet:paper", "fcn:8s")])
def test_the_costs_of_stages_add_up(one: str, other: str) -> None:
    found = Difference(graph(one), graph(other))
    old, new = (each.with_heads for each in found.counts)
    for what in (lambda total: sum(total.params), lambda total: total.macs):
        assert sum(what(section.costs[1]) - what(section.costs[0]) for section in found.sections) == what(new) - what(
            old
        )
    assert not found.none
    for side, chosen in ((found.old, 0), (found.new, 1)):
        same = [pair[chosen].path for section in found.sections for pair in section.part.pairs]
        edited = [node.path for section in found.sections for edit in section.edits for node in edit[chosen]]
        shortcuts = [path for path in side.shortcuts if path not in {*same, *edited}]
        assert len(same) == len(set(same))
        assert {*same, *edited, *shortcuts} == {node.path for node in side.graph.nodes}


@pytest.mark.parametrize("name", networks())
def test_a_network_is_the_same_as_itself(name: str) -> None:
    whole = graph(name)
    found = Difference(whole, whole)
    assert found.none
    assert [node for stage in stages(whole) for node in stage.nodes] == list(whole.nodes)


HEAD = "net n\ninput 32x32 RGB\ndefault conv -> relu\n"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("a: conv3-8 x2", "b: conv3-8 x2", "a -> b: renamed"),
        (
            "a: conv3-8 x2\nc: conv3-4",
            "a: conv3-8\nc: conv3-4",
            "a: -1 conv3-8; -584 parameters, -589,824 multiply-adds",
        ),
        ("a: conv3-8\nc: conv3-8", "a: conv3-8\nb: conv5-8\nc: conv3-8", "b (new): +1 conv5-8; "),
        ("a: conv3-8\nb: conv5-8\nc: conv3-8", "a: conv3-8\nc: conv3-8", "b (gone): -1 conv5-8; "),
        (
            "a: conv3-3\nb: conv3-3\nc: conv3-3 add(a)",
            "a: conv3-3\nb: conv3-3\nc: conv3-3 add(b)",
            "c.add1: takes b instead of a",
        ),
        ("a: conv3-3\nb: conv3-3 add(a)", "a: conv3-3\nb: conv3-3", "b: -1 identity shortcut"),
        ("a: conv3-3\nb: conv3-3 concat(a)", "a: conv3-3\nb: conv3-3 concat(a, input)", "b.concat1: takes input too"),
        ("a: conv3-3 maxpool\nFC-2", "a: conv3-3 maxpool3/2(pad=1)\nFC-2", "a: maxpool -> maxpool3/2(pad=1)"),
        (
            "a: conv3-3\nb: maxpool\nfc: FC-9",
            "a: conv3-3\nb: maxpool4/4\nfc: FC-9",
            "fc: takes 16x16x3 -> 8x8x3; -5,184 parameters",
        ),
        (
            "a: conv3-3\nhead h from a:\n    FC-3",
            "a: conv3-3\nhead h from a (weight=0.5):\n    FC-3",
            "head h: weight 1 -> 0.5",
        ),
        ("a: conv3-3\nconv3-3\nhead h from a:\n    FC-3", "a: conv3-3\nconv3-3", "head h: gone"),
        ("conv3-3 x3", "conv3-3 x3 \n\nexpect depth 3", "expect depth: nothing -> 3"),
    ],
)
def test_one_change(old: str, new: str, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in (("old", old), ("new", new)):
        (tmp_path / f"{name}.arch").write_text(HEAD + text + "\n")
    paths = [str(tmp_path / "old.arch"), str(tmp_path / "new.arch")]
    assert any(each.startswith(line) for each in said(capsys, *paths))
    back = said(capsys, *paths[::-1])
    assert len(back) > 1


def test_input_and_sizes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, side in (("old", 32), ("new", 64)):
        text = f"net n\ninput {side}x{side} RGB\na: conv3-8\nb: conv3-8\navgpool(global)\nfc: FC-10\n"
        (tmp_path / f"{name}.arch").write_text(text)
    lines = said(capsys, str(tmp_path / "old.arch"), str(tmp_path / "new.arch"))
    assert lines[1] == "input: 32x32x3 -> 64x64x3"
    macs = (3 * 8 + 8 * 8) * 9 * (64 * 64 - 32 * 32)
    assert lines[2] == f"a, b: the same layers on other sizes; +{macs / 1e6:.2f}M multiply-adds"


def test_exit_statuses_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "vgg:E", "vgg_e"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["diff", "vgg:E", "nowhere.arch"]) == 2
    assert main(["diff", "vgg", "vgg_e"]) == 2
    assert main(["diff", "residual", "vgg_e"]) == 2
    capsys.readouterr()
    path = tmp_path / "e.json"
    archspec.load("vgg_e").build(path, to="json")
    assert main(["diff", "vgg_e", str(path)]) == 1  # a graph claims nothing
    assert capsys.readouterr().out.splitlines()[1].startswith("expect depth: 19 -> nothing")
    assert main(["diff", str(path), str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["same"]
    assert main(["diff", "vgg:D", "vgg:E", "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["totals"]["parameters"] == [138_357_544, 143_667_240]
    assert data["totals"]["multiply-adds"] == [15_470_264_320, 19_632_062_464]
    edits = [edit for stage in data["stages"] for edit in stage["edits"]]
    assert [edit["text"] for edit in edits] == [[None, f"conv3-{channels}"] for channels in (256, 512, 512)]
    assert [edit["new"][0] for edit in edits] == ["conv3.conv4", "conv4.conv4", "conv5.conv4"]


def test_a_spec_with_errors_is_trouble(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "wrong.arch").write_text(HEAD + "a: conv3-8 add(input)\n")
    assert main(["diff", "vgg_e", str(tmp_path / "wrong.arch")]) == 2
    assert "error[E203]" in capsys.readouterr().err
