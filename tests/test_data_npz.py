"""Files of NumPy's arrays: what is taken, and what is said of arrays that are no images or no labels."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib import format as npy

from archspec.data import Arrays, Wanted, open_data
from archspec.diagnostics import Diagnostic, Problem

RGB = Wanted((3, 4, 5), 10)
MAPS = Wanted((1, 4, 5), 3, (2, 3))
RANDOM = np.random.default_rng(0)


def images(count: int, *shape: int) -> np.ndarray[Any, Any]:
    return RANDOM.integers(0, 256, (count, *shape), np.uint8)


HELD = {
    "x_train": images(12, 3, 4, 5),
    "y_train": np.arange(12) % 10,
    "x_test": images(3, 3, 4, 5),
    "y_test": np.arange(3),
}
MAPPED = {
    "x_train": images(6, 4, 5),
    "y_train": np.where(images(6, 4, 5) % 4 == 3, 255, images(6, 4, 5) % 3),
    "x_test": images(2, 4, 5),
    "y_test": images(2, 4, 5) % 3,
    "w_train": RANDOM.random((6, 4, 5)),
}


def written(root: Path, **changed: Any) -> Path:
    """A file with the arrays of `HELD`; None leaves one out."""
    arrays = {name: array for name, array in {**HELD, **changed}.items() if array is not None}
    np.savez(root / "set.npz", allow_pickle=True, **arrays)
    return root / "set.npz"


def refused(path: Path, wanted: Wanted = RGB) -> Diagnostic:
    with pytest.raises(Problem) as raised:
        open_data(str(path), wanted)
    return raised.value.diagnostics[0]


@pytest.mark.parametrize("name", ["{}", "npz:{}"])
def test_arrays_are_taken_as_they_are(name: str, tmp_path: Path) -> None:
    data = open_data(name.format(written(tmp_path)), RGB)
    for part, split in ((data.train, "train"), (data.test, "test")):
        assert isinstance(part, Arrays)
        assert part.images.dtype == np.uint8
        assert (part.images == HELD[f"x_{split}"]).all()
        assert (part.labels == HELD[f"y_{split}"]).all()
        assert part.weights is None
    assert data.classes == ()
    assert data.name == name.format(tmp_path / "set.npz")


def test_maps_gray_images_and_weights(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "set.npz", **MAPPED)
    data = open_data(str(tmp_path / "set.npz"), MAPS)
    image, label, weight = data.train[4]
    assert weight is not None
    assert (image == MAPPED["x_train"][4][None]).all()
    assert (label == MAPPED["y_train"][4]).all()
    assert (label == 255).any()
    assert weight.dtype == np.float32
    assert np.allclose(weight, MAPPED["w_train"][4])
    assert data.test[0].weight is None


@pytest.mark.parametrize("type", [np.float32, np.float64])
def test_real_numbers_become_float32(type: Any, tmp_path: Path) -> None:
    real = RANDOM.standard_normal((12, 3, 4, 5)).astype(type)
    image = open_data(str(written(tmp_path, x_train=real)), RGB).train[7].image
    assert image.dtype == np.float32
    assert (image == real[7].astype(np.float32)).all()


def test_the_digest_is_of_what_it_holds(tmp_path: Path) -> None:
    first = open_data(str(written(tmp_path)), RGB).digest
    np.savez_compressed(tmp_path / "set.npz", **dict(reversed(HELD.items())))
    assert open_data(str(tmp_path / "set.npz"), RGB).digest == first
    other = HELD["x_test"].copy()
    other[2, 0, 0, 0] ^= 1
    assert open_data(str(written(tmp_path, x_test=other)), RGB).digest != first


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"x_test": None, "y_test": None}, "found x_train, y_train; expected x_test, y_test too"),
    ({"y_train": np.arange(11)}, "y_train is 11 for 12x3x4x5 images, expected 12 or 12x4x5"),
    ({"y_train": np.zeros((12, 1), int)}, "y_train is 12x1 for 12x3x4x5 images"),
    ({"y_train": np.zeros(12)}, "y_train is of float64, expected integers"),
    ({"y_train": np.zeros(12, bool)}, "y_train is of bool, expected integers"),
    ({"y_test": np.array([0, -1, 2])}, "y_test holds -1, expected numbers from 0 on"),
    ({"x_train": np.zeros((12, 60), np.uint8)}, "x_train is 12x60, expected N x C x H x W"),
    ({"x_train": np.uint8(3)}, "x_train is one number"),
    ({"x_train": np.zeros((0, 3, 4, 5), np.uint8), "y_train": np.zeros(0, int)}, "x_train is 0x3x4x5"),
    ({"x_train": np.zeros((12, 3, 4, 5), np.int64)}, "x_train is of int64, expected uint8, float32 or float64"),
    ({"x_train": np.full((12, 3, 4, 5), np.nan)}, "x_train holds numbers that are not finite"),
    ({"x_train": np.full((12, 3, 4, 5), 1e300)}, "x_train holds numbers that are not finite"),
    ({"x_train": np.array([None] * 12)}, "x_train holds pickled objects"),
    ({"w_test": np.ones((3, 4, 5))}, "w_test is 3x4x5 for 3 labels"),
]


@pytest.mark.parametrize(("changed", "found"), WRONG)
def test_arrays_that_are_no_images_are_named(changed: dict[str, Any], found: str, tmp_path: Path) -> None:
    said = refused(written(tmp_path, **changed))
    assert said.code == "E621"
    assert found in said.found
    assert str(tmp_path / "set.npz") in said.message


def test_weights_are_as_many_as_pixels(tmp_path: Path) -> None:
    np.savez(tmp_path / "set.npz", **MAPPED | {"w_train": np.ones((6, 4, 4))})
    assert "w_train is 6x4x4 for 6x4x5 labels" in refused(tmp_path / "set.npz", MAPS).found
    np.savez(tmp_path / "set.npz", **MAPPED | {"w_train": np.ones((6, 4, 5), np.uint8)})
    assert refused(tmp_path / "set.npz", MAPS).found == "w_train is of uint8, expected float32 or float64"


MISFITS: list[tuple[dict[str, Any], Wanted, tuple[str, str]]] = [
    (HELD, Wanted((1, 4, 5), 10), ("3 channels", "has 1")),
    (HELD, Wanted((3, 4, 5), 9), ("class 9", "0 to 8")),
    (HELD, Wanted((3, 4, 5), 10, (4, 5)), ("one class for each image", "a class for each pixel")),
    (MAPPED, Wanted((1, 4, 5), 3), ("a class for each pixel", "one class for each image")),
    (MAPPED, Wanted((1, 4, 5), 2, (4, 5)), ("class 2", "0 to 1")),
    (HELD | {"x_train": images(12, 4, 5, 3)}, RGB, ("12x4x5x3", "C = 3")),
]


@pytest.mark.parametrize(("held", "wanted", "values"), MISFITS)
def test_another_network_is_refused_with_both_values(
    held: dict[str, Any], wanted: Wanted, values: tuple[str, str], tmp_path: Path
) -> None:
    np.savez(tmp_path / "set.npz", **held)
    said = refused(tmp_path / "set.npz", wanted)
    assert said.code == "E622"
    assert all(value in said.found for value in values)


def test_channels_behind_are_told_how_to_come_forward(tmp_path: Path) -> None:
    assert "x_train.transpose(0, 3, 1, 2)" in refused(written(tmp_path, x_train=images(12, 4, 5, 3))).help


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    said = refused(tmp_path / "none.npz")
    assert said.code == "E620"
    assert "numpy.savez" in said.help


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\x05\x06" + bytes(18), b"PK\x03\x04"])
def test_what_is_no_archive(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "set.npz").write_bytes(data)
    assert refused(tmp_path / "set.npz").code == "E621"


@given(st.data())
@settings(max_examples=150)
def test_a_file_cut_anywhere_is_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = written(tmp_path_factory.mktemp("cut"))
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    assert refused(path).code == "E621"


@given(st.data())
@settings(max_examples=300)
def test_a_changed_byte_is_found_or_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = written(tmp_path_factory.mktemp("changed"))
    digest, whole = open_data(str(path), RGB).digest, bytearray(path.read_bytes())
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(whole)
    try:
        found = open_data(str(path), RGB).digest
    except Problem as problem:
        found = problem.diagnostics[0].code
    assert found in (digest, "E621")


def test_room_is_asked_for_before_it_is_taken(tmp_path: Path) -> None:
    """A header of 64 GB, and the zeros for it: 64 MB packed would be too slow to write here, so few of them."""
    shape = (2**20, 1, 256, 256)
    header = io.BytesIO()
    npy.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": shape})
    with zipfile.ZipFile(tmp_path / "set.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x_train.npy", header.getvalue() + bytes(100))
        for name in ("y_train", "x_test", "y_test"):
            archive.writestr(f"{name}.npy", header.getvalue())
    said = refused(tmp_path / "set.npz")
    assert said.code == "E621"
    assert "x_train has 100 bytes, expected 68,719,476,736" in said.found


def test_arrays_larger_than_the_memory_are_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path)
    total = sum(array.nbytes for array in HELD.values())
    monkeypatch.setattr("archspec.data.npz.LARGEST", total - 1)
    assert refused(path).code == "E501"
    monkeypatch.setattr("archspec.data.npz.LARGEST", total)
    open_data(str(path), RGB)
