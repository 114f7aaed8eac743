"""Recipes that tests draw: of every kind, and none that contradicts itself."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from archspec.recipes import Loss, Optimizer, Preparation, Recipe, Schedule

POSITIVE = st.floats(min_value=0, exclude_min=True, allow_infinity=False)
SHARE = st.floats(0, 1, exclude_max=True)
COUNT = st.integers(1, 9_999_999_999)


def some(part: Callable[..., Any], **keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A table with any of these keys."""
    return st.fixed_dictionaries({}, optional=keys).map(lambda given: part(**given))


OPTIMIZERS = st.fixed_dictionaries(
    {"rate": POSITIVE, "momentum": SHARE.filter(bool)},
    optional={
        "nesterov": st.booleans(),
        "weight_decay": POSITIVE,
        "decay_norm": st.booleans(),
        "bias_rate": POSITIVE,
        "clip": POSITIVE | st.none(),
    },
)
SCHEDULES = st.one_of(
    st.just(Schedule()),
    some(Schedule, kind=st.just("cosine"), warmup=st.integers(0, 10)),
    st.builds(
        Schedule,
        kind=st.just("step"),
        at=st.lists(st.integers(1, 99), min_size=1, unique=True).map(lambda at: tuple(sorted(at))),
        factor=POSITIVE,
        unit=st.sampled_from(["steps", "epochs"]),
        warmup=st.integers(1, 99),
        warmup_kind=st.just("constant"),
        warmup_factor=st.floats(0, 1, exclude_min=True),
    ),
)
LOSSES = some(Loss, label_smoothing=SHARE, ignore=COUNT, reduction=st.sampled_from(["mean", "sum"]), border=POSITIVE)
PREPARATIONS = some(
    Preparation,
    center=st.sampled_from(["none", "pixel"]) | st.lists(st.floats(allow_nan=False, allow_infinity=False)).map(tuple),
    scale=st.sampled_from(["none", "deviation"]),
    flip=st.booleans(),
    resize=COUNT | st.tuples(st.integers(1, 9), st.integers(10, 99)),
    fit=st.sampled_from(["crop", "mirror"]),
    elastic=POSITIVE,
).filter(lambda data: not isinstance(data.resize, tuple) or data.fit != "exact")


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    """Any recipe."""
    accumulate = draw(st.integers(1, 9))
    return Recipe(
        about=draw(st.text()),
        **{draw(st.sampled_from(["epochs", "steps"])): draw(st.integers(100, 9_999_999_999))},
        batch=accumulate * draw(st.integers(1, 1000)),
        accumulate=accumulate,
        optimizer=Optimizer(**draw(OPTIMIZERS)),
        schedule=draw(SCHEDULES),
        loss=draw(LOSSES),
        data=draw(PREPARATIONS),
        train_error=draw(st.sampled_from(["running", "whole"])),
        synchronized=draw(st.booleans()),
    )
