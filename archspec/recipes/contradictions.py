"""What no key of a recipe is wrong in, but several are together."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from archspec.recipes import Loss, Optimizer, Part, Preparation, Recipe, Schedule


class Contradiction(NamedTuple):
    """Keys that do not go together; the first is where it shows."""

    keys: tuple[str, ...]
    """In full, as in `schedule.at`."""
    message: str
    found: str = ""
    help: str = ""


def contradictions(recipe: Recipe) -> Iterator[Contradiction]:
    """Everything in a recipe that cannot be meant, from its top down."""
    yield from in_length(recipe)
    if recipe.batch % recipe.accumulate:
        found = f"{recipe.batch} examples in {recipe.accumulate} parts"
        yield Contradiction(("accumulate", "batch"), "the parts of a batch are equal", found)
    yield from in_optimizer(recipe.optimizer)
    yield from in_schedule(recipe.schedule)
    yield from in_time(recipe)
    yield from in_loss(recipe.loss)
    yield from in_data(recipe.data)


def in_length(recipe: Recipe) -> Iterator[Contradiction]:
    """How long."""
    keys = ("epochs", "steps")
    if recipe.epochs and recipe.steps:
        found = f"{recipe.epochs:,} epochs and {recipe.steps:,} steps"
        yield Contradiction(keys, "a recipe has `epochs` or `steps`, not both", found, "take one out")
    if not recipe.epochs and not recipe.steps:
        yield Contradiction(keys, "the recipe does not say how long", help="add `epochs = 10`, or `steps = 64_000`")


def in_optimizer(optimizer: Optimizer) -> Iterator[Contradiction]:
    """Nesterov's momentum is momentum, and of SGD alone."""
    if optimizer.nesterov and optimizer.kind != "sgd":
        keys = ("optimizer.nesterov", "optimizer.kind")
        yield Contradiction(keys, "Nesterov's momentum is for SGD", f'with kind "{optimizer.kind}"')
    elif optimizer.nesterov and not optimizer.momentum:
        keys = ("optimizer.nesterov", "optimizer.momentum")
        yield Contradiction(keys, "Nesterov's momentum takes some momentum", "with momentum 0")


def in_schedule(schedule: Schedule) -> Iterator[Contradiction]:
    """Steps that rise, and nothing that has no effect."""
    if schedule.kind == "step" and not schedule.at:
        help = "add `at`, a list of steps (or epochs)"
        yield Contradiction(("schedule.kind", "schedule.at"), "the schedule does not say when", help=help)
    for before, after in pairwise(schedule.at):
        if after <= before:
            yield Contradiction(("schedule.at",), "the numbers in `at` rise", f"{after:,} after {before:,}")
            break
    if schedule.kind != "step":
        yield from idle(schedule, "schedule", ("at", "factor"), f'with kind "{schedule.kind}"', "kind")
    if not schedule.warmup:
        yield from idle(schedule, "schedule", ("warmup_kind", "warmup_factor"), "with no warm-up", "warmup")
        if not schedule.at:
            yield from idle(schedule, "schedule", ("unit",), "with no warm-up and no `at`", "warmup", "at")
    elif schedule.warmup_kind == "linear":
        yield from idle(schedule, "schedule", ("warmup_factor",), "with a linear warm-up", "warmup_kind")


def in_time(recipe: Recipe) -> Iterator[Contradiction]:
    """What happens after the end, where that is known before the number of examples is."""
    schedule = recipe.schedule
    length = recipe.steps if schedule.unit == "steps" else recipe.epochs
    if length is None:
        return
    ends = f"of {length:,} {schedule.unit}"
    if schedule.at and max(schedule.at) >= length:
        keys = ("schedule.at", schedule.unit, "schedule.unit")
        yield Contradiction(keys, "the rate falls after the end", f"at {max(schedule.at):,} {ends}")
    if schedule.warmup > length:
        keys = ("schedule.warmup", schedule.unit, "schedule.unit")
        yield Contradiction(keys, "the warm-up is longer than the run", f"{schedule.warmup:,} {ends}")


def in_loss(loss: Loss) -> Iterator[Contradiction]:
    """A width of borders, where they weigh nothing."""
    if not loss.border:
        yield from idle(loss, "loss", ("border_sigma",), "with no `border`", "border")


def in_data(data: Preparation) -> Iterator[Contradiction]:
    """Ways to fit an image to the network."""
    keys = ("data.resize", "data.fit")
    if isinstance(data.resize, tuple):
        least, most = data.resize
        if least >= most:
            yield Contradiction(("data.resize",), "the second size is larger", f"{least:,} and {most:,}")
        if data.fit == "exact":
            message, help = "images of many sizes are cut to fit", 'add `fit = "crop"`'
            yield Contradiction(keys, message, f'{least:,} to {most:,} with fit "exact"', help)
    if data.pad and data.fit == "crop":
        message = "an image is cut at random once"
        help = "take one out: `pad` cuts what it padded, `fit` cuts larger images"
        yield Contradiction(("data.pad", "data.fit"), message, f'pad {data.pad:,} and fit "crop"', help)


def idle(part: Part, table: str, names: tuple[str, ...], why: str, *others: str) -> Iterator[Contradiction]:
    """Keys that have no effect, because of others, and yet another value than by default."""
    for name in names:
        if getattr(part, name) != type(part).model_fields[name].default:
            keys = tuple(f"{table}.{each}" for each in (name, *others))
            yield Contradiction(keys, f"`{name}` has no effect", why)
