"""Files of `torch.save` read as data: the same values as PyTorch reads, and nothing run, packed, stretched or cut."""

import builtins
import io
import os
import pickle
import resource
import struct
import subprocess
import sys
import tarfile
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file
from torch import Tensor, nn

from archspec.checkpoints.checkpoint import Checkpoint
from archspec.checkpoints.container import MAGIC
from archspec.diagnostics import Problem
from archspec.graph import Graph
from archspec.graph.builder import Builder
from archspec.op import Weight
from archspec.ops.bn import BatchNorm
from archspec.ops.conv import Conv
from archspec.ops.fc import FullyConnected
from archspec.weights import full

BOTH = pytest.mark.parametrize("zipped", [True, False], ids=["archive", "legacy"])


def small() -> Graph:
    builder = Builder((3, 8, 8))
    builder.add("conv1", Conv(kernel=3, channels=16), ["input"])
    builder.add("bn1", BatchNorm(), ["conv1"])
    builder.add("fc1", FullyConnected(features=10), ["bn1"])
    return builder.graph("small", ["fc1"])


def model() -> nn.Sequential:
    """The same network in PyTorch's layers; its running statistics are those of a few batches."""
    torch.manual_seed(3)
    parts = [("conv1", nn.Conv2d(3, 16, 3, padding=1)), ("bn1", nn.BatchNorm2d(16)), ("flat", nn.Flatten())]
    made = nn.Sequential(OrderedDict([*parts, ("fc1", nn.Linear(16 * 64, 10))]))
    made(torch.randn(4, 3, 8, 8))
    return made


def save(path: Path, value: object, zipped: bool = True, protocol: int = 2) -> Path:
    torch.save(value, path, _use_new_zipfile_serialization=zipped, pickle_protocol=protocol)
    return path


def read(path: Path) -> Checkpoint:
    found = Checkpoint(path)
    found.match(small())
    return found


def same(checkpoint: Checkpoint, state: dict[str, Tensor]) -> None:
    for name, _, weight in small().tensors():
        assert np.array_equal(full(checkpoint, name, weight), state[name].float().numpy()), name


def refused(path: Path) -> str:
    """What is said of a file that cannot be used."""
    with pytest.raises(Problem) as caught:
        Checkpoint(path)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "E604"
    assert str(path) in diagnostic.message
    return diagnostic.found


@BOTH
@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_what_torch_saves_is_read(tmp_path: Path, zipped: bool, protocol: int) -> None:
    state = model().state_dict()
    found = read(save(tmp_path / "w.pth", state, zipped, protocol))
    same(found, state)
    assert found.notes == []
    assert len(found.entries) == 8


@BOTH
def test_parameters_and_tensors_of_one_storage_are_read(tmp_path: Path, zipped: bool) -> None:
    state: dict[str, Tensor] = dict(model().named_parameters()) | dict(model().named_buffers())
    flat = torch.cat([state["bn1.weight"].detach() + 1, state["bn1.bias"].detach() + 2])
    state |= {"bn1.weight": flat[:16], "bn1.bias": flat[16:]}
    same(read(save(tmp_path / "w.pth", state, zipped)), {name: each.detach() for name, each in state.items()})


@BOTH
@pytest.mark.parametrize(("dtype", "shown"), [(torch.float64, "F64"), (torch.float16, "F16"), (torch.bfloat16, "BF16")])
def test_other_types_are_made_float32(tmp_path: Path, zipped: bool, dtype: torch.dtype, shown: str) -> None:
    state = {name: each.to(dtype) for name, each in model().state_dict().items()}
    found = read(save(tmp_path / "w.pth", state, zipped))
    same(found, state)
    assert found.notes == [f"{shown} made F32"]


def test_safetensors_of_other_types_are_read(tmp_path: Path) -> None:
    state = model().state_dict()
    mixed = {name: each.to(torch.bfloat16) if "fc1" in name else each for name, each in state.items()}
    save_file(mixed, tmp_path / "w.safetensors")
    found = read(tmp_path / "w.safetensors")
    same(found, mixed)
    assert found.notes == ["BF16 made F32"]


