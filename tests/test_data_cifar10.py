"""CIFAR-10's files in their layout, written here: what is read, and what is said of files that are damaged."""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archspec.data import Arrays, DataSet, Wanted, cifar10, cifar_files, open_data
from archspec.diagnostics import Diagnostic, Problem

RGB = Wanted((3, 32, 32), 10)
NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
BATCHES = [f"data_batch_{number}.bin" for number in range(1, 6)] + ["test_batch.bin"]
META = "batches.meta.txt"
RECORD = 3073


def batch(count: int, seed: int) -> bytes:
    """Random records."""
    random = np.random.default_rng(seed)
    return b"".join(bytes([random.integers(10)]) + random.bytes(3072) for _ in range(count))


SMALL = {name: batch(count, count) for count, name in enumerate(BATCHES, 1)} | {META: "\n".join([*NAMES, ""]).encode()}
"""1 to 6 records in the files, in the order of their names."""


def folder(files: Mapping[str, bytes], root: Path) -> Path:
    """Write the files as the archive unpacks."""
    (root / "cifar-10-batches-bin").mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (root / "cifar-10-batches-bin" / name).write_bytes(data)
    return root


def archive(files: Mapping[str, bytes], root: Path) -> Path:
    """Write the files as the archive that is downloaded."""
    with tarfile.open(root / "cifar-10-binary.tar.gz", "w:gz", compresslevel=1) as tar:
        above = tarfile.TarInfo("cifar-10-batches-bin")
        above.type = tarfile.DIRTYPE
        tar.addfile(above)
        for name, data in {"readme.html": b"<html>", **files}.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return root


WRITTEN = pytest.mark.parametrize("write", [folder, archive])
Write = Callable[[Mapping[str, bytes], Path], Path]


def arrays(data: DataSet) -> tuple[Arrays, Arrays]:
    assert isinstance(data.train, Arrays)
    assert isinstance(data.test, Arrays)
    return data.train, data.test


def refused(asked: str, wanted: Wanted = RGB) -> Diagnostic:
    """What is said of a set that is not opened."""
    with pytest.raises(Problem) as raised:
        open_data(asked, wanted)
    return raised.value.diagnostics[0]


@WRITTEN
def test_every_byte_is_where_the_layout_has_it(write: Write, tmp_path: Path) -> None:
    data = open_data(f"cifar10-layout:{write(SMALL, tmp_path)}", RGB)
    train, test = arrays(data)
    for part, names in ((train, BATCHES[:5]), (test, BATCHES[5:])):
        stream = io.BytesIO(b"".join(SMALL[name] for name in names))  # the layout, byte by byte
        for index in range(len(part)):
            image, label, _ = part[index]
            assert stream.read(1)[0] == label
            for color in range(3):
                for row in range(32):
                    assert stream.read(32) == bytes(image[color, row])
        assert stream.read() == b""
    assert (len(train), len(test)) == (15, 6)
    assert list(data.classes) == NAMES
    assert (train.images.dtype, train.labels.dtype) == (np.uint8, np.int64)
    assert train.images.flags.writeable


def test_a_folder_its_parent_and_the_archive_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    folder(SMALL, tmp_path)
    archive(SMALL, tmp_path / "data")
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.chdir(tmp_path)
    places = [":.", ":cifar-10-batches-bin", ":data/cifar-10-binary.tar.gz", ":data", ""]
    sets = [open_data(f"cifar10-layout{place}", RGB) for place in places]
    assert len({data.digest for data in sets}) == 1
    assert [data.name for data in sets] == [f"cifar10-layout{place}" for place in places]
    assert sorted(tmp_path.rglob("*")) == before  # nothing is unpacked
    folder(SMALL | {BATCHES[0]: batch(1, 99)}, tmp_path)
    assert open_data("cifar10-layout:.", RGB).digest != sets[0].digest


