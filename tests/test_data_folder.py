"""Images in folders: what is read, in which order, and what is said of damaged files and of others."""

import io
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from archspec.data import DataSet, Wanted, open_data
from archspec.data.images import LARGEST, channels
from archspec.diagnostics import Diagnostic, Problem

RANDOM = np.random.default_rng(0)
RGB, GRAY = Wanted((3, 8, 8), 2), Wanted((1, 8, 8), 2)
MAPS = Wanted((3, 8, 8), 3, (8, 8))
Pixels = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def pixels(*shape: int, below: int = 256) -> Pixels:
    return RANDOM.integers(0, below, shape, np.uint8)


def save(path: Path, image: Pixels, mode: str | None = None, **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = Image.fromarray(image)
    (made.convert(mode) if mode else made).save(path, **options)
    return path


def classes(root: Path) -> dict[str, Pixels]:
    """A small set of two classes, in two formats and several sizes."""
    places = ["train/cat/b.png", "train/cat/a.BMP", "train/dog/c.png", "train/dog/d.png", "test/dog/a.png"]
    made = {place: pixels(5 + number, 9, 3) for number, place in enumerate(places)}
    for place, image in made.items():
        save(root / place, image)
    (root / "train" / ".DS_Store").write_bytes(b"x")
    (root / "train" / "cat" / "Thumbs.db").write_bytes(b"x")
    return made


def maps(root: Path) -> dict[str, Pixels]:
    """A small set with maps of classes: palettes in training, gray values in testing."""
    made = {}
    for split, mode, stems in (("train", "P", "ba"), ("val", "L", "c")):
        for stem in stems:
            image, label = pixels(7, 6, 3), pixels(7, 6, below=3)
            label[0, 0] = 255
            made |= {f"{split}/images/{stem}": image, f"{split}/labels/{stem}": label}
            save(root / split / "images" / f"{stem}.bmp", image)
            indexed = Image.fromarray(label)
            if mode == "P":
                indexed.putpalette(bytes(reversed(range(256))) * 3)
            (root / split / "labels").mkdir(exist_ok=True)
            indexed.save(root / split / "labels" / f"{stem}.png")
    return made


def opened(root: Path, wanted: Wanted = RGB) -> DataSet:
    return open_data(f"folder:{root}", wanted)


def refused(root: Path, wanted: Wanted = RGB) -> Diagnostic:
    """What is said of a set when it is opened and read."""
    with pytest.raises(Problem) as raised:
        read(root, wanted)
    return raised.value.diagnostics[0]


def read(root: Path, wanted: Wanted) -> None:
    data = opened(root, wanted)
    for part in (data.train, data.test):
        for index in range(len(part)):
            part[index]


def test_folders_are_classes_in_the_order_of_their_names(tmp_path: Path) -> None:
    made = classes(tmp_path)
    data = opened(tmp_path)
    assert data.classes == ("cat", "dog")
    expected = [("train/cat/a.BMP", 0), ("train/cat/b.png", 0), ("train/dog/c.png", 1), ("train/dog/d.png", 1)]
    assert len(data.train) == 4
    for index, (place, label) in enumerate(expected):
        sample = data.train[index]
        assert sample.label == label
        assert sample.image.dtype == np.uint8
        assert (sample.image == made[place].transpose(2, 0, 1)).all()
    assert (len(data.test), int(data.test[0].label)) == (1, 1)


def test_images_have_the_channels_of_the_network(tmp_path: Path) -> None:
    classes(tmp_path)
    gray = pixels(4, 4)
    save(tmp_path / "train" / "cat" / "c.png", gray)
    assert (opened(tmp_path).train[2].image == gray[None].repeat(3, 0)).all()
    assert (opened(tmp_path, GRAY).train[2].image == gray[None]).all()
    rgb = opened(tmp_path).train[0].image.astype(float)
    luma = np.tensordot([0.299, 0.587, 0.114], rgb, 1)  # ITU-R BT.601
    assert abs(opened(tmp_path, GRAY).train[0].image[0] - luma).max() <= 1


@pytest.mark.parametrize("mode", ["P", "LA", "RGBA", "CMYK", "1"])
def test_other_modes_become_colors(mode: str, tmp_path: Path) -> None:
    classes(tmp_path)
    image = np.repeat(np.repeat(pixels(2, 2, below=2) * 255, 4, 0), 4, 1)
    save(tmp_path / "train" / "cat" / "c.tif", image, mode)
    assert (opened(tmp_path).train[2].image == image[None].repeat(3, 0)).all()


def test_a_palette_with_transparency_is_read_as_its_colors(tmp_path: Path) -> None:
    classes(tmp_path)
    image = Image.fromarray(pixels(4, 4, below=3))
    image.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90])
    image.save(tmp_path / "train" / "cat" / "c.png", transparency=bytes([0, 128, 255]))
    assert set(opened(tmp_path).train[2].image[0].ravel()) <= {10, 40, 70}