@pytest.mark.parametrize("length", [0x0280, 0x0380, 0x0480])
def test_a_header_whose_length_looks_like_a_pickle_is_none(tmp_path: Path, length: int) -> None:
    entry = '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    path = tmp_path / "w.safetensors"
    path.write_bytes(struct.pack("<Q", length) + entry.ljust(length).encode() + struct.pack("<f", 1.5))
    assert full(Checkpoint(path), "w", Weight((1,))).tolist() == [1.5]


@BOTH
@pytest.mark.parametrize("wrapper", ["state_dict", "model", "model_state_dict"])
def test_wrappers_and_prefixes_are_taken_off(tmp_path: Path, zipped: bool, wrapper: str) -> None:
    made = model()
    optimizer = torch.optim.SGD(made.parameters(), lr=0.1, momentum=0.9)
    made(torch.randn(4, 3, 8, 8)).sum().backward()
    optimizer.step()
    state = {f"module.{name}": each for name, each in made.state_dict().items()}
    around = {wrapper: state, "epoch": 90, "best": 76.1, "arch": "small", "optimizer": optimizer.state_dict()}
    found = read(save(tmp_path / "w.pth", around, zipped))
    same(found, made.state_dict())
    assert found.notes == [f"taken from `{wrapper}`", "`module.` taken off every name"]


def test_what_does_not_fit_is_listed(tmp_path: Path) -> None:
    state = model().state_dict()
    del state["bn1.bias"]
    state["fc1.weight"] = torch.zeros(10, 3)
    state["conv1.bias"] = torch.zeros(16, dtype=torch.int32)
    state["head.weight"] = torch.zeros(1)
    with pytest.raises(Problem) as caught:
        read(save(tmp_path / "w.pth", state))
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.found) == ("E603", "4 differences, 8 tensors in the network")
    assert diagnostic.notes == (
        "missing: bn1.bias, 16",
        "surplus: head.weight, 1",
        "type: conv1.bias, I32 in the file; only F64 or F32 or F16 or BF16 is read",
        "shape: fc1.weight, 10x3 in the file, 10x1024 in the network",
    )


def test_a_number_beyond_float32_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "w.pth", {"w": torch.tensor([1.0, 1e39], dtype=torch.float64)})
    with pytest.raises(Problem, match="E604"):
        full(Checkpoint(path), "w", Weight((2,)))


class Attack:
    """An object whose pickle calls something when it is loaded."""

    def __init__(self, function: Callable[..., Any], *arguments: object) -> None:
        self.function, self.arguments = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[object, ...]]:
        return self.function, self.arguments

    def __repr__(self) -> str:
        return f"Attack({self.function.__name__})"


CODE = {
    "os.system": lambda path: Attack(os.system, f"touch {path}"),
    "os.mkdir": lambda path: Attack(os.mkdir, str(path)),
    "exec": lambda path: Attack(builtins.exec, f"import os; os.mkdir({str(path)!r})"),
    "eval": lambda path: Attack(builtins.eval, f"__import__('os').mkdir({str(path)!r})"),
}


@BOTH
@pytest.mark.parametrize("attack", CODE.values(), ids=CODE)
@pytest.mark.parametrize("beside", ["state", "alone", "optimizer"])
def test_code_is_refused_and_not_run(
    tmp_path: Path, zipped: bool, attack: Callable[[Path], Attack], beside: str
) -> None:
    trace = tmp_path / "trace"
    value: object = attack(trace)
    if beside != "alone":
        state = model().state_dict()
        value = {**state, "x": value} if beside == "state" else {"state_dict": state, "optimizer": value}
    path = save(tmp_path / "w.pth", value, zipped)
    assert "is not run" in refused(path)
    assert not trace.exists()
    torch.load(path, weights_only=False)
    assert trace.exists()  # the file does what it is suspected of


@pytest.mark.parametrize(
    "value",
    [
        model(),
        {"w": nn.Linear(2, 2)},
        {"w": np.zeros(3)},
        {"w": Attack(bytearray, 10**12)},
        {"w": torch.zeros(2).to_sparse()},
        {"w": {1, 2}},
        [torch.zeros(1)],
        {"a": torch.zeros(1), "b": 3},
        {},
        {"state_dict": {}},
        {3: torch.zeros(1)},
        {(1, 2): torch.zeros(1)},
        {"model": {"w": torch.zeros(1)}, "state_dict": {"w": torch.zeros(1)}},
        {"w": torch.zeros(1, dtype=torch.complex64)},
        {"w": torch.zeros(1).expand(1000, 1000)},
        {"w": torch.zeros(3, 4).t()},
        {"w": torch.zeros(2, 3, 4, 5).to(memory_format=torch.channels_last)},
    ],
    ids=str,
)
@BOTH
def test_what_is_no_dictionary_of_plain_tensors_is_refused(tmp_path: Path, zipped: bool, value: object) -> None:
    assert refused(save(tmp_path / "w.pth", value, zipped))


