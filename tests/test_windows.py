"""Examples that are read one at a time: their parts, their sizes, how they are deformed, and borders."""

import os
import signal
from itertools import islice
from math import exp, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from feeding import MAPPED, NET, RAW, Listed, Read, feed, maps, only, random_arrays, recipe, refused, refused_by, sized
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy.ndimage import label, map_coordinates
from texts import network

from archspec.data import Arrays, Sample, Subset, open_data
from archspec.diagnostics import Problem, problem
from archspec.recipes import Loss
from archspec.training.borders import border
from archspec.training.draws import draws
from archspec.training.elastic import deformed, spread
from archspec.training.feed import Feed
from archspec.training.frame import frame
from archspec.training.normalize import normalizer
from archspec.training.resize import resized
from archspec.training.windows import tiles


def test_arrays_are_the_same_when_they_are_read() -> None:
    arrays, rows = maps(6, 8), draws(0, 3, 6)
    asked = recipe(pad=2, flip=True)
    for one, other in zip(
        only(feed(arrays, MAPPED, asked), rows), only(feed(Read(arrays), MAPPED, asked), rows), strict=True
    ):
        assert torch.equal(one, other)  # type: ignore[arg-type]


def test_several_processes_give_what_one_gives() -> None:
    """In two epochs, the first of which is left in the middle; and without a number of the generator of dropout."""
    examples = Listed([sized(9 + i, 12 - i, seed=i) for i in range(4)])
    order = [np.array([2, 0]), np.array([1]), np.array([3, 2])]
    asked = recipe(fit="crop", elastic=2.0, flip=True)
    made = normalizer(examples, asked.data)
    state = torch.get_rng_state()
    alone, several = (Feed(examples, network(MAPPED), asked, made, "cpu", True, workers) for workers in (0, 2))
    for epoch, count in enumerate((2, 3)):
        rows = draws(0, epoch, 4)
        pairs = list(zip(*(islice(fed.batches(order, rows), count) for fed in (alone, several)), strict=True))
        assert [len(one.labels) for one, _ in pairs] == [2, 1, 2][:count]
        for one, other in pairs:
            assert torch.equal(one.images, other.images)
            assert torch.equal(one.labels, other.labels)
    assert torch.equal(pairs[0][0].images[0], pairs[2][0].images[1])  # an example is the same in any batch
    assert torch.equal(state, torch.get_rng_state())


class Damaged(Read):
    """Examples of which one cannot be read."""

    def __getitem__(self, index: int) -> Sample:
        if index == 3:
            raise problem("E621", "c.png is damaged", "it ends too early")
        return self.arrays[index]


@pytest.mark.parametrize("workers", [0, 1])
def test_a_problem_comes_out_of_the_process_that_reads(workers: int) -> None:
    arrays = random_arrays(5, (3, 6, 5))
    asked = recipe()
    fed = Feed(Damaged(arrays), network(NET), asked, normalizer(arrays, asked.data), "cpu", True, workers)
    given = fed.batches([np.array([0, 1]), np.array([2, 3])])
    assert torch.equal(next(given).labels, torch.from_numpy(arrays.labels[:2]))
    with pytest.raises(Problem) as raised:
        next(given)
    (said,) = raised.value.diagnostics
    assert (said.code, said.message, said.found) == ("E621", "c.png is damaged", "it ends too early")


class Deadly(Read):
    """Examples of which one ends the process that reads it, as a system without memory does."""

    def __getitem__(self, index: int) -> Sample:
        if index == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__getitem__(index)


def test_a_process_that_was_ended_is_a_problem() -> None:
    arrays = random_arrays(5, (3, 6, 5))
    fed = Feed(Deadly(arrays), network(NET), recipe(), normalizer(arrays, recipe().data), "cpu", True, 1)
    with pytest.raises(Problem, match="E625: a process that reads images was ended"):
        list(fed.batches([np.array([0, 1]), np.array([2, 3])]))


def test_a_crop_is_anywhere_for_training_and_in_the_middle_for_testing() -> None:
    """Of 10x9 the map of an 8x8 input may lie at 3 x 2 places; the middle one begins at (10 - 8) // 2 + 1."""
    sample = sized(10, 9)
    fed = feed(Listed([sample] * 200), MAPPED, recipe(fit="crop", **RAW))
    found = {label.numpy().tobytes() for label in only(fed, draws(0, 0, 200)).labels}
    starts = [(top, left) for top in (1, 2, 3) for left in (1, 2)]
    assert found == {sample.label[top : top + 6, left : left + 6].astype(np.int64).tobytes() for top, left in starts}
    tested = only(feed(Listed([sample]), MAPPED, recipe(fit="crop", **RAW), training=False))
    assert np.array_equal(tested.labels[0], sample.label[2:8, 1:7])
    assert np.array_equal(tested.images[0, 0], sample.image[0, 1:9, 0:8])


