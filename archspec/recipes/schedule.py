"""The learning rate of each step, as a function of the step alone: a run that is taken up again goes on as it was."""

from bisect import bisect_right
from itertools import repeat
from math import cos, pi, prod

from archspec.recipes import Recipe, Schedule


def total_steps(recipe: Recipe, steps_per_epoch: int) -> int:
    """The steps of a run."""
    return recipe.steps or (recipe.epochs or 0) * steps_per_epoch


def rate(recipe: Recipe, step: int, steps_per_epoch: int) -> float:
    """The learning rate of a step, counted from 0: the recipe's, times what its schedule and its warm-up say."""
    unit = steps_per_epoch if recipe.schedule.unit == "epochs" else 1
    lowered = decay(recipe.schedule, step, total_steps(recipe, steps_per_epoch), unit)
    return recipe.optimizer.rate * lowered * warmth(recipe.schedule, step, unit)


def decay(schedule: Schedule, step: int, steps: int, unit: int) -> float:
    """What the schedule multiplies the rate by: `unit` is the steps that `at` counts in.

    With `at = [m]` the first m steps have the whole rate. A cosine falls from 1 to 0, which it would reach in the step
    after the last (Loshchilov & Hutter 2017, equation 5, without restarts).
    """
    match schedule.kind:
        case "step":
            return prod(repeat(schedule.factor, bisect_right(schedule.at, step // unit)))  # a power may be too large
        case "cosine":
            return (1 + cos(pi * step / steps)) / 2
        case "constant":
            return 1.0


def warmth(schedule: Schedule, step: int, unit: int) -> float:
    """What the warm-up multiplies the rate by: 1 once it is over."""
    warmup = schedule.warmup * unit
    if step >= warmup:
        return 1.0
    return schedule.warmup_factor if schedule.warmup_kind == "constant" else (step + 1) / warmup
