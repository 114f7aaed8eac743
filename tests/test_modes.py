"""What the command leaves out and changes: `--mode`, `--no-aux`, `--logits`, `--fold-bn`."""

import json
from pathlib import Path

import onnx
import pytest
from safetensors import safe_open

from archspec.cli import main

SPEC = """
net two "A network with a head"
input 8x8 RGB
default conv bias=no -> bn relu
x: conv3-4
conv3-6/2
FC-10
softmax
head aux from x (weight=0.5):
    maxpool4/4
    FC-5
    softmax
"""
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("two.arch").write_text(SPEC)


def built(*options: str) -> onnx.ModelProto:
    assert main(["build", "two.arch", "--to", "onnx", *options]) == 0
    return onnx.load("two.onnx")


def outputs(model: onnx.ModelProto) -> list[str]:
    return [value.name for value in model.graph.output]


def kinds(model: onnx.ModelProto) -> set[str]:
    return {node.op_type for node in model.graph.node}


def test_onnx_is_for_inference_unless_told() -> None:
    assert outputs(built()) == outputs(built("--mode", "eval")) == ["softmax1"]
    statistics = [f"{bn}.new_running_{which}" for bn in ("bn1", "bn2") for which in ("mean", "var")]
    assert outputs(built("--mode", "train")) == ["softmax1", "aux.softmax1", *statistics]
    assert outputs(built("--mode", "train", "--no-aux")) == ["softmax1", *statistics]


def test_logits_and_folding_change_what_is_written() -> None:
    assert {"Softmax", "BatchNormalization"} <= kinds(built())
    model = built("--mode", "train", "--logits", "--fold-bn")
    assert not {"Softmax", "BatchNormalization"} & kinds(model)
    assert outputs(model) == ["fc1", "aux.fc1"]
    assert {"x.bias", "conv1.bias"} <= {tensor.name for tensor in model.graph.initializer}


@pytest.mark.parametrize("format", ["torch", "dot", "json"])
def test_the_other_formats_show_everything_unless_told(format: str, capsys: Captured) -> None:
    def text(*options: str) -> str:
        assert main(["build", "two.arch", "--to", format, "-o", "-", *options]) == 0
        return capsys.readouterr().out

    assert "aux" in text()
    assert text("--mode", "eval") == text("--no-aux") != text()
    assert "aux" not in text("--no-aux")


def test_weights_are_exported_as_they_are_built() -> None:
    def names(*options: str) -> set[str]:
        assert main(["weights", "export", "two.arch", *options]) == 0
        with safe_open("two.safetensors", "numpy") as file:
            return set(file.keys())

    assert {"aux.fc1.weight", "bn1.weight"} <= names()
    assert names("--no-aux", "--fold-bn") == {
        "x.weight", "x.bias", "conv1.weight", "conv1.bias", "fc1.weight", "fc1.bias",
    }  # fmt: skip
    assert main(["weights", "export", "two.arch"]) == 0
    assert main(["build", "two.arch", "--to", "onnx", "--weights", "two.safetensors", "--fold-bn"]) == 0


def test_check_says_both_totals(capsys: Captured) -> None:
    main_params = 4 * 27 + 8 + 6 * 36 + 12 + 10 * 6 * 16 + 10
    main_macs = 64 * 4 * 27 + 16 * 6 * 36 + 10 * 96
    aux = 5 * 16
    assert main(["check", "two.arch"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"ok      two.arch  depth 3, {main_params:,} parameters, {main_macs:,} multiply-adds",
        f"        with its heads {main_params + aux + 5:,} parameters, {main_macs + aux:,} multiply-adds",
    ]
    assert main(["check", "--json", "two.arch"]) == 0
    (said,) = json.loads(capsys.readouterr().out)
    assert said["params"] == {"trainable": main_params, "frozen": 0}
    assert said["heads"] == [{"name": "aux", "path": "aux.softmax1", "shape": [5], "weight": 0.5}]
    with_heads = {"trainable": main_params + aux + 5, "frozen": 0}
    assert said["with_heads"] == {"params": with_heads, "macs": main_macs + aux}
