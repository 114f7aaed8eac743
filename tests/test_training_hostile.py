"""Training with what cannot go well: each time a problem with a code, and nothing half done."""

from pathlib import Path

import numpy as np
import pytest
import torch

from archspec.diagnostics import Problem
from archspec.network import load
from archspec.recipes import Optimizer, Preparation, Recipe, Schedule
from archspec.recipes.schedule import rate
from archspec.training import train
from archspec.training.evaluation import Session
from archspec.training.machine import Machine

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