def test_the_published_set_is_one_of_the_published_checksums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {name: batch(50, number) * 200 for number, name in enumerate(BATCHES)}
    assert {len(data) for data in whole.values()} == {30_730_000}
    folder({**whole, META: SMALL[META] + b"\n"}, tmp_path)
    said = refused(f"cifar10:{tmp_path}")
    assert said.code == "E621"
    assert "data_batch_1.bin" in said.message
    assert hashlib.md5(whole[BATCHES[0]]).hexdigest() in said.found
    assert "5dd7e06a14cb22eb9f671a540d1b7c25" in said.found
    assert "cifar10-layout" in said.help
    ours = {name: hashlib.md5(data).hexdigest() for name, data in whole.items()}
    monkeypatch.setattr(cifar10, "PUBLISHED", ours)  # as if these had been published
    data = open_data(f"cifar10:{tmp_path}", RGB)
    assert (len(data.train), len(data.test)) == (50_000, 10_000)
    assert data.digest == open_data(f"cifar10-layout:{tmp_path}", RGB).digest


def test_a_set_that_is_not_there_is_told_where_to_get_it(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nothing"):
        said = refused(f"cifar10:{place}")
        assert said.code == "E620"
        assert str(place / "cifar-10-batches-bin") in said.found
        assert str(place / "cifar-10-binary.tar.gz") in said.found
        assert "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz" in said.help
        assert str(place) in said.help


def test_the_python_version_is_told_from_the_binary_one(tmp_path: Path) -> None:
    (tmp_path / "cifar-10-batches-py").mkdir()
    assert "cifar-10-batches-py is the Python version, a pickle" in refused(f"cifar10:{tmp_path}").found


@WRITTEN
@pytest.mark.parametrize("missing", [*BATCHES, META])
def test_a_missing_file_is_named(write: Write, missing: str, tmp_path: Path) -> None:
    write({name: data for name, data in SMALL.items() if name != missing}, tmp_path)
    said = refused(f"cifar10-layout:{tmp_path}")
    assert said.code == "E621"
    assert said.found == f"{missing} not found in it"


@given(st.sampled_from(BATCHES), st.data())
@settings(max_examples=60)
def test_a_file_cut_anywhere_is_named_with_its_record(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    length = data.draw(st.integers(0, len(SMALL[name]) - 1))
    root = folder(SMALL | {name: SMALL[name][:length]}, tmp_path_factory.mktemp("cut"))
    if length and length % RECORD == 0:  # fewer whole records are a smaller set
        open_data(f"cifar10-layout:{root}", RGB)
    else:
        said = refused(f"cifar10-layout:{root}")
        assert said.code == "E621"
        assert name in said.message
        assert "found 0 records" in said.found if not length else f"record {length // RECORD} " in said.found
        assert not length or f"has {length % RECORD:,} bytes, expected 3,073" in said.found
    assert refused(f"cifar10:{root}").code == "E621"


PACKED = st.integers(0, 2**16).map(lambda place: place / 2**16)
"""A place in an archive, as a part of its length."""


@given(PACKED)
@settings(max_examples=60)
def test_an_archive_cut_anywhere_is_refused(tmp_path_factory: pytest.TempPathFactory, place: float) -> None:
    path = archive(SMALL, tmp_path_factory.mktemp("cut")) / "cifar-10-binary.tar.gz"
    packed = path.read_bytes()
    path.write_bytes(packed[: min(int(place * len(packed)), len(packed) - 1)])
    said = refused(f"cifar10-layout:{path}")
    assert said.code == "E621"
    assert str(path) in said.message


@given(PACKED, st.integers(1, 255))
@settings(max_examples=60)
def test_a_changed_byte_of_an_archive_is_found(
    tmp_path_factory: pytest.TempPathFactory, place: float, change: int
) -> None:
    path = archive(SMALL, tmp_path_factory.mktemp("damaged")) / "cifar-10-binary.tar.gz"
    packed = bytearray(path.read_bytes())
    at = int(40 + place * (len(packed) - 41))  # behind the header, in which the time may be any
    packed[at] ^= change
    path.write_bytes(packed)
    assert refused(f"cifar10-layout:{path}").code == "E621"


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        (BATCHES[2], SMALL[BATCHES[1]] + b"\x0a" + bytes(3072), "record 2 (from 0 on) has label 10, expected 0 to 9"),
        (BATCHES[5], b"\xff" + bytes(3072), "record 0 (from 0 on) has label 255, expected 0 to 9"),
        (BATCHES[0], bytes(10_001 * RECORD), "more than 30,730,000 bytes"),
        (BATCHES[0], bytes(RECORD + 1), "record 1 (from 0 on) has 1 bytes, expected 3,073"),
        (META, b"\xff\xfe", "byte 0 is no text"),
        (META, b"\n \n", "found 0 names of classes"),
        (META, "\n".join(map(str, range(257))).encode(), "found 257 names of classes"),
    ],
)
def test_a_file_that_is_wrong_is_named(name: str, data: bytes, found: str, tmp_path: Path) -> None:
    folder(SMALL | {name: data}, tmp_path)
    said = refused(f"cifar10-layout:{tmp_path}")
    assert said.code == "E621"
    assert name in said.message
    assert found in said.found


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        (BATCHES[0], SMALL[BATCHES[0]], "found 1 records, expected 10,000"),
        (META, b"one\ntwo\n", "found one, two, expected airplane, automobile"),
    ],
)
def test_the_published_set_has_its_sizes_and_names(name: str, data: bytes, found: str, tmp_path: Path) -> None:
    said = refused(f"cifar10:{folder(SMALL | {name: data}, tmp_path)}")
    assert said.code == "E621"
    assert found in said.found