def repacked(path: Path, change: Callable[[str, bytes], tuple[str, bytes]], compression: int = 0) -> Path:
    """An archive whose files were changed."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(path.with_suffix(".new"), "w", compression) as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    return path.with_suffix(".new")


ARCHIVES: dict[str, tuple[Callable[[str, bytes], tuple[str, bytes]], int]] = {
    "packed": (lambda name, data: (name, data), zipfile.ZIP_DEFLATED),
    "short values": (lambda name, data: (name, data[:-4] if "/data/" in name else data), 0),
    "long values": (lambda name, data: (name, data + bytes(4) if "/data/" in name else data), 0),
    "no values": (lambda name, data: (name.replace("/data/", "/dat/"), data), 0),
    "no program": (lambda name, data: (name.replace("data.pkl", "data.pk"), data), 0),
    "big endian": (lambda name, data: (name, b"big" if "byteorder" in name else data), 0),
    "endless program": (lambda name, data: (name, data * 10**5 if "pkl" in name else data), 0),
    "zip bomb": (lambda name, data: (name, bytes(10**8) if name.endswith("data/0") else data), zipfile.ZIP_DEFLATED),
}


@pytest.mark.parametrize(("change", "compression"), ARCHIVES.values(), ids=ARCHIVES)
def test_unsound_archives_are_refused(
    tmp_path: Path, change: Callable[[str, bytes], tuple[str, bytes]], compression: int
) -> None:
    assert refused(repacked(save(tmp_path / "w.pth", {"w": torch.ones(100)}), change, compression))


def test_a_name_twice_in_an_archive_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "w.pth", {"w": torch.ones(100)})
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("w/data/0", bytes(400))
    assert "twice" in refused(path)


def test_a_long_list_of_files_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.pth"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(60_000):
            archive.writestr(f"{number:030}", b"")
    assert "list of files" in refused(path)


@BOTH
def test_a_file_cut_anywhere_is_refused(tmp_path: Path, zipped: bool) -> None:
    path = save(tmp_path / "w.pth", {"w": torch.ones(30), "v": torch.ones(2)}, zipped)
    data = path.read_bytes()
    for length in range(8, len(data), 7):
        path.write_bytes(data[:length])
        assert refused(path)


DOUBLED = b"\x80\x04)" + b"q\0h\0\x86" * 60
"""A pickle's tuple of two tuples, each of two, sixty times over: small, and endless to walk through."""


@pytest.mark.parametrize("end", [DOUBLED[2:] + b"\x93.", b"}(" + DOUBLED[2:] + b"K\x01u.", b"]" + DOUBLED[2:] + b"a."])
def test_what_is_endless_to_walk_through_is_refused(tmp_path: Path, end: bytes) -> None:
    path = save(tmp_path / "w.pth", {"w": torch.ones(3)})
    assert refused(repacked(path, lambda name, data: (name, DOUBLED + end if "pkl" in name else data)))
    start = b"".join(pickle.dumps(value, 2) for value in (MAGIC, 1001, {"little_endian": True}, {}))
    path.write_bytes(start + DOUBLED + end)
    assert refused(path)


class Storage:
    """Stands for 100 values in a file that is written by hand."""


def legacy(value: object, count: int = 100) -> bytes:
    """A file of the older format, its one storage of 0, 1, 2, ... said to have `count` values."""

    class Writer(pickle.Pickler):
        def persistent_id(self, each: object) -> object:
            found = isinstance(each, Storage)
            return ("storage", torch.FloatStorage, "0", "cpu", count, None) if found else None

    out = io.BytesIO()
    for each in (MAGIC, 1001, {"little_endian": True}, value, ["0"]):
        Writer(out, 2).dump(each)
    return out.getvalue() + struct.pack("<q", 100) + np.arange(100, dtype="<f4").tobytes()