def test_a_tile_is_mirrored_at_the_borders() -> None:
    """As NumPy's reflect does it, around a tile of 6x6 anywhere on the labels."""
    sample = sized(9, 7)
    around = np.pad(sample.image[0], 1, mode="reflect")
    fed = feed(Listed([sample] * 100), MAPPED, recipe(fit="mirror", **RAW))
    batch = only(fed, draws(0, 0, 100))
    found = [(image[0].tolist(), label.tolist()) for image, label in zip(batch.images, batch.labels, strict=True)]
    starts = [(top, left) for top in range(4) for left in range(2)]
    expected = [
        (around[top : top + 8, left : left + 8].tolist(), sample.label[top : top + 6, left : left + 6].tolist())
        for top, left in starts
    ]
    assert all(each in found for each in expected)
    assert all(each in expected for each in found)


@given(st.integers(1, 20), st.integers(1, 20))
def test_tiles_count_each_pixel_once(height: int, width: int) -> None:
    sample = sized(height, width)
    fed = feed(Listed([sample, sized(8, 8)]), MAPPED, recipe(fit="mirror", **RAW), training=False)
    seen = 0
    for batch in fed.batches([np.array([0])]):
        assert len(batch.labels) == 1  # as many at a time as examples were asked for
        counted = batch.labels[0] != 255
        assert torch.equal(batch.labels[0][counted], batch.images[0, 0, 1:7, 1:7][counted].long())
        seen += int(counted.sum())
    assert seen == height * width


def test_tiles_lie_side_by_side_and_the_last_one_ends_with_the_image() -> None:
    assert tiles(6, 6) == [(0, 0)]
    assert tiles(14, 6) == [(0, 0), (6, 0), (8, 4)]
    assert tiles(4, 6) == [(0, 0)]


def test_what_is_padded_is_zero_and_does_not_count() -> None:
    sample = sized(5, 7)
    examples = Listed([sample, sized(8, 8, 1)])
    asked = recipe(fit="ignore", center=(1.0,), scale="none")
    batch = only(feed(examples, MAPPED, asked, training=False))
    expected = np.zeros((8, 8))
    expected[:5, :7] = sample.image[0].astype(float) - 1
    assert np.array_equal(batch.images[0, 0], expected)
    labels = np.full((8, 8), 255)
    labels[:5, :7] = sample.label
    assert np.array_equal(batch.labels[0], labels[1:7, 1:7])


def test_the_smaller_side_is_scaled_as_pillow_does_it() -> None:
    sample = sized(20, 31)
    found = resized("it", sample, 10, None)
    assert found.image.shape == (1, 10, 16)  # 31 x 10 / 20 = 15.5, to the even neighbour
    picture = Image.fromarray(sample.image[0])
    assert np.array_equal(found.image[0], picture.resize((16, 10), Image.Resampling.BILINEAR))
    assert np.array_equal(found.label, picture.resize((16, 10), Image.Resampling.NEAREST))
    assert {resized("it", sample, (10, 12), row).image.shape[1] for row in draws(0, 0, 50)} == {10, 11, 12}
    assert resized("it", sample, (256, 512), None).image.shape[1] == 384  # Simonyan & Zisserman 2015, section 3.2


# Elastic deformations


def test_displacements_are_those_of_a_bicubic_spline() -> None:
    coarse = np.random.default_rng(0).normal(size=(2, 3, 3))
    places = np.meshgrid(np.linspace(0, 2, 11), np.linspace(0, 2, 7), indexing="ij")
    expected = [map_coordinates(each, places, order=3, mode="mirror") for each in coarse]
    found = spread(coarse, (11, 7))
    np.testing.assert_allclose(found, expected, atol=1e-12)
    np.testing.assert_allclose(found[:, ::5, ::3], coarse, atol=1e-12)  # the grid's points keep their own


def test_images_and_labels_are_deformed_alike() -> None:
    """An image that is nearly flat moves with its labels; nothing is displaced where the deviation is tiny."""
    sample = sized(12, 12)
    (row,) = draws(0, 0, 1)
    still = deformed(sample, 1e-6, row)
    assert np.array_equal(still.image, sample.image)
    assert np.array_equal(still.label, sample.label)
    large = np.kron(sample.image[0], np.ones((8, 8), np.uint8))[None]
    moved = deformed(Sample(large, large[0]), 4.0, row)
    assert (moved.image[0] == moved.label).mean() > 0.75  # all but the edges of the squares
    assert (moved.label != large[0]).mean() > 0.2


def test_displacements_have_the_deviation_that_is_asked_for() -> None:
    """Displacements of 3 pixels move an even slope of 1 by as much, and its middle pixel is a point of the grid."""
    slope = np.tile(np.arange(101, dtype=np.float32), (101, 1))
    found = [deformed(Sample(slope[None], np.array(0)), 3.0, row).image[0, 50, 50] - 50 for row in draws(0, 0, 300)]
    assert np.std(found) == pytest.approx(3.0, rel=0.12)  # three standard deviations of that of 300
    assert abs(np.mean(found)) < 0.6


