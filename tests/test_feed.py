"""From examples to batches: what is random, what is subtracted, how images move, and what does not fit."""

from math import exp, sqrt
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import label, map_coordinates
from texts import network

from archspec.data import Arrays, Examples, Sample, Subset
from archspec.diagnostics import Problem, problem
from archspec.recipes import Loss, Optimizer, Preparation, Recipe
from archspec.training.augment import Moves, recolor
from archspec.training.batch import Batch
from archspec.training.borders import border
from archspec.training.draws import Draw, draws, pick
from archspec.training.elastic import deformed, spread
from archspec.training.feed import Feed
from archspec.training.frame import frame
from archspec.training.normalize import Normalizer, normalizer
from archspec.training.resize import resized
from archspec.training.windows import tiles

NET = "net small\ninput 6x5 RGB\nconv3-4 relu\nFC-3\n"
MAPPED = "net mapped\ninput 8x8 gray\nconv3-4(pad=0) relu\nconv1-3\n"
"""Gives a map of 6x6, which lies one pixel into the input on each side."""


def recipe(**preparation: Any) -> Recipe:
    return Recipe(epochs=1, batch=4, optimizer=Optimizer(rate=0.1), data=Preparation(**preparation))


def random_arrays(count: int, shape: tuple[int, ...], classes: int = 3, seed: int = 0) -> Arrays:
    chance = np.random.default_rng(seed)
    images = chance.integers(0, 256, (count, *shape), np.uint8)
    return Arrays(images, chance.integers(0, classes, count))


def feed(examples: Examples, text: str, asked: Recipe, training: bool = True) -> Feed:
    return Feed(examples, network(text), asked, normalizer(examples, asked.data), "cpu", training)


def only(fed: Feed, rows: NDArray[np.float64] | None = None) -> Batch:
    (batch,) = fed.batches([np.arange(len(fed))], rows)
    return batch


# Draws


def test_draws_are_a_function_of_seed_and_epoch() -> None:
    first = draws(3, 5, 100)
    assert np.array_equal(first, draws(3, 5, 100))
    assert not np.isin(first, draws(3, 6, 100)).any()
    assert not np.isin(first, draws(5, 3, 100)).any()
    assert first.dtype == np.float64
    assert ((first >= 0) & (first < 1)).all()


def test_an_example_has_the_same_draws_among_more_examples() -> None:
    assert np.array_equal(draws(1, 2, 30), draws(1, 2, 50)[:30])


def test_all_choices_are_as_likely() -> None:
    chosen = pick(draws(0, 0, 9000)[:, Draw.TOP], 9)
    found, counts = np.unique(chosen, return_counts=True)
    assert found.tolist() == list(range(9))
    assert (np.abs(counts - 1000) < 5 * np.sqrt(1000 * 8 / 9)).all()  # five standard deviations of a binomial


def test_the_largest_draw_is_still_a_choice() -> None:
    largest = np.array([1 - 2.0**-53])
    assert all(pick(largest, choices) == choices - 1 for choices in range(1, 1000))


# Normalizer


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