def tensor(shape: tuple[int, ...], strides: tuple[int, ...], start: int = 0, count: int = 100) -> bytes:
    """A file of one tensor, as its author pleases."""
    call = Attack(torch._utils._rebuild_tensor_v2, Storage(), start, shape, strides, False, OrderedDict())
    return legacy({"w": call}, count)


class Old:
    """A parameter as PyTorch saved it in 2017, torchvision's VGG among them."""

    def __reduce__(self) -> tuple[object, ...]:
        values = Attack(torch._utils._rebuild_tensor, Storage(), 10, (10, 9), (9, 1))
        return nn.Parameter, (values,), (True, False, OrderedDict())


@pytest.mark.parametrize("content", [tensor((10, 9), (9, 1), 10), legacy({"w": Old()})], ids=["today", "2017"])
def test_a_file_by_hand_is_read_as_torch_reads_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "w.pth").write_bytes(content)
    theirs = torch.load(tmp_path / "w.pth", weights_only=True)["w"].detach()
    assert theirs[0, 0] == 10
    assert np.array_equal(full(Checkpoint(tmp_path / "w.pth"), "w", Weight((10, 9))), theirs.numpy())


def test_the_oldest_format_is_named(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "w.pth", "w") as archive:
        archive.addfile(tarfile.TarInfo("sys_info"))
    assert "tar archive" in refused(tmp_path / "w.pth")


FORGED = {
    "expanded": ((10**6, 10**6), (0, 0)),
    "expanded axis": ((100, 10**9), (1, 0)),
    "beyond": ((101,), (1,)),
    "starts beyond": ((100,), (1,), 1),
    "far beyond": ((2**2000,), (1,)),
    "negative start": ((5,), (1,), -1),
    "negative size": ((-5,), (1,)),
    "strides missing": ((10, 10), (10,)),
    "many axes": ((1,) * 100_000, (1,) * 100_000),
    "storage too large": ((100,), (1,), 0, 10**15),
    "storage too small": ((10,), (1,), 0, 10),
    "negative storage": ((10,), (1,), 0, -10),
    "no numbers": ((2.0, 5.0), (5, 1)),
    "overlapping": ((90, 2), (1, 1)),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_tensors_that_are_not_plainly_there_are_refused(tmp_path: Path, forged: tuple[Any, ...]) -> None:
    (tmp_path / "w.pth").write_bytes(tensor(*forged))
    assert refused(tmp_path / "w.pth")


class Unusable(Exception):
    """A file is refused, with E604 and nothing else."""


def reading(path: Path) -> Checkpoint:
    try:
        return Checkpoint(path)
    except Problem as problem:
        (diagnostic,) = problem.diagnostics
        raise (Unusable if diagnostic.code == "E604" else AssertionError)(diagnostic.message) from problem


@pytest.mark.parametrize("zipped", [True, False])
@settings(max_examples=300)
@given(data=st.data())
def test_damaged_files_are_read_or_refused(tmp_path_factory: Any, zipped: bool, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    path = save(folder / "w.pth", OrderedDict(w=torch.ones(3), v=torch.ones(2)), zipped)
    content = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    with suppress(Unusable):
        found = reading(path)
        for name, entry in found.entries.items():
            assert entry.dtype not in found.types or full(found, name, Weight(entry.shape)).size <= 5


def test_reading_takes_little_memory_and_no_torch(tmp_path: Path) -> None:
    """A file of 400 MB within 250 MB of memory, all of Python's own included."""
    path = save(tmp_path / "w.pth", {"w": torch.ones(100_000_000)})
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from archspec.checkpoints.checkpoint import Checkpoint\n"
        "from archspec.op import Weight\n"
        "found = Checkpoint(Path(sys.argv[1]))\n"
        "from archspec.weights import CHUNK, starts\n"
        "import numpy\n"
        "weight, total = Weight((100_000_000,)), 0.0\n"
        "for start in starts(weight):\n"
        "    out = numpy.empty(min(CHUNK, 100_000_000 - start), 'f4')\n"
        "    found.fill('w', weight, start, out)\n"
        "    total += float(out.sum())\n"
        "print(total, 'torch' in sys.modules)\n"
    )

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (250_000_000, 250_000_000))

    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1]), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, env=environment, preexec_fn=limit
    )
    path.unlink()
    assert done.stdout.split() == ["100000000.0", "False"], done.stderr