def test_maps_are_indices_of_a_palette_or_gray_values(tmp_path: Path) -> None:
    made = maps(tmp_path)
    data = opened(tmp_path, MAPS)
    assert data.classes == ()
    for part, split, stems in ((data.train, "train", "ab"), (data.test, "val", "c")):
        for index, stem in enumerate(stems):
            assert (part[index].image == made[f"{split}/images/{stem}"].transpose(2, 0, 1)).all()
            assert (part[index].label == made[f"{split}/labels/{stem}"]).all()


def test_the_digest_is_of_names_and_sizes(tmp_path: Path) -> None:
    classes(tmp_path / "a")
    first = opened(tmp_path / "a").digest
    (tmp_path / "a").rename(tmp_path / "b")
    assert opened(tmp_path / "b").digest == first
    (tmp_path / "b/train/cat/b.png").rename(tmp_path / "b/train/cat/c.png")
    second = opened(tmp_path / "b").digest
    assert second != first
    with (tmp_path / "b/test/dog/a.png").open("ab") as file:
        file.write(b" ")
    assert opened(tmp_path / "b").digest not in (first, second)


@pytest.mark.parametrize("made", [[], ["train"], ["test"], ["train/cat"]])
def test_a_set_that_is_not_there_is_told_the_layout(made: list[str], tmp_path: Path) -> None:
    for place in made:
        (tmp_path / place).mkdir(parents=True)
    said = refused(tmp_path)
    assert said.code == "E620"
    assert str(tmp_path / "train") in said.found
    assert "train/CLASS/*.png" in said.help
    assert "train/labels/*.png" in said.help


def test_no_path_is_no_set() -> None:
    with pytest.raises(Problem, match="E620"):
        open_data("folder", RGB)


FAULTS = [
    ("train/cat/x.txt", b"x", "train/cat/x.txt", "expected images"),
    ("train/x.png", b"x", "train/x.png", "a file, expected folders of classes"),
    ("train/cat/x/y.png", b"x", "train/cat/x", "expected images"),
    ("test/bird/x.png", b"x", "test/bird", "no class of this name"),
    ("train/cat/x.png", b"", "train/cat/x.png", "expected an image"),
    ("train/cat/x.png", b"no image", "train/cat/x.png", "expected an image"),
    ("train/cat/x.png", b"GIF89a", "train/cat/x.png", "expected an image"),
]


@pytest.mark.parametrize(("place", "data", "named", "found"), FAULTS)
def test_what_does_not_belong_there_is_named(place: str, data: bytes, named: str, found: str, tmp_path: Path) -> None:
    classes(tmp_path)
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).write_bytes(data)
    said = refused(tmp_path)
    assert said.code == "E621"
    assert f"{tmp_path / named} " in said.message
    assert found in said.found


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_split_without_classes_is_named(split: str, tmp_path: Path) -> None:
    classes(tmp_path)
    (tmp_path / split).rename(tmp_path / "elsewhere")
    (tmp_path / split).mkdir()
    assert refused(tmp_path).found == "it holds no folders of classes"


def test_a_class_without_images_is_named(tmp_path: Path) -> None:
    classes(tmp_path)
    (tmp_path / "train" / "empty").mkdir()
    said = refused(tmp_path, Wanted((3, 8, 8), 3))
    assert said.code == "E621"
    assert str(tmp_path / "train" / "empty") in said.message


@pytest.mark.parametrize(
    ("gone", "named"), [("labels/a.png", "images/a.bmp"), ("images/b.bmp", "labels/b.png")], ids=["label", "image"]
)
def test_an_image_or_a_label_alone_is_named(gone: str, named: str, tmp_path: Path) -> None:
    maps(tmp_path)
    (tmp_path / "train" / gone).unlink()
    said = refused(tmp_path, MAPS)
    assert said.code == "E621"
    assert str(tmp_path / "train" / named) in said.message


def test_two_images_of_a_name_are_refused(tmp_path: Path) -> None:
    maps(tmp_path)
    save(tmp_path / "train" / "images" / "a.png", pixels(7, 6, 3))
    assert "has the same name" in refused(tmp_path, MAPS).found


