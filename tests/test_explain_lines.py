"""`archspec explain FILE:LINE`: what is said to come from a line changes with that line, and nothing else."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

import archspec
from archspec.cli import main

SPEC = """\
net small
columns         A        | B
let width       8        | 16
input           32x32 RGB

# a comment
default conv    bias=no -> bn relu
default bn      momentum=0.2
default FC      -> dropout(0.5), except last
default residual shortcut=B

block unit(channels, stride=1):
    residual:
        conv3-{channels}/{stride}
        conv3-{channels}(dilation=2, linear)

first: conv3-8  | conv3-8 x2
a: unit-{width}/2
b: unit({2*width}, stride=2) maxpool3/2(pad=1)
FC-20 FC-10

expect depth    7        | 8
expect output   10
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    (tmp_path / "small.arch").write_text(SPEC)
    return tmp_path / "small.arch"


def number(text: str) -> int:
    """The line that begins so."""
    return next(n for n, line in enumerate(SPEC.splitlines(), 1) if line.strip().startswith(text))


def explained(path: Path, line: int, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    assert main(["explain", f"{path}:{line}", "--json"]) == 0
    networks: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["networks"]
    return networks


CHANGES = [
    ("default conv", "bias=no", "bias=yes", "bias", "conv"),
    ("default bn", "momentum=0.2", "momentum=0.3", "momentum", "bn"),
    ("conv3-{channels}/{stride}", "conv3-{channels}/", "conv5-{channels}/", "kernel", "conv"),
    ("conv3-{channels}(dilation", "dilation=2", "dilation=3", "dilation", "conv"),
    ("b: unit", "pad=1", "pad=0", "pad", "maxpool"),
    ("first:", "conv3-8  |", "conv1-8  |", "kernel", "conv"),
]


@pytest.mark.parametrize(("line", "old", "new", "field", "kind"), CHANGES)
def test_values_come_from_where_they_are_said_to(
    line: str, old: str, new: str, field: str, kind: str, spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {column: archspec.load(spec, column).graph.by_path for column in "AB"}
    told = {column: {} for column in "AB"}  # type: dict[str, dict[str, Any]]
    for row in range(1, SPEC.count("\n") + 1):
        for network in explained(spec, row, capsys):
            told[network["column"]] |= {layer["path"]: layer for layer in network["layers"]}
    spec.write_text(SPEC.replace(old, new).replace("expect depth", "# expect depth"))
    for column in "AB":
        after = archspec.load(spec, column).graph.by_path
        assert told[column].keys() == before[column].keys()
        for path, node in before[column].items():
            values = {value["name"]: value for value in told[column][path]["values"]}
            data = node.op.model_dump(mode="json")
            assert {name: value["value"] for name, value in values.items()} == {
                k: v for k, v in data.items() if k != "kind"
            }
            changed = {name for name, value in after[path].op.model_dump(mode="json").items() if value != data[name]}
            here = {name for name, value in values.items() if value["line"] == number(line)}
            assert changed - {"pad"} <= here  # a padding may follow from a kernel
            if field in here and node.op.kind == kind:
                assert field in changed or (column, line) == ("B", "first:")


def test_parameters_and_lets(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (small, large) = explained(spec, number("b: unit"), capsys)
    for network, width in ((small, 8), (large, 16)):
        layers = {layer["path"]: layer for layer in network["layers"]}
        conv = {value["name"]: value for value in layers["b.0.conv1"]["values"]}
        assert conv["channels"]["value"] == 2 * width
        assert conv["channels"]["line"] == number("conv3-{channels}/")
        assert (
            conv["channels"]["why"]
            == f"`{{channels}}`, where channels={2 * width} (small.arch:{number('b: unit')} uses `unit`)"
        )
        assert conv["bias"]["line"] == number("default conv")
        assert conv["groups"]["line"] is None
        assert layers["b.0.relu1"]["note"] == f"added by `default conv` in line {number('default conv')}"
        assert [layers["b.0.conv1"]["inputs"], layers["b.0.conv1"]["output"]] == [[[16, 16, width]], [8, 8, 2 * width]]
        assert layers["b.0.conv1"]["params"] == 9 * width * 2 * width
        assert layers["b.0.conv1"]["macs"] == 9 * width * 2 * width * 8 * 8


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("net", ["the network's name"]),
        ("columns", ["names of the table's networks"]),
        ("let width", ["A:\n  width is 8, used in lines 18, 19", "B:\n  width is 16"]),
        ("input", ["A, B:\n  32x32x3: height x width x channels"]),
        ("# a comment", ["a comment\n"]),
        ("default conv", ["gives its options to 7 layers", "gives its options to 8 layers", "adds 6 layers"]),
        ("default bn", ["gives its options to 3 layers", "gives its options to 4 layers"]),
        ("default FC", ["adds 1 layer: dropout1"]),
        ("default residual", ["makes 2 shortcuts: of a.add1, b.0.add1"]),
        ("block unit", ["unit is used in lines 18, 19"]),
        ("expect depth", ["depth 7 is stated, 7 computed", "depth 8 is stated, 8 computed"]),
        ("residual:", ["a.add1", "b.0.add1", "shortcut1.conv1"]),
    ],
)
def test_lines_of_every_kind(line: str, said: list[str], spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", f"{spec}:{number(line)}"]) == 0
    out = capsys.readouterr().out
    assert [part for part in said if part not in out] == []


def test_every_line_of_every_shipped_spec_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("vgg_e", "unet", "fcn", "googlenet", "cifar_resnet_b", "residual"):
        text = Path(f"specs/{name}.arch").read_text()
        for row in range(1, text.count("\n") + 1, 5):
            assert main(["explain", f"{name}:{row}"]) == 0
            assert capsys.readouterr().out.startswith(f"{name}.arch:{row}  ")


def test_lines_of_blocks_and_of_used_networks(capsys: pytest.CaptureFixture[str]) -> None:
    rows = Path("specs/residual.arch").read_text().splitlines()
    row = next(n for n, text in enumerate(rows, 1) if text.startswith("    residual")) + 1
    assert main(["explain", f"residual:{row}"]) == 0
    assert "--in SPEC" in capsys.readouterr().out
    assert main(["explain", f"residual:{row}", "--in", "resnet:18", "--json"]) == 0
    (network,) = json.loads(capsys.readouterr().out)["networks"]
    assert (
        len([layer for layer in network["layers"] if layer["op"].startswith("conv")]) == 8
    )  # one of two in each block


def test_a_changed_option_of_a_used_network(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = 'net n\nuse vgg from "vgg.arch"\ninput 64x64 RGB\nvgg:A(to=pool2, conv1.pad=0)\n'
    (tmp_path / "n.arch").write_text(text)
    (network,) = explained(tmp_path / "n.arch", 4, capsys)
    values = {value["name"]: value for value in network["layers"][0]["values"]}
    assert (values["pad"]["why"], values["pad"]["line"]) == ("changed where `vgg:A` is used", 4)
    assert (values["kernel"]["why"], values["kernel"]["file"]) == ("written", "vgg.arch")
    (used,) = explained(tmp_path / "n.arch", 2, capsys)
    assert used["facts"] == ["vgg is used in line 4"]


@pytest.mark.parametrize(
    ("what", "said"), [("vgg_e:999", "has no line 999"), ("vgg_e:0", "has no line 0"), ("vgg:9:F", "no column")]
)
def test_lines_that_are_not_there(what: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", what]) == 1
    err = capsys.readouterr().err
    assert re.search(r"error\[E602\]", err)
    assert said in err


PADDED = """\
net padded
input 16x16x8
default upconv  pad=1
default conv    pad=0
default maxpool pad=same

upconv3-8 upconv3-8(pad=0)
conv3-8 conv1-8
maxpool3/2
"""


def test_a_default_is_named_however_its_value_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A padding of one number is kept as four, and `same` as those that the kernel says."""
    (tmp_path / "padded.arch").write_text(PADDED)
    found = {}
    for row in (7, 8, 9):
        for layer in explained(tmp_path / "padded.arch", row, capsys)[0]["layers"]:
            found[layer["path"]] = next(value["line"] for value in layer["values"] if value["name"] == "pad")
    assert found == {"upconv1": 3, "upconv2": 7, "conv1": 4, "conv2": 4, "maxpool1": 5}


def test_a_convention_of_another_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    house = "default conv bias=no -> relu\ndefault FC -> dropout(0.5)\nblock u():\n    bn\n"
    (tmp_path / "house.arch").write_text(house)
    (tmp_path / "net.arch").write_text(
        'net small\nuse defaults from "house.arch"\ninput 8x8x3\ndefault FC -> relu\nconv3-8\nFC-10\n'
    )
    assert main(["explain", f"{tmp_path / 'net.arch'}:2"]) == 0
    said = capsys.readouterr().out.splitlines()[2:]
    assert [line.strip() for line in said] == [
        "`default conv` in line 1 of house.arch gives its options to 1 layer: conv1",
        "`default conv` in line 1 of house.arch adds 1 layer: relu1",
        "`default FC` in line 2 of house.arch: the one here stands for it",
    ]
    assert main(["explain", f"{tmp_path / 'house.arch'}:1", "--in", str(tmp_path / "net.arch")]) == 0
    said = capsys.readouterr().out.splitlines()[2:]
    assert [line.strip() for line in said] == ["gives its options to 1 layer: conv1", "adds 1 layer: relu1"]


def test_a_claim_that_does_not_hold_is_explained(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def status(layer: str, line: int) -> int:
        spec = f"net small\ninput 8x8x1\n{layer}\nexpect params 41\n".encode()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(spec)))
        return main(["explain", "--", f"-:{line}"])

    for line, said in ((3, "40 parameters"), (4, "params 41 is stated, 40 computed")):
        assert status("conv3-4", line) == 0
        assert said in capsys.readouterr().out
    assert status("conv9-4(pad=0)", 2) == 1
    assert "E201" in capsys.readouterr().err


def test_a_line_that_goes_on_is_that_which_it_goes_on_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "long.arch").write_text(
        'net long "a title (with a bracket"\ninput 8x8x3\n'
        "conv3-16(  # (here\n    pad=0,\n    bias=no\n)\n[conv3-8\n relu] x2\n"
    )
    found = [
        [layer["path"] for layer in explained(tmp_path / "long.arch", row, capsys)[0]["layers"]] for row in range(3, 9)
    ]
    assert found == [["conv1"]] * 4 + [["conv2", "conv3"], ["relu1", "relu2"]]
