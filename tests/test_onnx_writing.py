"""Writing ONNX files: inside and beside, whole or not at all, in little memory, always the same bytes."""

import os
import re
import subprocess
import sys
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray
from onnx_running import Noise, block, tensors

from archspec.backends.onnx import build
from archspec.diagnostics import Problem
from archspec.graph import Graph
from archspec.graph.builder import Builder
from archspec.op import Weight
from archspec.ops.fc import FullyConnected
from archspec.weights.constant import Zeros
from archspec.weights.gaussian import Seeded

ROOT = Path(__file__).parents[1]


def listing(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_weights_inside_and_beside_are_the_same(tmp_path: Path) -> None:
    graph = block()
    for external in ("never", "always"):
        build(graph, tmp_path / f"{external}.onnx", "onnx", Noise(), {"external_data": external})
        for tensor in onnx.load(tmp_path / f"{external}.onnx").graph.initializer:
            values = torch.from_numpy(onnx.numpy_helper.to_array(tensor).copy())
            assert torch.equal(values, tensors(graph, Noise())[tensor.name])


def test_a_model_is_one_well_formed_message(tmp_path: Path) -> None:
    """Protobuf reads it, and writes as many bytes again: nothing is there twice or left over."""
    path = tmp_path / "block.onnx"
    build(block(), path, "onnx", Noise(), {})
    assert onnx.load(path).ByteSize() == path.stat().st_size


def wide() -> Graph:
    """Two tensors above a megabyte, and small ones between them."""
    builder = Builder((1000,))
    out = builder.add("fc1", FullyConnected(features=300), ["input"])
    out = builder.add("fc2", FullyConnected(features=1200), [out])
    return builder.graph("wide", [out])


def test_the_file_of_weights(tmp_path: Path) -> None:
    graph, path = wide(), tmp_path / "net.onnx"
    model_path, data_path = build(graph, path, "onnx", Seeded(0), {"external_data": "always"})
    assert model_path == path
    assert re.fullmatch(r"net\.[0-9a-f]{12}\.data", data_path.name)
    model = onnx.load(path, load_external_data=False)
    said = {item.key: item.value for item in model.metadata_props}
    assert said["archspec.data"] == data_path.name
    places = {t.name: {item.key: item.value for item in t.external_data} for t in model.graph.initializer}
    assert {place["location"] for place in places.values()} == {data_path.name}
    assert {name: int(place["length"]) for name, place in places.items()} == {
        "fc1.weight": 1_200_000,
        "fc1.bias": 1200,
        "fc2.weight": 1_440_000,
        "fc2.bias": 4800,
    }
    assert int(places["fc1.bias"]["offset"]) == 1_200_000  # small ones follow at once
    assert [int(places[name]["offset"]) % 65536 for name in ("fc1.weight", "fc2.weight")] == [0, 0]
    for name, values in tensors(graph, Seeded(0)).items():
        start = int(places[name]["offset"])
        stored = np.frombuffer(data_path.read_bytes(), "<f4", values.numel(), start)
        assert np.array_equal(stored, values.numpy().ravel())


def test_a_large_network_gets_a_file_of_weights(tmp_path: Path) -> None:
    builder = Builder((4096,))
    graph = builder.graph("large", [builder.add("fc1", FullyConnected(features=4096), ["input"])])
    assert len(build(graph, tmp_path / "large.onnx", "onnx", Zeros(), {})) == 2  # 67 MB
    assert len(build(wide(), tmp_path / "small.onnx", "onnx", Zeros(), {})) == 1  # 3 MB


def test_a_rebuild_replaces_the_file_of_weights(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    bystanders = ["net.data", "net.0123456789ab.data", "other.0123456789ab.data", "net.onnx.data"]
    for name in bystanders:
        (tmp_path / name).write_bytes(b"mine")
    before = build(wide(), path, "onnx", Seeded(0), {"external_data": "always"})
    again = build(wide(), path, "onnx", Seeded(0), {"external_data": "always"})
    assert before == again
    assert listing(tmp_path).keys() == {*bystanders, "net.onnx", again[1].name}
    after = build(wide(), path, "onnx", Seeded(1), {"external_data": "always"})
    assert after[1] != before[1]
    assert listing(tmp_path).keys() == {*bystanders, "net.onnx", after[1].name}
    onnx.checker.check_model(path, full_check=True)
    build(wide(), path, "onnx", Seeded(1), {"external_data": "never"})
    assert listing(tmp_path).keys() == {*bystanders, "net.onnx"}


class Failing(Seeded):
    """Gives out after some tensors."""

    def __init__(self, tensors: int, error: BaseException) -> None:
        super().__init__(1)
        self.left, self.error = tensors, error

    def fill(self, name: str, weight: Weight, start: int, out: NDArray[np.float32]) -> None:
        if not self.left:
            raise self.error
        self.left -= 1
        super().fill(name, weight, start, out)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("external", ["always", "never"])
@pytest.mark.parametrize("done", range(4))
def test_weights_that_fail_leave_the_old_files(tmp_path: Path, done: int, external: str, error: BaseException) -> None:
    path = tmp_path / "net.onnx"
    build(wide(), path, "onnx", Seeded(0), {"external_data": "always"})
    before = listing(tmp_path)
    with pytest.raises(Problem if isinstance(error, OSError) else KeyboardInterrupt):
        build(wide(), path, "onnx", Failing(done, error), {"external_data": external})
    assert listing(tmp_path) == before


# What the system is asked for, in order: each file is created, synced (then its folder is) and renamed.
STEPS = {
    "create weights": ("tempfile.mkstemp", 0),
    "create model": ("tempfile.mkstemp", 1),
    "sync weights": ("os.fsync", 0),
    "sync model": ("os.fsync", 2),
    "rename weights": ("pathlib.Path.replace", 0),
    "rename model": ("pathlib.Path.replace", 1),
}


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("seed", [0, 1], ids=["same weights", "new weights"])
@pytest.mark.parametrize(("call", "number"), STEPS.values(), ids=STEPS.keys())
def test_a_system_that_refuses_leaves_the_old_files(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    number: int,
    seed: int,
    error: BaseException,
) -> None:
    path = tmp_path / "net.onnx"
    build(wide(), path, "onnx", Seeded(0), {"external_data": "always", "batch": 1})
    before = listing(tmp_path)
    original, turns = resolve_name(call), iter(range(100))

    def refuse(*given: Any, **named: Any) -> Any:
        if next(turns) == number:
            raise error
        return original(*given, **named)

    monkeypatch.setattr(call, refuse)
    with pytest.raises(Problem if isinstance(error, OSError) else KeyboardInterrupt):
        build(wide(), path, "onnx", Seeded(seed), {"external_data": "always"})
    assert listing(tmp_path) == before


def test_more_than_two_gigabytes_need_a_file_of_weights(tmp_path: Path) -> None:
    builder = Builder((2**15,))
    graph = builder.graph("vast", [builder.add("fc1", FullyConnected(features=2**14), ["input"])])
    with pytest.raises(Problem, match="E607"):
        build(graph, tmp_path / "vast.onnx", "onnx", Zeros(), {"external_data": "never"})
    assert not list(tmp_path.iterdir())


BUILD = """
import sys
from pathlib import Path
from archspec.backends.onnx import build
from archspec.graph.builder import Builder
from archspec.ops.conv import Conv
from archspec.ops.fc import FullyConnected
from archspec.weights.gaussian import Seeded

width, layers, name = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
builder = Builder((width,))
out = "input"
for number in range(layers):
    out = builder.add(f"fc{number}", FullyConnected(features=width), [out])
build(builder.graph("deep", [out]), Path(name), "onnx", Seeded(0), {"external_data": sys.argv[4]})
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""


def run_build(folder: Path, *arguments: str, hashing: str = "0") -> int:
    """Build a chain of layers in a process of its own; its peak of memory in MB.

    That is the high-water mark of the process itself: what `getrusage` gives begins with its parent's.
    """
    environment = os.environ | {"PYTHONHASHSEED": hashing, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", BUILD, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return int(done.stdout) // 1024


@pytest.mark.parametrize("external", ["always", "never"])
def test_memory_does_not_grow_with_the_network(tmp_path: Path, external: str) -> None:
    """600 MB of weights in less than 120, and within 20 of what 40 take."""
    small = run_build(tmp_path, "3200", "1", "small.onnx", external)
    large = run_build(tmp_path, "3200", "15", "large.onnx", external)
    assert sum(len(data) for data in listing(tmp_path).values()) > 16 * 4 * 3200**2
    assert large < min(120, small + 20)


@pytest.mark.slow
def test_ten_times_vgg_takes_the_memory_of_vgg(tmp_path: Path) -> None:
    """5.8 GB of weights."""
    small = run_build(tmp_path, "12000", "1", "small.onnx", "auto")
    large = run_build(tmp_path, "12000", "10", "large.onnx", "auto")
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) > 11 * 4 * 12_000**2
    assert large < min(120, small + 10)


@pytest.mark.parametrize("external", ["always", "never"])
def test_same_bytes_everywhere(tmp_path: Path, external: str) -> None:
    """Two folders, two orders of hashing, twice the same process: one file."""
    found = []
    for hashing in ("0", "1"):
        folder = tmp_path / f"folder{hashing}"
        folder.mkdir()
        run_build(folder, "50", "4", "net.onnx", external, hashing=hashing)
        found.append(listing(folder))
    assert found[0] == found[1]
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        build(block(), tmp_path / name / "net.onnx", "onnx", Seeded(0), {"external_data": external})
    assert listing(tmp_path / "first") == listing(tmp_path / "second")
