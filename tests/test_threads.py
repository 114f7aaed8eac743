"""Several threads at one file: the same bytes however many they are, and nothing half-written when one fails."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from math import prod
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from everything import chain, op
from numpy.typing import NDArray

from archspec.backends.onnx import build
from archspec.diagnostics import Problem, problem
from archspec.graph import Graph
from archspec.graph.builder import Builder
from archspec.op import Weight
from archspec.ops.fc import FullyConnected
from archspec.weights import CHUNK, Weights, full, threads
from archspec.weights.constant import Zeros
from archspec.weights.gaussian import Seeded
from archspec.weights.store import export
from archspec.weights.writing import Tensor, write
from benchmarks.limits import listing

ROOT = Path(__file__).parents[1]
THREADS = (1, 2, 5)


@pytest.fixture(params=THREADS)
def number(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Each number of threads in turn; none of them is left at the end."""
    before = threading.active_count()
    monkeypatch.setattr(threads, "cores", lambda: request.param)
    yield request.param
    assert threading.active_count() == before


def large() -> Graph:
    """Tensors of eight chunks, of two and of parts of one."""
    builder = Builder((2000,))
    out = builder.add("fc1", FullyConnected(features=4000), ["input"])
    out = builder.add("fc2", FullyConnected(features=300), [out])
    out = builder.add("fc3", FullyConnected(features=10), [out])
    return builder.graph("large", [out])


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def made(folder: Path, external: str) -> dict[str, bytes]:
    """The files of a build and of an export."""
    folder.mkdir()
    build(large(), folder / "net.onnx", "onnx", Seeded(0), {"external_data": external})
    export(large(), Seeded(0), folder / "net.safetensors")
    return files(folder)


