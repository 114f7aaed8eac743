"""Training with what cannot go well: each time a problem with a code, and nothing half done."""

import itertools
import shutil
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.numpy import load_file, save
from test_training_runs import ENVIRONMENT

from archspec.diagnostics import Problem
from archspec.network import load
from archspec.recipes import Optimizer, Preparation, Recipe, Schedule
from archspec.recipes.schedule import rate
from archspec.training import processes, train
from archspec.training.checkpoint import NOTE
from archspec.training.evaluation import Session
from archspec.training.machine import Machine
from archspec.training.processes import joined, started

TINY = "net tiny\ninput 8x8 gray\nconv3-4 relu\navgpool(global)\nFC-10\nsoftmax\n"


def spec(folder: Path, text: str = TINY) -> Path:
    path = folder / "net.arch"
    path.write_text(text)
    return path


def recipe(**data: object) -> Recipe:
    return Recipe(steps=2, batch=8, optimizer=Optimizer(rate=0.1), data=Preparation.model_validate(data))


def code(caught: pytest.ExceptionInfo[Problem]) -> str:
    return caught.value.diagnostics[0].code


@pytest.mark.parametrize("data", [{"pad": 8}, {"pad": 2_000_000_000}, {"resize": 1_000_000, "fit": "crop"}])
def test_images_that_would_be_nothing_or_too_large_are_refused(data: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        train(spec(tmp_path), tmp_path / "run", recipe=recipe(**data))
    assert code(caught) == "E622"
    assert not (tmp_path / "run").exists()


def test_a_rate_beyond_all_numbers_is_infinite() -> None:
    schedule = Schedule(kind="step", at=(1, 2, 3), factor=1e300)
    asked = Recipe(steps=4, batch=8, optimizer=Optimizer(rate=0.1), schedule=schedule)
    assert [rate(asked, step, 1) for step in (0, 2, 3)] == [0.1, np.inf, np.inf]


@pytest.mark.parametrize("workers", [-1, 257])
def test_no_number_of_processes_that_read(workers: int, tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        train(spec(tmp_path), tmp_path / "run", machine=Machine(workers=workers))
    assert code(caught) == "E602"


def test_memory_that_is_full_is_told() -> None:
    with pytest.raises(Problem) as caught, Machine().room():
        torch.empty(2**50)
    assert code(caught) == "E505"
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"), Machine().room():
        torch.ones(2, 3) @ torch.ones(2, 3)


def test_an_onnx_file_of_another_network_is_told(tmp_path: Path) -> None:
    net = load(spec(tmp_path))
    net.build(tmp_path / "ten.onnx", "onnx")
    load(spec(tmp_path, TINY.replace("FC-10", "FC-9"))).build(tmp_path / "nine.onnx", "onnx")
    images = torch.zeros(2, 1, 8, 8)
    assert Session(tmp_path / "ten.onnx", net.graph)(images).shape == (2, 10)
    with pytest.raises(Problem) as caught:
        Session(tmp_path / "nine.onnx", net.graph)(images)
    assert code(caught) == "E606"
    with pytest.raises(Problem) as caught:
        Session(tmp_path / "ten.onnx", net.graph)(torch.zeros(2, 3, 8, 8))
    assert code(caught) == "E606"


PARTS = "net parts\ninput 8x8 gray\nconv3-4(bias=no) bn relu\navgpool(global)\nFC-10\nsoftmax\n"


def together(folder: Path, network: Path, asked: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Train by two processes."""
    two = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "archspec"]
    words = [*two, "train", str(network), "--recipe", str(asked), "--device", "cpu", "-o", str(folder), *options]
    return subprocess.run(words, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=100)


def test_a_batch_in_parts_by_two_processes_is_that_of_one(tmp_path: Path) -> None:
    """Batch normalization sees the same examples together."""
    asked = tmp_path / "parts.toml"
    asked.write_text("steps = 5\nbatch = 12\naccumulate = 3\n[optimizer]\nrate = 0.01\n")
    network = spec(tmp_path, PARTS)
    train(network, tmp_path / "one", recipe=str(asked), machine=Machine("cpu"))
    assert together(tmp_path / "two", network, asked).returncode == 0
    one, other = (load_file(tmp_path / name / "last.safetensors") for name in ("one", "two"))
    for name, value in one.items():
        np.testing.assert_allclose(other[name], value, rtol=0, atol=1e-5, err_msg=name)


def test_what_one_of_two_processes_finds_is_said_once(tmp_path: Path) -> None:
    """The last test image is the second process's."""
    images = np.random.default_rng(0).integers(0, 256, (2, 8, 8), np.uint8)
    for split, label in itertools.product(("train", "test"), range(10)):
        folder = tmp_path / "data" / split / str(label)
        folder.mkdir(parents=True)
        for number, image in enumerate(images):
            Image.fromarray(image).save(folder / f"{number}.png")
    damaged = tmp_path / "data" / "test" / "9" / "1.png"
    damaged.write_bytes(damaged.read_bytes()[:60])
    asked = tmp_path / "one.toml"
    asked.write_text("epochs = 1\nbatch = 4\n[optimizer]\nrate = 0.01\n")
    done = together(tmp_path / "run", spec(tmp_path), asked, "--data", f"folder:{tmp_path / 'data'}")
    assert done.returncode == 1
    assert done.stderr.count(f"error[E621]: {damaged} is damaged") == 1
    assert done.stderr.count("error[") == 1
    assert not done.stdout
    assert "archspec/training" not in done.stderr  # torchrun has a traceback of its own


@pytest.mark.parametrize(("rank", "count"), [("0", "0"), ("2", "2"), ("-1", "2"), ("1", "1"), ("x", "2")])
def test_what_processes_cannot_be(rank: str, count: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANK", rank)
    monkeypatch.setenv("WORLD_SIZE", count)
    with pytest.raises(Problem) as caught:
        started()
    assert code(caught) == "E625"


def test_a_process_that_nobody_joins_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "MEETING", timedelta(seconds=1))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name, value in (("RANK", 0), ("WORLD_SIZE", 2), ("MASTER_ADDR", "127.0.0.1"), ("MASTER_PORT", port)):
        monkeypatch.setenv(name, str(value))
    with pytest.raises(Problem) as caught, joined(torch.device("cpu")):
        pass
    assert code(caught) == "E625"


DAMAGED = [
    ("run.json", b"[" * 100_000, "E624"),
    ("run.json", b'{"data": 3, "digest": "x", "weights": "he", "seed": 0}', "E624"),
    ("preparation.safetensors", save({"mean": np.zeros((1, 1, 1), np.float32)}), "E604"),
    ("last.safetensors", save({}, {NOTE: "[" * 100_000}), "E604"),
    ("last.safetensors", save({}, {NOTE: '{"step": 1e400, "sums": []}'}), "E604"),
    ("last.safetensors", b"", "E604"),
    ("metrics.csv", b"x" * 200_000, "E624"),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that is done."""
    folder = tmp_path_factory.mktemp("hostile")
    train(spec(folder), folder / "run", recipe=recipe(), machine=Machine("cpu"))
    return folder / "run"


@pytest.mark.parametrize(("name", "data", "expected"), DAMAGED)
def test_a_damaged_run_is_told(name: str, data: bytes, expected: str, run: Path, tmp_path: Path) -> None:
    shutil.copytree(run, tmp_path / "run")
    (tmp_path / "run" / name).write_bytes(data)
    with pytest.raises(Problem) as caught:
        train(spec(tmp_path), tmp_path / "run", recipe=recipe(), resume=True, machine=Machine("cpu"))
    assert code(caught) == expected
    assert (tmp_path / "run" / name).read_bytes() == data