# Borders


def test_the_weight_between_two_squares_is_that_of_equation_2() -> None:
    """Squares of 2x2 three columns apart: 1 + 10 exp(-(d1 + d2)^2 / 50)."""
    labels = np.zeros((8, 9), np.uint8)
    labels[3:5, 1:3] = labels[3:5, 6:8] = 1
    found = border(labels, Loss(border=10, border_sigma=5))
    assert found[3, 3] == pytest.approx(1 + 10 * exp(-((1 + 3) ** 2) / 50))
    assert found[4, 4] == pytest.approx(1 + 10 * exp(-((2 + 2) ** 2) / 50))
    assert found[3, 2] == pytest.approx(1 + 10 * exp(-((0 + 4) ** 2) / 50))
    assert found[1, 4] == pytest.approx(1 + 10 * exp(-((2 * sqrt(2**2 + 2**2)) ** 2) / 50))
    assert found[7, 0] == pytest.approx(1 + 10 * exp(-((sqrt(3**2 + 1) + sqrt(3**2 + 6**2)) ** 2) / 50))


def test_one_object_has_no_border() -> None:
    labels = np.zeros((8, 9), np.uint8)
    labels[2:4, 2:4] = 1
    labels[5:, :] = 255
    assert (border(labels, Loss(border=10)) == 1).all()


@given(st.integers(0, 200), st.floats(0.3, 3), st.floats(0.1, 20))
def test_borders_are_those_of_all_distances(seed: int, sigma: float, most: float) -> None:
    """Against the distances from every pixel to every pixel of every object."""
    chance = np.random.default_rng(seed)
    labels = chance.choice([0, 0, 0, 0, 0, 0, 1, 2], (12, 15))
    first = second = np.full(labels.shape, np.inf)
    y, x = np.indices(labels.shape)
    for kind in (1, 2):
        parts, count = label(labels == kind)
        for number in range(1, count + 1):
            rows, columns = np.nonzero(parts == number)
            distance = np.sqrt((y[..., None] - rows) ** 2 + (x[..., None] - columns) ** 2).min(-1)
            first, second = np.minimum(first, distance), np.minimum(second, np.maximum(first, distance))
    expected = 1 + most * np.exp(-((first + second) ** 2) / (2 * sigma**2))
    np.testing.assert_allclose(border(labels, Loss(border=most, border_sigma=sigma)), expected, rtol=2e-7)


@pytest.mark.parametrize("kept", [Arrays, Read])
def test_borders_take_objects_beyond_the_network_s_map_into_account(kept: Any) -> None:
    images, labels = np.zeros((2, 1, 8, 8), np.uint8), np.zeros((2, 8, 8), np.uint8)
    labels[:, 0, :], labels[:, 7, :] = 1, 1
    arrays = Arrays(images, labels)
    asked = recipe().model_copy(update={"loss": Loss(border=5)})
    batch = only(feed(arrays if kept is Arrays else Read(arrays), MAPPED, asked, training=False))
    assert batch.weights is not None
    np.testing.assert_allclose(batch.weights, 1 + 5 * exp(-(7**2) / 50), rtol=1e-6)
    assert "the recipe makes others" in refused_by(maps(2, 8), MAPPED, asked)


def test_the_image_that_does_not_fit_is_named(tmp_path: Path) -> None:
    asked, text = recipe(), "net small\ninput 8x8 gray\nFC-2\n"
    for name, size in (("train/a/1", 8), ("train/b/2", 8), ("train/b/3", 9), ("test/a/4", 8)):
        path = tmp_path / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.zeros((size, 8), np.uint8)).save(path)
    examples = open_data(f"folder:{tmp_path}", frame(network(text)).wanted).train
    fed = feed(Subset(examples, [1, 2]), text, asked)
    with pytest.raises(Problem, match=r"E622: \S+/train/b/3.png has another size than the network's input"):
        only(fed)


def test_what_a_fit_cannot_take_says_what_would() -> None:
    assert "the input is 8x8 (`--input 9x8` has the network take it, or `resize`" in refused(
        Listed([sized(9, 8)]), MAPPED, fit="ignore"
    )
    assert "or `resize = 8`" in refused(Listed([sized(9, 7)]), MAPPED, fit="crop")
    assert "it gives one class for an image" in refused(random_arrays(2, (3, 6, 5)), NET, fit="mirror")
    assert "6x6, not 8x8 (`elastic` and `resize`" in refused(maps(2, 6), MAPPED, elastic=1.0)
    assert "the training images are of several sizes" in refused(
        Listed([sized(8, 8), sized(8, 9)]), MAPPED, center="pixel", fit="crop"
    )
