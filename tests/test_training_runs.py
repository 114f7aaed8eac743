"""Runs: cut off and gone on with, by one process and by two, and what they leave behind."""

import subprocess
import sys
from pathlib import Path

import numpy
import pytest
from safetensors.numpy import load_file

ROOT = Path(__file__).parents[1]
ENVIRONMENT = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1"}


def killed(folder: Path, kills: int, seed: int) -> list[int]:
    """Train with processes that are killed; how many were killed at a step, and how many at any moment."""
    command = [sys.executable, str(ROOT / "tests" / "killed.py"), str(folder), str(kills), str(seed)]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [int(word) for word in done.stdout.split()]


def assert_same_bytes(ours: Path, theirs: Path) -> None:
    """The same weights, bit for bit, and the same memory of the optimizer."""
    for name in ("last.safetensors", "best.safetensors", "optimizer-42.safetensors"):
        assert (ours / name).read_bytes() == (theirs / name).read_bytes(), name


@pytest.mark.parametrize(
    ("kills", "seed"),
    [(6, 1), pytest.param(20, 2, marks=pytest.mark.slow), pytest.param(20, 3, marks=pytest.mark.slow)],
)
def test_a_run_that_is_killed_comes_to_the_same_weights(kills: int, seed: int, tmp_path: Path) -> None:
    assert killed(tmp_path / "whole", 0, seed) == [0, 0]
    assert killed(tmp_path / "cut", kills, seed) == [kills // 2, kills - kills // 2]
    whole = tmp_path / "whole" / "run0"
    for cut in (path for path in (tmp_path / "cut").iterdir() if path.is_dir()):
        assert_same_bytes(cut, whole)
        # what comes after these columns is time
        figures = [
            [line.split(",")[:8] for line in (run / "metrics.csv").read_text().splitlines()] for run in (cut, whole)
        ]
        assert figures[0] == figures[1]
        assert len(figures[0]) == 1 + 3


SPECS = {
    "plain": "conv3-8 relu\nconv3-16/2 relu\navgpool(global)\nFC-10",
    "normalized": "conv3-8(bias=no) bn relu\nconv3-16/2(bias=no) bn relu\navgpool(global)\nFC-16 bn relu\nFC-10",
}


@pytest.mark.parametrize("kind", SPECS)
def test_two_processes_come_to_what_one_does(kind: str, tmp_path: Path) -> None:
    spec = tmp_path / "net.arch"
    spec.write_text(f"net two\ninput 8x8 gray\n{SPECS[kind]}\nsoftmax\n")
    recipe = tmp_path / "two.toml"
    recipe.write_text("steps = 20\nbatch = 64\n[optimizer]\nrate = 0.01\nweight_decay = 1e-4\n[data]\npad = 1\n")
    ours = ["-m", "archspec", "train", str(spec), "--recipe", str(recipe), "--device", "cpu"]
    two = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    for name, launcher in (("one", []), ("two", two)):
        command = [sys.executable, *launcher, *ours, "-o", str(tmp_path / name)]
        done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    one, other = (load_file(tmp_path / name / "last.safetensors") for name in ("one", "two"))
    for name, value in one.items():
        numpy.testing.assert_allclose(other[name], value, rtol=0, atol=1e-5, err_msg=name)