@pytest.mark.parametrize(
    ("label", "code", "found"),
    [
        (pixels(6, 7, below=3), "E621", "6x7 pixels, expected 7x6"),
        (pixels(7, 6, 3), "E621", "mode RGB"),
        (pixels(7, 6, below=1) + 3, "E622", "class 3, the network gives classes 0 to 2"),
    ],
)
def test_a_map_that_is_wrong_is_named(label: Pixels, code: str, found: str, tmp_path: Path) -> None:
    maps(tmp_path)
    save(tmp_path / "train" / "labels" / "b.png", label)
    said = refused(tmp_path, MAPS)
    assert said.code == code
    assert found in said.found
    assert str(tmp_path / "train" / "labels" / "b.png") in said.message + said.found


@pytest.mark.parametrize(
    ("make", "wanted", "values"),
    [
        (classes, Wanted((3, 8, 8), 3), ("2 classes", "3")),
        (classes, Wanted((2, 8, 8), 2), ("3 channels", "2")),
        (classes, Wanted((3, 8, 8), 2, (8, 8)), ("one class for each image", "a class for each pixel")),
        (maps, RGB, ("a class for each pixel", "one class for each image")),
    ],
)
def test_another_network_is_refused_with_both_values(
    make: object, wanted: Wanted, values: tuple[str, str], tmp_path: Path
) -> None:
    assert callable(make)
    make(tmp_path)
    said = refused(tmp_path, wanted)
    assert said.code == "E622"
    assert all(value in said.found for value in values)


def test_sixteen_bits_are_refused_not_clipped(tmp_path: Path) -> None:
    classes(tmp_path)
    save(tmp_path / "train" / "cat" / "c.png", RANDOM.integers(0, 2**16, (4, 4), np.uint16))  # type: ignore[arg-type]
    assert "expected 8 bits" in refused(tmp_path).found


def test_several_images_in_a_file_are_refused(tmp_path: Path) -> None:
    classes(tmp_path)
    pages = [Image.fromarray(pixels(4, 4)) for _ in range(3)]
    pages[0].save(tmp_path / "train" / "cat" / "c.tif", save_all=True, append_images=pages[1:])
    assert refused(tmp_path).found == "3 images in one file, expected one"


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


@pytest.mark.parametrize(
    ("height", "width"), [(LARGEST // 2 + 1, 2), (8000, 8000), (30000, 30000), (2**31 - 1, 2**31 - 1)]
)
def test_an_image_that_unpacks_to_anything_is_refused(height: int, width: int, tmp_path: Path) -> None:
    classes(tmp_path)
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000)))
    (tmp_path / "train" / "cat" / "c.png").write_bytes(data + chunk(b"IEND", b""))
    assert refused(tmp_path).code == "E621"


def encoded(format: str) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.repeat(np.repeat(pixels(5, 5, 3), 4, 0), 4, 1)).save(file, format)
    return file.getvalue()


FILES = {
    ending: encoded(format) for ending, format in (("png", "PNG"), ("jpg", "JPEG"), ("bmp", "BMP"), ("ppm", "PPM"))
}
FILES |= {ending: encoded(format) for ending, format in (("tif", "TIFF"), ("webp", "WEBP"))}


@pytest.mark.parametrize("ending", FILES)
def test_a_file_cut_anywhere_does_not_pass(ending: str, tmp_path: Path) -> None:
    data, wanted, path = FILES[ending], Wanted((3, 8, 8), 1), tmp_path / "train" / "a" / f"x.{ending}"
    for split in ("train", "test"):
        (tmp_path / split / "a").mkdir(parents=True)
        (tmp_path / split / "a" / f"x.{ending}").write_bytes(data)
    assert opened(tmp_path, wanted).train[0].image.shape == (3, 20, 20)
    for cut in {*range(0, len(data), 13), *range(40), *range(len(data) - 40, len(data))}:
        path.write_bytes(data[:cut])
        said = refused(tmp_path, wanted)
        assert (said.code, cut) == ("E621", cut)
        assert str(path) in said.message


@given(st.sampled_from(sorted(FILES)), st.integers(0, 2**16), st.integers(1, 255))
@settings(max_examples=200)
def test_a_changed_byte_is_no_traceback(
    tmp_path_factory: pytest.TempPathFactory, ending: str, place: int, change: int
) -> None:
    data = bytearray(FILES[ending])
    data[place * (len(data) - 4) // (2**16 + 1)] ^= change  # the last four bytes of a PNG are always the same
    path = tmp_path_factory.mktemp("changed") / f"x.{ending}"
    path.write_bytes(data)
    assert outcome(path) in (["E621"] if ending == "png" else ["E621", "read"])  # only PNG has checksums


def outcome(path: Path) -> str:
    """The code of what is said of a file, or `read`."""
    try:
        channels(path, 3)
    except Problem as problem:
        return problem.diagnostics[0].code
    return "read"