@pytest.mark.parametrize("type", [tarfile.REGTYPE, tarfile.XHDTYPE])
def test_an_archive_that_unpacks_to_anything_is_refused(type: bytes, tmp_path: Path) -> None:
    member = tarfile.TarInfo("other")
    member.type, member.size = type, 2**33  # 8 GB, which a header of the extended kind has read into memory
    with gzip.open(tmp_path / "cifar-10-binary.tar.gz", "wb", 1) as packed:
        packed.write(member.tobuf(tarfile.GNU_FORMAT))
        for _ in range(cifar_files.LARGEST // 2**20 + 2):
            packed.write(bytes(2**20))
    said = refused(f"cifar10:{tmp_path}")
    assert said.code == "E621"
    assert "more than 200,000,000 bytes" in said.found


@pytest.mark.parametrize("data", [b"", b"\x1f\x8b", b"no archive", gzip.compress(b"no archive"), gzip.compress(b"")])
def test_what_is_no_archive_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "cifar-10-binary.tar.gz").write_bytes(data)
    assert refused(f"cifar10:{tmp_path}").code == "E621"


def test_links_in_an_archive_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / BATCHES[0]).write_bytes(SMALL[BATCHES[0]])
    with tarfile.open(tmp_path / "cifar-10-binary.tar.gz", "w:gz") as tar:
        for name, data in SMALL.items():
            member = tarfile.TarInfo(name)
            if name == BATCHES[0]:
                member.type, member.linkname = tarfile.SYMTYPE, str(tmp_path / name)
            else:
                member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    said = refused(f"cifar10-layout:{tmp_path / 'cifar-10-binary.tar.gz'}")
    assert said.found == "data_batch_1.bin not found in it"


def test_another_network_is_refused_with_both_values(tmp_path: Path) -> None:
    folder(SMALL, tmp_path)
    said = refused(f"cifar10-layout:{tmp_path}", Wanted((1, 32, 32), 10))
    assert said.code == "E622"
    assert "3 channels" in said.found
    assert "10 classes" in refused(f"cifar10-layout:{tmp_path}", Wanted((3, 32, 32), 100)).found
    open_data(f"cifar10-layout:{tmp_path}", Wanted((3, 224, 224), 10))  # a recipe may resize
