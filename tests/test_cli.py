"""The command: what it writes where, what it asks for, and how it ends."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import onnx
import pytest
from safetensors import safe_open

import archspec
from archspec.cli import COMMANDS, main

ROOT = Path(__file__).parents[1]
SMALL = """
net small "A small table"
columns      a | b
input 8x8 RGB
default conv -> relu
conv3-4 x2   | conv3-4
flat: flatten
FC-10
expect depth 3 | 2
"""

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table of two small networks, in a folder that is the current one."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.arch"
    path.write_text(SMALL)
    return path


def files() -> list[str]:
    return sorted(path.name for path in Path().iterdir() if path.name != "small.arch")


def test_a_table_becomes_one_file_for_each_column(capsys: Captured) -> None:
    assert main(["build", "small.arch", "--to", "onnx"]) == 0
    assert files() == ["small_a.onnx", "small_b.onnx"]
    assert capsys.readouterr().out == "wrote small_a.onnx\nwrote small_b.onnx\n"


def test_a_column_becomes_the_file_that_is_named() -> None:
    assert main(["build", "small.arch:b", "--to", "json", "-o", "out.json"]) == 0
    assert files() == ["out.json"]
    assert json.loads(Path("out.json").read_text())["column"] == "b"


def test_a_folder_takes_every_column() -> None:
    Path("out").mkdir()
    assert main(["build", "small.arch", "--to", "torch", "-o", "out"]) == 0
    assert sorted(path.name for path in Path("out").iterdir()) == ["small_a.py", "small_b.py"]


def test_a_table_does_not_fit_into_one_file(capsys: Captured) -> None:
    assert main(["build", "small.arch", "--to", "onnx", "-o", "one.onnx"]) == 1
    assert "E608" in capsys.readouterr().err
    assert files() == []


def test_standard_output_and_input(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SMALL.encode())))
    assert main(["build", "--to", "json", "-o", "-", "--", "-:a"]) == 0
    graph = json.loads(capfdbinary.readouterr().out)
    assert [node["op"]["kind"] for node in graph["nodes"]] == ["conv", "relu", "conv", "relu", "flatten", "fc"]
    assert files() == []


def test_a_graph_as_json_builds_as_its_spec_does() -> None:
    main(["build", "small.arch:a", "--to", "json", "-o", "a.json"])
    main(["build", "a.json", "--to", "onnx", "-o", "from_json.onnx"])
    main(["build", "small.arch:a", "--to", "onnx", "-o", "from_spec.onnx"])
    assert Path("from_json.onnx").read_bytes() == Path("from_spec.onnx").read_bytes()


def test_a_graph_as_json_is_built_as_it_is(capsys: Captured) -> None:
    main(["build", "small.arch:a", "--to", "json", "-o", "a.json"])
    assert main(["build", "a.json", "--to", "onnx", "--input", "16x16"]) == 1
    assert "E602" in capsys.readouterr().err
    with pytest.raises(archspec.Problem, match="E602"):
        archspec.load("a.json", lets={"n": 2})
    assert files() == ["a.json"]


def test_blocks_alone_are_no_network(capsys: Captured) -> None:
    Path("blocks.arch").write_text("block b(c):\n    conv3-{c}\n")
    assert main(["check", "blocks.arch"]) == 0
    assert main(["build", "blocks.arch", "--to", "json"]) == 1
    assert "E608" in capsys.readouterr().err
    with pytest.raises(archspec.Problem, match="E608"):
        archspec.load("blocks.arch")


def test_nothing_is_written_for_a_spec_with_errors(spec: Path, capsys: Captured) -> None:
    spec.write_text(SMALL.replace("3 | 2", "3 | 3"))
    for format in ("onnx", "torch", "json", "dot"):
        assert main(["build", "small.arch:b", "--to", format]) == 1
        assert "E401" in capsys.readouterr().err
    assert files() == []


def test_weights_travel_from_a_build_to_another(capsys: Captured) -> None:
    assert main(["weights", "export", "small.arch:a", "-o", "a.safetensors", "--seed", "3"]) == 0
    assert main(["build", "small.arch:a", "--to", "onnx", "-o", "stored.onnx", "--weights", "a.safetensors"]) == 0
    assert main(["build", "small.arch:a", "--to", "onnx", "-o", "drawn.onnx", "--seed", "3"]) == 0
    stored, drawn = (onnx.load(f"{name}.onnx").graph.initializer for name in ("stored", "drawn"))
    assert [(t.name, t.raw_data) for t in stored] == [(t.name, t.raw_data) for t in drawn]
    assert main(["build", "small.arch:b", "--to", "onnx", "--weights", "a.safetensors"]) == 1
    message = capsys.readouterr().err
    assert "E603" in message
    assert "conv2.weight" in message
    with safe_open("a.safetensors", framework="numpy") as file:
        assert set(file.keys()) == {f"{n}.{t}" for n in ("conv1", "conv2", "fc1") for t in ("weight", "bias")}


def test_a_shipped_spec_is_found_by_name(capsys: Captured) -> None:
    assert main(["check", "vgg_e", "vgg:A", "specs/vgg_b.arch"]) == 0
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == [
        "vgg_e.arch", "vgg.arch:A", "vgg_b.arch",
    ]  # fmt: skip


def test_summary_as_json(capsys: Captured) -> None:
    assert main(["summary", "small.arch:b", "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["network"] == "small"
    assert summary["input"] == [8, 8, 3]
    assert summary["outputs"] == [{"path": "fc1", "shape": [10]}]
    assert summary["depth"] == 2
    assert summary["params"] == {"trainable": 4 * 28 + 2570, "frozen": 0}
    assert summary["macs"] == 64 * 4 * 27 + 2560
    assert summary["layers"][0] == {
        "path": "conv1", "op": "conv3-4", "output": [8, 8, 4], "kernel": ["3x3", "1x1"], "params": 112, "count": 6912,
        "memory": 4 * 256, "kept": 0, "field": [3, 3], "jump": [1.0, 1.0], "offset": [0.0, 0.0],
        "intensity": round(2 * 6912 / (4 * (192 + 112 + 256)), 2), "macs": 6912, "line": 6,
    }  # fmt: skip
    assert sum(layer["params"] for layer in summary["layers"]) == 2682


def test_summary_at_another_size(capsys: Captured) -> None:
    assert main(["summary", "small.arch:b", "--json", "--input", "16x12"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["layers"][1]["output"] == [16, 12, 4]


def test_summary_table_has_a_row_for_each_layer_and_the_totals(capsys: Captured) -> None:
    assert main(["summary", "small.arch:a"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "small:a  A small table"
    assert [line.split()[0] for line in lines[1:] if not line.startswith("-")] == [
        "layer", "input", "conv1", "relu1", "conv2", "relu2", "flat", "fc1", "total", "memory",
    ]  # fmt: skip
    assert lines[-2].split()[-2:] == [f"{112 + 148 + 2570:,}", f"{64 * 4 * (27 + 36) + 2560:,}"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["foo"],
        ["build", "small.arch"],
        ["build", "small.arch", "--to", "gif"],
        ["check"],
        ["check", "x", "--set", "n"],
    ],
)
def test_wrong_use_ends_with_two(arguments: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert capsys.readouterr().err.startswith("usage: archspec")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", "nowhere.arch"], "E601"),
        (["check", "."], None),
        (["check", "small.arch:c"], "E602"),
        (["check", "small.arch", "--set", "n=3"], "E602"),
        (["check", "small.arch", "--input", "big"], "E602"),
        (["check", "small.arch", "--input", "0x4"], "E602"),
        (["check", "small.arch", "--max-bytes", "10"], "E501"),
        (["check", "small.arch", "--max-nodes", "3"], "E504"),
        (["summary", "small.arch:c"], "E602"),
        (["build", "small.arch:a", "--to", "onnx", "-o", "no/such/folder.onnx"], "E605"),
        (["build", "small.arch:a", "--to", "onnx", "--weights", "no.safetensors"], "E601"),
        (["build", "nowhere.json", "--to", "onnx"], "E601"),
        (["build", "small.arch:a", "--to", "onnx", "--opset", "3"], "E607"),
        (["explain", "E999"], "E602"),
        (["ops", "convv"], "E602"),
    ],
)
def test_what_a_user_can_mend_is_said_with_its_code(arguments: list[str], code: str | None, capsys: Captured) -> None:
    assert main(arguments) == (1 if code else 0)
    if code:
        assert f"error[{code}]" in capsys.readouterr().err
    assert files() == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_knows_the_commands(shell: str, capsys: Captured) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(word in script for word in COMMANDS)
    assert all(option in script for option in ("opset", "channels-last", "onnx"))


def test_python_face(spec: Path) -> None:
    network = archspec.load(spec, "a")
    assert network.graph.full_name == "small:a"
    assert archspec.load(f"{spec}:b").counts.depth == 2
    with pytest.raises(archspec.Problem, match="E608"):
        archspec.load(spec)
    with pytest.raises(archspec.Problem, match="E602"):
        network.build("x.gif", to="gif")
    with pytest.raises(archspec.Problem, match="E602"):
        network.build("x.onnx", to="onnx", opsett=18)
    written = network.build("y.onnx", to="onnx", external_data="always")
    assert [path.suffix for path in written] == [".onnx", ".data"]
    assert network.build("x.onnx", to="onnx", opset=20) == [Path("x.onnx")]
    assert onnx.load("x.onnx").opset_import[0].version == 20


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.parametrize("command", ["check vgg", "summary vgg_e", "diff vgg:D vgg:E", "sizes unet:paper"])
def test_output_that_cannot_be_written(command: str) -> None:
    """A full disk is told, a closed stream is none of our business; neither is a fault of ours."""
    home = {**os.environ, "PYTHONPATH": str(Path(archspec.__file__).parents[1])}

    def ran(streams: str) -> "subprocess.CompletedProcess[str]":
        line = f"{sys.executable} -m archspec {command} {streams}"
        return subprocess.run(line, shell=True, env=home, capture_output=True, text=True, check=False)

    full, closed = ran("> /dev/full"), ran(">&- <&-")
    assert full.returncode == 1
    assert full.stderr == "error[E605]: cannot write standard output\n  = no space left on device\n\n"
    assert (closed.returncode, closed.stderr) == (1 if command.startswith("diff") else 0, "")
