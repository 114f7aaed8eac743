"""The manual's sequence from a spec to a trained network in onnxruntime, as it stands there."""

import re
import shlex
from pathlib import Path

import numpy
import onnxruntime
import pytest
from safetensors.numpy import load_file
from sklearn.datasets import load_digits

from archspec.cli import main
from archspec.training import metrics

Captured = pytest.CaptureFixture[str]
MANUAL = Path(__file__).parents[1] / "docs" / "training.md"
BEGINS = "From a spec to a trained network in onnxruntime:\n\n"
SAID = re.compile(
    r"digits_resnet:20 in (?P<program>\S+), digits: error (?P<error>\d+\.\d\d) %, "
    r"(?P<wrong>\d+) of 360 images wrong(, loss \d\.\d{4})?\n"
)


def sequence() -> list[list[str]]:
    """The commands, as words."""
    block = MANUAL.read_text(encoding="utf-8").split(BEGINS)[1].split("\n\n")[0]
    lines = [line.removeprefix("    ") for line in block.splitlines()]
    assert all(line.startswith("archspec ") for line in lines)
    return [shlex.split(line)[1:] for line in lines]


def wrong_in_onnxruntime(run: Path, model: Path) -> int:
    """How many test digits the file gets wrong, prepared as the manual says."""
    shades, labels = load_digits(return_X_y=True)
    chosen = numpy.random.RandomState(0).permutation(len(labels))[1437:]
    images = numpy.rint(shades[chosen] * 255 / 16).reshape(-1, 1, 8, 8)
    preparation = load_file(run / "preparation.safetensors")
    prepared = ((images - preparation["mean"]) * preparation["factor"]).astype(numpy.float32)
    session = onnxruntime.InferenceSession(str(model))
    (scores,) = session.run(None, {session.get_inputs()[0].name: prepared})
    return int((scores.argmax(1) != labels[chosen]).sum())


def test_the_documented_sequence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.chdir(tmp_path)
    commands, said = sequence(), []
    assert [words[0] for words in commands] == ["train", "build", "evaluate", "evaluate"]
    for words in commands:
        assert main(words) == 0
        said.append(capsys.readouterr())
    assert all(not each.err for each in said)  # no bar in a pipe
    in_torch, in_onnx = (SAID.fullmatch(each.out) for each in said[2:])
    assert in_torch
    assert in_onnx
    assert (in_torch["program"], in_onnx["program"]) == ("PyTorch", "digits.onnx")
    best = min(metrics.rows(Path("run")), key=lambda row: row.test_error)
    wrong = wrong_in_onnxruntime(Path("run"), Path("digits.onnx"))
    assert int(in_torch["wrong"]) == int(in_onnx["wrong"]) == wrong
    assert wrong < 0.05 * 360
    assert best.test_error == 100 * wrong / 360
    assert in_torch["error"] == in_onnx["error"] == f"{best.test_error:.2f}"
    assert f"best {best.test_error:.2f} % after epoch {best.epoch:.4g}\n" in said[0].out
    assert said[0].out.endswith("wrote run/best.safetensors, last.safetensors, metrics.csv\n")
