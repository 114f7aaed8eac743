"""The learning rate of each step: as counted by hand, and as PyTorch's schedulers have it where they say the same."""

from typing import Any

import pytest
import torch
from torch.optim import lr_scheduler

from archspec.recipes import Optimizer, Recipe, Schedule
from archspec.recipes.schedule import rate, total_steps


def recipe(rate: float = 0.1, steps: int | None = 12, epochs: int | None = None, **schedule: Any) -> Recipe:
    return Recipe(
        steps=steps, epochs=epochs, batch=8, optimizer=Optimizer(rate=rate), schedule=Schedule.model_validate(schedule)
    )


def rates(recipe: Recipe, steps_per_epoch: int = 5) -> list[float]:
    return [rate(recipe, step, steps_per_epoch) for step in range(total_steps(recipe, steps_per_epoch))]


def theirs(kind: type[lr_scheduler.LRScheduler], steps: int, **options: Any) -> list[float]:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    scheduler = kind(optimizer, **options)
    found = []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


def test_the_length_is_in_steps_or_in_epochs() -> None:
    assert total_steps(recipe(steps=12), 5) == 12
    assert total_steps(recipe(steps=None, epochs=3), 5) == 15


def test_a_constant_rate_stays() -> None:
    assert rates(recipe()) == [0.1] * 12


def test_a_step_lowers_the_rate_from_the_next_step_on() -> None:
    found = rates(recipe(rate=8, kind="step", at=(2, 5), factor=0.5, steps=7))
    assert found == [8, 8, 4, 4, 4, 2, 2]


def test_steps_may_be_counted_in_epochs() -> None:
    found = rates(recipe(rate=8, kind="step", at=(1, 2), factor=0.5, unit="epochs", steps=None, epochs=3), 2)
    assert found == [8, 8, 4, 4, 2, 2]


def test_a_cosine_falls_to_nothing() -> None:
    assert rates(recipe(rate=2, kind="cosine", steps=4)) == pytest.approx([2, 1 + 0.5**0.5, 1, 1 - 0.5**0.5])


def test_a_linear_warm_up_multiplies_the_schedule() -> None:
    assert rates(recipe(rate=4, warmup=4, steps=6)) == [1, 2, 3, 4, 4, 4]
    plain, warmed = rates(recipe(kind="cosine")), rates(recipe(kind="cosine", warmup=4))
    assert warmed == pytest.approx([plain[0] / 4, plain[1] / 2, plain[2] * 0.75, *plain[3:]])


def test_a_constant_warm_up_ends_at_once() -> None:
    found = rates(recipe(warmup=1, warmup_kind="constant", unit="epochs", steps=8), 3)
    assert found == pytest.approx([0.01] * 3 + [0.1] * 5)


def test_steps_are_those_of_pytorch() -> None:
    ours = rates(recipe(kind="step", at=(3, 8), steps=12))
    assert ours == pytest.approx(theirs(lr_scheduler.MultiStepLR, 12, milestones=[3, 8], gamma=0.1))


def test_a_cosine_is_that_of_pytorch() -> None:
    ours = rates(recipe(kind="cosine", steps=100))
    assert ours == pytest.approx(theirs(lr_scheduler.CosineAnnealingLR, 100, T_max=100), abs=1e-12)


def test_warm_ups_are_those_of_pytorch() -> None:
    linear = theirs(lr_scheduler.LinearLR, 12, start_factor=1 / 5, total_iters=4)
    assert rates(recipe(warmup=5)) == pytest.approx(linear)
    constant = theirs(lr_scheduler.ConstantLR, 12, factor=0.1, total_iters=5)
    assert rates(recipe(warmup=5, warmup_kind="constant")) == pytest.approx(constant)
