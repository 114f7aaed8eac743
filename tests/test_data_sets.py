"""Sets that need no files: scikit-learn's digits, and images made up from the seed."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

from archspec.data import SETS, Arrays, DataSet, Examples, Subset, Wanted, open_data
from archspec.diagnostics import Diagnostic, Problem

GRAY = Wanted((1, 8, 8), 10)


def refused(asked: str, wanted: Wanted) -> Diagnostic:
    """What is said of a set that is not opened."""
    with pytest.raises(Problem) as raised:
        open_data(asked, wanted)
    return raised.value.diagnostics[0]


def arrays(examples: Examples) -> tuple[np.ndarray, np.ndarray]:
    """All images and labels."""
    samples = [examples[index] for index in range(len(examples))]
    return np.stack([sample.image for sample in samples]), np.stack([sample.label for sample in samples])


def test_digits_are_those_of_scikit_learn_each_once() -> None:
    digits = open_data("digits", GRAY)
    assert (len(digits.train), len(digits.test)) == (1437, 360)
    images, labels = (np.concatenate(parts) for parts in zip(arrays(digits.train), arrays(digits.test), strict=True))
    assert images.dtype == np.uint8
    shades = np.round(images[:, 0].astype(float) / 255 * 16)
    known = load_digits()
    ours = sorted((*image.ravel(), label) for image, label in zip(shades, labels, strict=True))
    assert ours == sorted((*image.ravel(), label) for image, label in zip(known.images, known.target, strict=True))


def test_digits_are_split_the_same_way_for_every_seed_and_size() -> None:
    digits, again = open_data("digits", GRAY, seed=0), open_data("digits", GRAY, seed=1)
    large = open_data("digits:16x24", Wanted((1, 16, 24), 10))
    assert digits.digest == again.digest != large.digest
    assert (arrays(digits.train)[1] == arrays(large.train)[1]).all()
    order = np.random.RandomState(0).permutation(1797)  # the split whose errors were measured
    assert (arrays(digits.test)[1] == load_digits().target[order[1437:]]).all()


@pytest.mark.parametrize("size", [(8, 8), (16, 16), (32, 20), (33, 64)])
def test_digits_are_enlarged_bilinearly(size: tuple[int, int]) -> None:
    height, width = size
    digits = open_data(f"digits:{height}x{width}x3", Wanted((3, height, width), 10))
    small = torch.from_numpy(load_digits().images[np.random.RandomState(0).permutation(1797)[1437:]])[:, None]
    expected = torch.nn.functional.interpolate(small, size, mode="bilinear", align_corners=False) * 255 / 16
    images = arrays(digits.test)[0]
    assert images.shape == (360, 3, height, width)
    assert abs(images - expected.numpy()).max() <= 0.5 + 1e-4  # rounded to whole numbers


def test_digits_of_another_size_are_told_both_ways_out() -> None:
    said = refused("digits", Wanted((3, 32, 32), 10))
    assert said.code == "E622"
    assert "8x8x1" in said.found
    assert "32x32x3" in said.found
    assert "--data digits:32x32x3" in said.help
    assert "--input 8x8x1" in said.help


@pytest.mark.parametrize("rest", ["7x8", "8", "8x8x2", "257x257", "x", "8x8x1x1", "-8x8", "8x8 "])
def test_a_size_that_is_none_is_refused(rest: str) -> None:
    assert refused(f"digits:{rest}", GRAY).code == "E602"


@pytest.mark.parametrize(
    ("asked", "wanted", "values"),
    [
        ("digits:8x8x3", Wanted((1, 8, 8), 10), ("3 channels", "1")),
        ("digits", Wanted((1, 8, 8), 7), ("10 classes", "7")),
        ("digits", Wanted((1, 8, 8), 10, (8, 8)), ("one class for each image", "a class for each pixel")),
    ],
)
def test_digits_for_another_network_are_refused_with_both_values(
    asked: str, wanted: Wanted, values: tuple[str, ...]
) -> None:
    said = refused(asked, wanted)
    assert said.code == "E622"
    assert all(value in said.found for value in values)


def test_an_unknown_set_is_named_with_the_nearest() -> None:
    assert refused("cifar1", GRAY).code == "E602"
    assert "cifar10" in refused("cifar1", GRAY).help
    assert all(name in refused("imagenet", GRAY).help for name in SETS)


@pytest.mark.parametrize("rest", ["0", "-1", "many", "1e3", "10000001", "9" * 5000, "²"])
def test_a_number_of_examples_that_is_none_is_refused(rest: str) -> None:
    assert refused(f"synthetic:{rest}", GRAY).code == "E602"


MAPS = Wanted((3, 40, 56), 5, (40, 56))


@given(st.integers(-(2**63), 2**64), st.sampled_from([GRAY, MAPS, Wanted((3, 3, 2), 2)]), st.integers(0, 99))
def test_made_up_examples_are_functions_of_seed_and_index(seed: int, wanted: Wanted, index: int) -> None:
    one, other = (open_data("synthetic:100", wanted, seed) for _ in range(2))
    other.train[(index + 7) % 100]  # what is read before changes nothing
    assert (one.train[index].image == other.train[index].image).all()
    assert (one.train[index].label == other.train[index].label).all()
    assert one.digest == other.digest
    assert one.train[index].image.dtype == np.uint8
    assert one.train[index].image.shape == wanted.input
    assert one.train[index].label.shape == (wanted.input[1:] if wanted.map else ())
    assert 0 <= one.train[index].label.min() <= one.train[index].label.max() < wanted.classes


def test_made_up_examples_differ_in_every_way() -> None:
    def images(data: DataSet) -> list[bytes]:
        return [part[index].image.tobytes() for part in (data.train, data.test) for index in range(25)]

    asked = [("synthetic:100", 0), ("synthetic:100", 1)]
    seen = [image for name, seed in asked for image in images(open_data(name, GRAY, seed))]
    assert len(set(seen)) == len(seen)
    digests = {open_data(name, GRAY, seed).digest for name, seed in [*asked, ("synthetic:101", 0)]}
    assert len(digests) == 3


def test_made_up_classes_are_learnt_and_balanced() -> None:
    data = open_data("synthetic:200", GRAY, seed=3)
    images, labels = arrays(data.train)
    assert (np.bincount(labels) == 20).all()
    model = LogisticRegression(max_iter=200).fit(images.reshape(200, -1) / 255, labels)
    unseen, truth = arrays(data.test)
    assert model.score(unseen.reshape(len(unseen), -1) / 255, truth) >= 0.95


def test_made_up_maps_are_learnt_pixel_by_pixel() -> None:
    data = open_data("synthetic:8", MAPS, seed=3)
    images, labels = arrays(data.train)
    pixels = images.transpose(0, 2, 3, 1).reshape(-1, 3)
    means = np.stack([pixels[labels.ravel() == label].mean(0) for label in range(5)])
    assert min(abs(one - other).max() for one, other in combinations(means, 2)) > 20  # no two classes of a colour
    assert len(np.unique(labels)) == 5
    assert 0.2 < (labels == 0).mean() < 0.95


def test_a_large_made_up_set_takes_no_room() -> None:
    data = open_data("synthetic:10000000", Wanted((3, 224, 224), 1000))
    assert len(data.train) == 10_000_000
    assert data.train[9_999_999].image.shape == (3, 224, 224)


def test_some_of_the_examples() -> None:
    held = Arrays(np.arange(5)[:, None, None, None], np.arange(5), np.arange(5)[:, None, None])
    some = Subset(held, [4, 2])
    assert len(some) == 2
    assert [int(some[index].label) for index in range(2)] == [4, 2]
    assert some[0].weight is not None
    assert Arrays(held.images, held.labels)[0].weight is None


PAGE = (Path(__file__).parents[1] / "docs" / "data.md").read_text()


@pytest.mark.parametrize("text", re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
def test_the_examples_of_the_page_run(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(text, {})
    for path in tmp_path.glob("*.npz"):
        open_data(path.name, Wanted((3, 32, 32), 10))


def test_the_page_has_every_set() -> None:
    assert all(f"`{name}" in PAGE for name in SETS)
