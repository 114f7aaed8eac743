"""What is subtracted from images and what they are multiplied by, against NumPy."""

from typing import Any

import numpy as np
import pytest
import torch
from feeding import NET, Read, feed, only, random_arrays, recipe
from numpy.typing import NDArray

from archspec.data import Arrays, Subset
from archspec.recipes import Preparation
from archspec.training.augment import recolor
from archspec.training.draws import draws
from archspec.training.normalize import normalizer


def whole(examples: Arrays) -> NDArray[np.float64]:
    return examples.images.astype(np.float64)


@pytest.mark.parametrize("center", ["none", "pixel", "channel", (10.0, 20.0, 30.0)])
@pytest.mark.parametrize("scale", ["none", "unit", "deviation"])
def test_images_are_normalized_as_numpy_does_it(center: Any, scale: Any) -> None:
    examples = random_arrays(7, (3, 6, 5))
    images = whole(examples)
    means = {"none": 0.0, "pixel": images.mean(0), "channel": images.mean((0, 2, 3), keepdims=True)[0]}
    centered = images - (means[center] if isinstance(center, str) else np.array(center).reshape(3, 1, 1))
    expected = centered * {"none": 1.0, "unit": 1 / 255, "deviation": 1 / centered.std()}[scale]
    found = only(feed(examples, NET, recipe(center=center, scale=scale), training=False)).images
    assert found.dtype == torch.float32
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def test_float_images_are_not_divided_by_255() -> None:
    images = np.random.default_rng(0).random((4, 3, 6, 5), np.float32)
    made = normalizer(Arrays(images, np.zeros(4, np.int64)), Preparation(center="none", scale="unit"))
    assert (made.factor == 1).all()


def test_examples_that_are_read_have_the_sums_of_arrays_and_say_how_far_they_are() -> None:
    arrays, seen = random_arrays(20, (3, 6, 5)), []
    asked = Preparation(center="pixel", scale="deviation", color=0.1)
    for one, other in zip(normalizer(arrays, asked), normalizer(Read(arrays), asked, seen.append), strict=True):
        assert np.array_equal(one, other)
    assert seen == list(range(1, 21))


def test_the_order_of_the_training_images_changes_nothing() -> None:
    arrays = random_arrays(50, (3, 6, 5))
    other = Subset(arrays, np.random.default_rng(1).permutation(50).tolist())
    asked = Preparation(center="channel", scale="deviation", color=0.1)
    for one, two in zip(normalizer(arrays, asked), normalizer(other, asked), strict=True):
        assert np.array_equal(one, two)


def test_images_that_are_all_alike_are_not_divided_by_nothing() -> None:
    alike = Arrays(np.full((3, 1, 4, 4), 7, np.uint8), np.zeros(3, np.int64))
    made = normalizer(alike, Preparation(center="channel", scale="deviation"))
    assert (made.mean.item(), made.factor.item()) == (7, 1)


def test_colors_are_shifted_as_krizhevsky_says() -> None:
    """For principal components by NumPy's eig of its cov, the shift is p1 a1 l1 + p2 a2 l2 + p3 a3 l3, up to signs."""
    chance = np.random.default_rng(4)
    mixed = chance.normal(size=(500, 3)) @ np.diag([30, 12, 5]) @ chance.normal(size=(3, 3))
    images = np.clip(mixed + 128, 0, 255).astype(np.uint8).reshape(20, 5, 5, 3).transpose(0, 3, 1, 2)
    made = normalizer(Arrays(images, np.zeros(20, np.int64)), Preparation(center="none", scale="none", color=0.1))
    colors = images.transpose(0, 2, 3, 1).reshape(-1, 3) / 255
    sizes, vectors = np.linalg.eig(np.cov(colors.T, bias=True))
    order = np.argsort(sizes)
    expected = (vectors * sizes)[:, order] * 255  # from colours of 0 to 1 back to those of the images
    np.testing.assert_allclose(np.abs(made.colors), np.abs(expected), rtol=1e-3, atol=1e-3)


def test_the_shifts_of_colors_have_the_deviation_that_is_asked_for() -> None:
    rows = draws(0, 0, 40000)
    colors = torch.diag(torch.tensor([1.0, 2.0, 3.0]))
    shifts = recolor(torch.zeros(40000, 3, 1, 1), rows, colors, 0.1).flatten(1)
    torch.testing.assert_close(shifts.std(0), torch.tensor([0.1, 0.2, 0.3]), rtol=0.03, atol=0)
    assert (shifts.mean(0).abs() < 0.005).all()
    assert torch.isfinite(recolor(torch.zeros(1, 3, 1, 1), np.zeros((1, 10)), colors, 0.1)).all()
