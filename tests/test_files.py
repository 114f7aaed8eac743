"""Files: bounded reading, and writing that leaves the old file or the new one, whatever happens."""

import errno
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archspec import files
from archspec.diagnostics import Problem
from archspec.files import read, replacing

OLD, NEW = b"old\n", b"new" * 10_000


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A file that is there already, alone in its folder."""
    path = tmp_path / "model.onnx"
    path.write_bytes(OLD)
    return path


def write(path: Path) -> None:
    with replacing(path) as file:
        file.write(NEW)


def untouched(path: Path) -> bool:
    """Whether the old file is there, and nothing else."""
    return path.read_bytes() == OLD and list(path.parent.iterdir()) == [path]


def test_a_file_is_written_or_replaced(target: Path) -> None:
    write(target)
    write(target.with_name("other"))
    assert {each.name: each.read_bytes() for each in target.parent.iterdir()} == {
        "model.onnx": NEW,
        "other": NEW,
    }


def test_the_new_name_appears_only_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    with replacing(path) as file:
        file.write(NEW)
        file.flush()
        assert not path.exists()
    assert path.read_bytes() == NEW


def test_a_name_may_depend_on_what_was_written(tmp_path: Path) -> None:
    path, final = tmp_path / "model.data", tmp_path / "model-0123.data"
    with replacing(path, named=lambda: final) as file:
        file.write(NEW)
    assert list(tmp_path.iterdir()) == [final]


@pytest.mark.parametrize("stop", [ValueError("mine"), KeyboardInterrupt(), SystemExit(3)], ids=repr)
def test_whatever_stops_the_writer_leaves_the_old_file(target: Path, stop: BaseException) -> None:
    def write_half() -> None:
        with replacing(target) as file:
            file.write(NEW)
            raise stop

    with pytest.raises(type(stop)) as caught:
        write_half()
    assert caught.value is stop
    assert untouched(target)


@pytest.mark.parametrize(
    ("owner", "call"),
    [(tempfile, "mkstemp"), (os, "fchmod"), (os, "fsync"), (Path, "replace")],
    ids=["mkstemp", "fchmod", "fsync", "replace"],
)
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EIO, errno.EROFS], ids=errno.errorcode.get)
def test_a_system_call_that_fails_leaves_the_old_file(
    target: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, call: str, number: int
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(owner, call, refuse)
    with pytest.raises(Problem) as caught:
        write(target)
    (said,) = caught.value.diagnostics
    assert (said.code, said.found) == ("E605", os.strerror(number).lower())
    assert said.message == f"cannot write {target}"
    assert untouched(target)


def test_a_full_device_leaves_the_old_file(target: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(Problem, match="E605"):
            write(target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert untouched(target)


@pytest.mark.parametrize("moment", ["fchmod", "fsync", "replace"])
def test_a_killed_writer_leaves_the_old_file(target: Path, moment: str) -> None:
    owner = "files.Path" if moment == "replace" else "files.os"
    program = f"""
import os, signal, sys
from pathlib import Path
from archspec import files
{owner}.{moment} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with files.replacing(Path(sys.argv[1])) as file:
    file.write(b"half a file")
    file.flush()
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program, str(target)], env=environment)
    assert done.returncode == -signal.SIGKILL
    assert target.read_bytes() == OLD
    left = [each.name for each in target.parent.iterdir() if each != target]
    assert all(name.startswith(".model.onnx.") for name in left)
    write(target)
    assert target.read_bytes() == NEW


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600), (0o000, 0o666)])
def test_permissions_are_those_of_any_new_file(target: Path, mask: int, mode: int) -> None:
    target.chmod(0o400)
    before = os.umask(mask)
    try:
        write(target)
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert target.stat().st_mode & 0o777 == mode


def test_names_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    cases = {
        "missing/a": "no such file or directory",
        "file/a": "not a directory",
        "folder": "it is not a regular file",
        "pipe": "it is not a regular file",
        ".": "it is not a regular file",
        "x" * 300: "file name too long",
    }
    for name, found in cases.items():
        with pytest.raises(Problem) as caught:
            write(tmp_path / name)
        assert [(d.code, d.found) for d in caught.value.diagnostics] == [("E605", found)]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "folder", "pipe"]


def test_devices_are_not_replaced() -> None:
    with pytest.raises(Problem, match="E605"):
        write(Path("/dev/null"))
    assert Path("/dev/null").is_char_device()


def test_the_longest_names_can_be_written(tmp_path: Path) -> None:
    for name in ("x" * 255, "深" * 85):
        write(tmp_path / name)
        assert (tmp_path / name).read_bytes() == NEW


@pytest.fixture
def at_once() -> Iterator[None]:
    """Fail rather than wait for ever."""

    def late(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(5)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def test_reading_stops_at_the_limit(target: Path) -> None:
    assert read(target, len(OLD)) == OLD
    with pytest.raises(Problem) as caught:
        read(target, len(OLD) - 1)
    (said,) = caught.value.diagnostics
    assert (said.code, said.found) == ("E501", "more than 3 bytes")
    assert "--max-bytes" in said.help


@pytest.mark.usefixtures("at_once")
def test_what_cannot_be_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    cases = {
        tmp_path / "missing": "no such file or directory",
        tmp_path: "is a directory",
        tmp_path / "pipe": "it is not a regular file",
        tmp_path / "loop": "too many levels of symbolic links",
        Path("/dev/zero"): "it is not a regular file",
    }
    for path, found in cases.items():
        with pytest.raises(Problem) as caught:
            read(path, 10)
        assert [(d.code, d.found) for d in caught.value.diagnostics] == [("E601", found)]
        assert caught.value.diagnostics[0].message == f"cannot read {path}"


def test_the_folders_of_data_are_found() -> None:
    assert (files.folder("grammar") / "arch.lark").is_file()
    assert files.folder("specs").is_dir()
