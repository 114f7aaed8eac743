"""From examples to batches: what is random, how images and maps move, and what does not fit."""

import numpy as np
import pytest
import torch
from feeding import MAPPED, NET, feed, maps, only, random_arrays, recipe, refused
from hypothesis import given
from hypothesis import strategies as st
from texts import network

from archspec.data import Arrays, Subset
from archspec.diagnostics import Problem
from archspec.recipes import Preparation
from archspec.training.augment import Moves
from archspec.training.draws import Draw, draws, pick
from archspec.training.feed import Feed
from archspec.training.frame import frame
from archspec.training.normalize import Normalizer

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
    images = examples.images.astype(np.float64)
    plain = (images - images.mean((0, 2, 3), keepdims=True)) / 255
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