@pytest.mark.parametrize("external", ["always", "never"])
def test_as_many_threads_as_may_be_write_the_same_bytes(
    tmp_path: Path, external: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for count in (*THREADS, 2):
        monkeypatch.setattr(threads, "cores", lambda count=count: count)
        found.append(made(tmp_path / str(len(found)), external))
    assert len(found[0]) == (3 if external == "always" else 2)
    assert all(each == found[0] for each in found)


class Slipped(Seeded):
    """One value of all is off, in a chunk that is not the first, by the smallest step."""

    def __init__(self, at: int) -> None:
        super().__init__(0)
        self.at = at

    def fill(self, name: str, weight: Weight, start: int, out: NDArray[np.float32]) -> None:
        super().fill(name, weight, start, out)
        if name == "fc1.weight" and start == CHUNK:
            out[self.at] = np.nextafter(out[self.at], np.float32(9))


def test_other_weights_get_another_name(tmp_path: Path) -> None:
    """Drawn by another seed or for another fan-in, or off by a bit; the same ones get the same."""
    narrow = chain((4000,), op("fc", features=300))
    wide = chain((300,), op("fc", features=4000))
    sources: list[tuple[Graph, Weights]] = [(large(), Seeded(0)), (large(), Seeded(1)), (large(), Zeros())]
    sources += [(large(), Slipped(0)), (large(), Slipped(7)), (narrow, Seeded(0)), (wide, Seeded(0))]
    names = []
    for graph, weights in (*sources, *sources):
        _, data = build(graph, tmp_path / "net.onnx", "onnx", weights, {"external_data": "always"})
        names.append(data.name)
    assert names[: len(sources)] == names[len(sources) :]
    assert len(set(names)) == len(sources)


def test_the_bare_limit_writes_the_same_bytes(tmp_path: Path) -> None:
    """What `benchmarks/limits.py` is measured by is the same work, and by a program that knows nothing of ours."""
    _, data = build(large(), tmp_path / "net.onnx", "onnx", Seeded(0), {"external_data": "always"})
    (tmp_path / "tensors").write_text(listing(large()))
    for plain in ((), ("plain",)):
        command = [sys.executable, str(ROOT / "benchmarks" / "limits.py"), "tensors", "bare", *plain]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert int(done.stdout) == sum(prod(weight.shape) for _, _, weight in large().tensors())
        assert (tmp_path / "bare").read_bytes() == data.read_bytes()


def test_pytorch_gets_the_same_values(number: int) -> None:
    from archspec.backends.torch.module import module

    state = module(large(), Seeded(4)).state_dict()
    for name, _, weight in large().tensors():
        assert np.array_equal(state[name].numpy(), full(Seeded(4), name, weight))


class Failing(Seeded):
    """Gives out after some chunks."""

    def __init__(self, left: int, error: BaseException) -> None:
        super().__init__(0)
        self.left, self.error, self.asked = left, error, 0

    def fill(self, name: str, weight: Weight, start: int, out: NDArray[np.float32]) -> None:
        self.asked += 1
        if self.asked > self.left:
            raise self.error
        super().fill(name, weight, start, out)


@pytest.mark.parametrize("external", ["always", "never"])
@pytest.mark.parametrize("left", [0, 1, 4])
@pytest.mark.parametrize(
    "error",
    [OSError(28, "No space left on device"), problem("E604", "it became shorter"), KeyboardInterrupt(), MemoryError()],
    ids=lambda error: type(error).__name__,
)
def test_a_chunk_that_fails_ends_all(
    tmp_path: Path, number: int, external: str, left: int, error: BaseException
) -> None:
    source = Failing(left, error)
    with pytest.raises(Problem if isinstance(error, OSError) else type(error)):
        build(large(), tmp_path / "net.onnx", "onnx", source, {"external_data": external})
    assert source.asked <= left + number  # those at hand
    assert not list(tmp_path.iterdir())


def test_a_model_that_fails_ends_the_threads(tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made meanwhile fails, and the file of weights goes."""

    def refuse(*_: object) -> None:
        raise problem("E607", "ONNX cannot express this")

    monkeypatch.setattr("archspec.backends.onnx.lower.lower", refuse)
    source = Failing(1000, MemoryError())
    with pytest.raises(Problem, match="E607"):
        build(large(), tmp_path / "net.onnx", "onnx", source, {"external_data": "always"})
    assert number > 1 or source.asked == 0  # one thread alone has not even begun
    assert not list(tmp_path.iterdir())


def test_a_system_without_threads_has_one_do_it_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    alone = made(tmp_path / "alone", "always")
    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert made(tmp_path / "refused", "always") == alone


@pytest.mark.parametrize("external", ["always", "never"])
def test_a_disk_without_the_room_is_told_before_anything_is_made(
    tmp_path: Path, external: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=30_000_000))
    source = Failing(0, MemoryError())
    with pytest.raises(Problem, match="E605"):
        build(large(), tmp_path / "net.onnx", "onnx", source, {"external_data": external})
    assert not source.asked
    assert not list(tmp_path.iterdir())


def test_many_processors_do_not_take_much_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """4 MB for each thread, and not more of those than a disk can follow."""

    class Counting(Seeded):
        most = 0

        def fill(self, name: str, weight: Weight, start: int, out: NDArray[np.float32]) -> None:
            self.most = max(self.most, threading.active_count() - before)
            super().fill(name, weight, start, out)

    before, source = threading.active_count() - 1, Counting(0)
    monkeypatch.setattr(threads, "cores", lambda: 500)
    build(large(), tmp_path / "net.onnx", "onnx", source, {"external_data": "always"})
    assert 1 <= source.most <= 8


def test_zeros_take_no_room_on_the_disk(tmp_path: Path, number: int) -> None:
    path = tmp_path / "zeros"
    with path.open("wb") as file:
        write(file, [b"head", Tensor("w", Weight((3 * CHUNK,), fill=0.0)), b"end"], Seeded(0))
    assert path.read_bytes() == b"head" + bytes(12 * CHUNK) + b"end"
    assert path.stat().st_blocks * 512 < CHUNK


def test_minus_zero_is_not_nothing(tmp_path: Path) -> None:
    path = tmp_path / "zeros"
    with path.open("wb") as file:
        write(file, [Tensor("w", Weight((CHUNK,), fill=-0.0))], Seeded(0))
    assert path.read_bytes() == b"\0\0\0\x80" * CHUNK


def started(folder: Path, **options: object) -> subprocess.Popen[str]:
    """`archspec build vgg_e --to onnx` in a process of its own."""
    command = [sys.executable, "-m", "archspec", "build", "vgg_e", "--to", "onnx"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload,no-any-return]


def test_a_file_that_may_not_grow_leaves_nothing(tmp_path: Path) -> None:
    """The system refuses after 100 MB, as a full disk does."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000_000, 100_000_000))

    with started(tmp_path, preexec_fn=limit) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "E605" in said
    assert "Traceback" not in said
    assert not list(tmp_path.iterdir())


def test_an_interrupt_ends_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    with started(tmp_path) as process:
        while not any(path.stat().st_blocks for path in tmp_path.iterdir()) and process.poll() is None:
            time.sleep(0.01)  # until weights are being written
        process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "interrupted\n")
    assert time.monotonic() - begun < 5
    assert not list(tmp_path.iterdir())