class Read:
    """Examples that are read one at a time."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays

    def __len__(self) -> int:
        return len(self.arrays)

    def __getitem__(self, index: int) -> Any:
        return self.arrays[index]


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


# Moves


@given(st.integers(0, 3), st.booleans(), st.integers(0, 99), st.integers(1, 4), st.integers(1, 5))
def test_images_are_cut_and_mirrored_as_one_by_one(pad: int, flip: bool, seed: int, height: int, width: int) -> None:
    rows = draws(seed, 0, 5)
    images = torch.randn(5, 2, height, width, generator=torch.Generator().manual_seed(seed))
    expected = []
    for image, row in zip(images.numpy(), rows, strict=True):
        padded = np.pad(image, ((0, 0), (pad, pad), (pad, pad)), constant_values=9)
        if flip and row[Draw.FLIP] >= 0.5:
            padded = padded[:, :, ::-1]
        top, left = int(row[Draw.TOP] * (2 * pad + 1)), int(row[Draw.LEFT] * (2 * pad + 1))
        expected.append(padded[:, top : top + height, left : left + width])
    moves = Moves(rows, Preparation(pad=pad, flip=flip), torch.device("cpu"))
    assert np.array_equal(moves.move(images, 9).numpy(), np.stack(expected))


def test_padding_is_zero_after_the_mean_is_subtracted() -> None:
    """He et al. pad what is already centred: an image of the mean alone stays all zero wherever it is cut."""
    images = np.full((8, 3, 6, 5), 200, np.uint8)
    fed = feed(Arrays(images, np.zeros(8, np.int64)), NET, recipe(center="channel", scale="none", pad=4))
    assert not only(fed, draws(0, 0, 8)).images.any()


def test_what_is_not_for_training_is_not_changed() -> None:
    examples = random_arrays(9, (3, 6, 5))
    asked = recipe(pad=2, flip=True, color=0.1)
    plain = (whole(examples) - whole(examples).mean((0, 2, 3), keepdims=True)) / 255
    for fed, rows in ((feed(examples, NET, asked), None), (feed(examples, NET, asked, False), draws(0, 0, 9))):
        np.testing.assert_allclose(only(fed, rows).images, plain, atol=1e-6)


def test_a_batch_does_not_depend_on_the_other_examples_of_it() -> None:
    examples, rows = random_arrays(10, (3, 6, 5)), draws(7, 1, 10)
    fed = feed(examples, NET, recipe(pad=2, flip=True, color=0.1))
    together = only(fed, rows)
    apart = list(fed.batches([np.array([8, 3]), np.array([0])], rows))
    # a product of matrices may round otherwise for another number of rows
    torch.testing.assert_close(apart[0].images, together.images[[8, 3]], rtol=0, atol=1e-6)
    assert apart[0].labels.tolist() == examples.labels[[8, 3]].tolist()
    assert [len(batch.images) for batch in apart] == [2, 1]


def test_part_of_the_arrays_is_in_memory_too() -> None:
    examples = random_arrays(10, (3, 6, 5))
    fed = feed(Subset(examples, [7, 2]), NET, recipe(center="none", scale="none"), training=False)
    assert np.array_equal(only(fed).images.numpy(), examples.images[[7, 2]])
    assert only(fed).labels.tolist() == examples.labels[[7, 2]].tolist()


# Maps


def maps(count: int, size: int, seed: int = 0) -> Arrays:
    chance = np.random.default_rng(seed)
    images = chance.integers(0, 256, (count, 1, 8, 8), np.uint8)
    labels = chance.choice([0, 1, 2, 255], (count, size, size)).astype(np.uint8)
    return Arrays(images, labels, chance.random((count, size, size), np.float32))


def test_a_map_lies_where_its_windows_are() -> None:
    found = frame(network(MAPPED))
    assert (found.map, found.offset, found.centered) == ((6, 6), (1, 1), True)
    assert frame(network("net a\ninput 8x8 gray\nconv3-2\navgpool(global)\n")).map is None


def test_labels_of_all_pixels_are_cut_where_the_map_lies() -> None:
    examples = maps(4, 8)
    batch = only(feed(examples, MAPPED, recipe(), training=False))
    assert batch.weights is not None
    assert np.array_equal(batch.labels.numpy(), examples.labels[:, 1:7, 1:7])
    assert np.array_equal(batch.weights.numpy(), np.asarray(examples.weights)[:, 1:7, 1:7])
    assert batch.labels.dtype == torch.int64


def test_labels_move_as_their_pixels_do() -> None:
    """Labels that repeat the image, cut to the map, still do after both were moved; what was outside is ignored."""
    images = np.random.default_rng(2).integers(0, 3, (16, 1, 8, 8), np.uint8)
    fed = feed(Arrays(images, images[:, 0]), MAPPED, recipe(center="none", scale="none", pad=2, flip=True))
    batch = only(fed, draws(0, 0, 16))
    counted = batch.labels != 255
    assert torch.equal(batch.labels[counted], batch.images[:, 0, 1:7, 1:7].long()[counted])
    assert 0.4 < counted.float().mean() < 0.9


# What does not fit


def refused(examples: Examples, text: str, **preparation: Any) -> str:
    return refused_by(examples, text, recipe(**preparation))


def refused_by(examples: Examples, text: str, asked: Recipe) -> str:
    with pytest.raises(Problem) as raised:
        feed(examples, text, asked)
    (said,) = raised.value.diagnostics
    assert said.code == "E622"
    return f"{said.message}: {said.found} ({said.help})"


def test_what_does_not_fit_says_both_sides() -> None:
    assert "it is 8x8, the input is 6x5 (`--input 8x8` has" in refused(random_arrays(2, (3, 8, 8)), NET)
    assert "have 1 channel, the network's input has 3" in refused(random_arrays(2, (1, 6, 5)), NET)
    assert "class 9, the network gives classes 0 to 2" in refused(random_arrays(50, (3, 6, 5), classes=10), NET)
    assert "one class for each image, the network gives a class for each" in refused(
        random_arrays(2, (1, 8, 8)), MAPPED
    )
    assert "7x7, where 6x6 or 8x8 fits" in refused(maps(2, 7), MAPPED)
    assert "2 numbers, 3 channels" in refused(random_arrays(2, (3, 6, 5)), NET, center=(1.0, 2.0))
    assert "no training images" in refused(random_arrays(0, (3, 6, 5)), NET)


def test_a_class_between_the_known_and_the_ignored_is_refused() -> None:
    examples = maps(2, 6)
    examples.labels[1, 2, 3] = 254
    assert "class 254, the network gives classes 0 to 2" in refused(examples, MAPPED)


def test_a_mean_image_needs_images_of_the_input_s_size() -> None:
    made = Normalizer(np.zeros((3, 4, 4), np.float32), np.ones((3, 1, 1), np.float32), np.zeros((3, 3), np.float32))
    with pytest.raises(Problem, match="E622: the mean image"):
        Feed(random_arrays(2, (3, 6, 5)), network(NET), recipe(), made, "cpu", False)


def test_a_map_that_lies_to_one_side_is_not_mirrored() -> None:
    aside = "net aside\ninput 8x8 gray\nconv3-4(pad=0) relu\npad(sides=(0, 0, 0, 2)) conv1-3\n"
    assert not frame(network(aside)).centered
    assert "does not lie in the middle" in refused(maps(2, 8), aside, flip=True)


# Examples that are read


def sized(height: int, width: int, seed: int = 0) -> Sample:
    """A gray image whose label at each pixel is its value, from 0 to 2."""
    image = np.random.default_rng(seed).integers(0, 3, (1, height, width), np.uint8)
    return Sample(image, image[0])


class Listed(list[Sample]):
    """Examples of several sizes."""


RAW = {"center": "none", "scale": "none"}


def test_arrays_are_the_same_when_they_are_read() -> None:
    arrays, rows = maps(6, 8), draws(0, 3, 6)
    asked = recipe(pad=2, flip=True)
    for one, other in zip(
        only(feed(arrays, MAPPED, asked), rows), only(feed(Read(arrays), MAPPED, asked), rows), strict=True
    ):
        assert torch.equal(one, other)  # type: ignore[arg-type]


def test_several_processes_give_what_one_gives() -> None:
    examples, rows = Listed([sized(9 + i, 12 - i, seed=i) for i in range(4)]), draws(0, 0, 4)
    order = [np.array([2, 0]), np.array([1]), np.array([3, 2])]
    asked = recipe(fit="crop", elastic=2.0, flip=True)
    made = normalizer(examples, asked.data)
    state = torch.get_rng_state()
    alone, several = (
        list(Feed(examples, network(MAPPED), asked, made, "cpu", True, workers).batches(order, rows))
        for workers in (0, 2)
    )
    assert torch.equal(state, torch.get_rng_state())
    assert [len(batch.labels) for batch in alone] == [2, 1, 2]
    for one, other in zip(alone, several, strict=True):
        assert torch.equal(one.images, other.images)
        assert torch.equal(one.labels, other.labels)
    assert torch.equal(alone[0].images[0], alone[2].images[1])  # an example is the same in any batch


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
    found = resized(sample, 10, None)
    assert found.image.shape == (1, 10, 16)  # 31 x 10 / 20 = 15.5, to the even neighbour
    picture = Image.fromarray(sample.image[0])
    assert np.array_equal(found.image[0], picture.resize((16, 10), Image.Resampling.BILINEAR))
    assert np.array_equal(found.label, picture.resize((16, 10), Image.Resampling.NEAREST))
    assert {resized(sample, (10, 12), row).image.shape[1] for row in draws(0, 0, 50)} == {10, 11, 12}
    assert resized(sample, (256, 512), None).image.shape[1] == 384  # Simonyan & Zisserman 2015, section 3.2


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


def test_what_a_fit_cannot_take_says_what_would() -> None:
    assert "the input is 8x8 (`--input 9x8` has the network take it, or `resize`" in refused(
        Listed([sized(9, 8)]), MAPPED, fit="ignore"
    )
    assert "or `resize = 8`" in refused(Listed([sized(9, 7)]), MAPPED, fit="crop")
    assert "it gives one class for an image" in refused(random_arrays(2, (3, 6, 5)), NET, fit="mirror")
    assert "6x6, the image is 8x8 (`elastic` and `resize`" in refused(maps(2, 6), MAPPED, elastic=1.0)
    assert "the training images are of several sizes" in refused(
        Listed([sized(8, 8), sized(8, 9)]), MAPPED, center="pixel", fit="crop"
    )
