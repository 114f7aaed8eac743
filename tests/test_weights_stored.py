"""Weights in .safetensors files: what is written, what is read back, what is refused."""

import hashlib
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import save_file

from archspec.diagnostics import Problem
from archspec.graph import Graph
from archspec.graph.builder import Builder
from archspec.op import Weight
from archspec.ops.bn import BatchNorm
from archspec.ops.conv import Conv
from archspec.ops.fc import FullyConnected
from archspec.weights import CHUNK, full, open_weights
from archspec.weights.constant import Zeros
from archspec.weights.gaussian import Seeded
from archspec.weights.header import HEADER_LIMIT, TENSOR_LIMIT
from archspec.weights.store import SHOWN, Stored, export


def small() -> Graph:
    """A convolution, its normalization and a classifier."""
    builder = Builder((3, 8, 8))
    builder.add("conv1", Conv(kernel=3, channels=16), ["input"])
    builder.add("bn1", BatchNorm(), ["conv1"])
    builder.add("fc1", FullyConnected(features=10), ["bn1"])
    return builder.graph("small", ["fc1"], sha256="ab" * 32)


def code(caught: pytest.ExceptionInfo[Problem]) -> str:
    (diagnostic,) = caught.value.diagnostics
    return diagnostic.code


def said(caught: pytest.ExceptionInfo[Problem]) -> str:
    (diagnostic,) = caught.value.diagnostics
    return "\n".join((diagnostic.message, diagnostic.found, *diagnostic.notes, diagnostic.help))


def test_export_is_read_back_by_the_library_and_by_torch(tmp_path: Path) -> None:
    graph, path = small(), tmp_path / "w.safetensors"
    export(graph, Seeded(5), path)
    with safe_open(path, framework="pt") as file:
        assert file.metadata() == {
            "format": "pt",
            "archspec.version": "0.1.0",
            "archspec.network": "small",
            "archspec.sha256": "ab" * 32,
            "archspec.weights": "he",
            "archspec.seed": "5",
        }
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    for name, _, weight in graph.tensors():
        assert torch.equal(tensors.pop(name), torch.from_numpy(full(Seeded(5), name, weight)))
    assert not tensors


def test_stored_gives_back_what_the_library_wrote(tmp_path: Path) -> None:
    graph, path = small(), tmp_path / "w.safetensors"
    drawn = np.random.default_rng(0)
    tensors = {name: drawn.standard_normal(weight.shape, np.float32) for name, _, weight in graph.tensors()}
    save_file({**tensors, "bn1.num_batches_tracked": np.array(7)}, path)
    stored = open_weights(str(path), 0, graph)
    for name, _, weight in graph.tensors():
        assert np.array_equal(full(stored, name, weight), tensors[name])
    assert stored.describe() == f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    assert stored.seed is None


def test_stored_streams_in_chunks(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    values = np.arange(2 * CHUNK + 3, dtype=np.float32)
    save_file({"first": np.zeros(5, np.float32), "w": values}, path)
    out = np.empty(CHUNK, np.float32)
    for start in (2 * CHUNK, 0, CHUNK):  # in any order
        piece = out[: len(values) - start]
        Stored(path).fill("w", Weight(values.shape), start, piece)
        assert np.array_equal(piece, values[start : start + CHUNK])


def test_choices() -> None:
    graph = small()
    assert open_weights("he", 4, graph).seed == 4
    assert isinstance(open_weights("zeros", 4, graph), Zeros)


def test_a_file_of_another_network_is_refused_with_every_difference(tmp_path: Path) -> None:
    graph, path = small(), tmp_path / "w.safetensors"
    tensors = {name: np.zeros(weight.shape, np.float32) for name, _, weight in graph.tensors()}
    del tensors["bn1.bias"]
    tensors["conv1.weight"] = np.zeros((16, 1, 3, 3), np.float32)
    tensors["fc1.bias"] = tensors["fc1.bias"].astype(np.float16)
    tensors["fc2.weight"] = np.zeros((2, 3), np.float32)
    save_file(tensors, path)
    with pytest.raises(Problem) as caught:
        open_weights(str(path), 0, graph)
    assert code(caught) == "E603"
    assert caught.value.diagnostics[0].notes == (
        "missing: bn1.bias, 16",
        "surplus: fc2.weight, 2x3",
        "shape: conv1.weight, 16x1x3x3 in the file, 16x3x3x3 in the network",
        "type: fc1.bias, F16 in the file; only F32 is read",
    )
    assert caught.value.diagnostics[0].found == "4 differences, 8 tensors in the network"


def test_a_long_list_of_differences_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    save_file({f"t{n}": np.zeros(1, np.float32) for n in range(50)}, path)
    with pytest.raises(Problem) as caught:
        Stored(path).match(small())
    notes = caught.value.diagnostics[0].notes
    assert len(notes) == SHOWN + 1
    assert notes[-1] == "and 38 more"  # 50 surplus and 8 missing


def test_names_from_a_file_are_shown_in_part(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    save_file({"x" * 10_000: np.zeros((1,) * 60, np.float32)}, path)
    with pytest.raises(Problem) as caught:
        Stored(path).match(small())
    assert f"surplus: {'x' * 100}, {'1x' * 50}" in caught.value.diagnostics[0].notes
    path.write_bytes(raw(f'{{"{"x" * 10_000}":{{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}}}'))
    with pytest.raises(Problem) as caught:
        Stored(path)
    assert len(said(caught)) < 400 + len(str(path))


@pytest.mark.parametrize("name", ["w.pt", "w.pth", "w.bin", "w.ckpt", "w.pkl", "w.npz", "w"])
def test_other_endings_are_refused_unread(tmp_path: Path, name: str) -> None:
    with pytest.raises(Problem) as caught:
        Stored(tmp_path / name)  # there is no such file, and it does not matter
    assert code(caught) == "E604"
    assert "pickle" in said(caught)
    assert "weights import" in said(caught)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_under_a_false_name_is_refused(tmp_path: Path, protocol: int) -> None:
    path = tmp_path / "w.safetensors"
    path.write_bytes(pickle.dumps({"weight": [1.0, 2.0]}, protocol))
    with pytest.raises(Problem, match="E604") as caught:
        Stored(path)
    assert "never run" in said(caught)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_file_of_torch_save_is_refused(tmp_path: Path, zipped: bool) -> None:
    path = tmp_path / "w.safetensors"
    torch.save({"weight": torch.ones(3)}, path, _use_new_zipfile_serialization=zipped)
    with pytest.raises(Problem, match="E604") as caught:
        Stored(path)
    assert "never run" in said(caught)


def raw(header: str, data: bytes = b"") -> bytes:
    return len(header).to_bytes(8, "little") + header.encode() + data


ONE = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'
CROWD = json.dumps({str(n): {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for n in range(TENSOR_LIMIT + 1)})
MALFORMED = {
    "empty": b"",
    "short": b"\x10\0\0",
    "header beyond the limit": (HEADER_LIMIT + 1).to_bytes(8, "little") + b" " * 100,
    "header beyond the file": (100).to_bytes(8, "little") + b"{}",
    "not JSON": raw("{nonsense"),
    "not UTF-8": (2).to_bytes(8, "little") + b"\xff\xfe",
    "not an object": raw("[1, 2]"),
    "deep": raw("[" * 100_000),
    "named twice": raw(f'{{"a":{ONE},"a":{ONE}}}', b"\0" * 4),
    "too many tensors": raw(CROWD),
    "entry no object": raw('{"a":3}'),
    "bytes missing": raw(f'{{"a":{ONE}}}', b"\0" * 3),
    "bytes left over": raw(f'{{"a":{ONE}}}', b"\0" * 5),
    "overlap": raw(f'{{"a":{ONE},"b":{ONE}}}', b"\0" * 4),
    "negative": raw('{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}', b"\0" * 4),
    "shape too large": raw('{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}', b"\0" * 4),
    "odd type": raw('{"a":{"dtype":"X","shape":[1],"data_offsets":[0,4]}}', b"\0" * 4),
}


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "w.safetensors"
    path.write_bytes(content)
    with pytest.raises(Problem) as caught:
        Stored(path)
    assert code(caught) == "E604"


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.safetensors")
    (tmp_path / "folder.safetensors").mkdir()
    for name in ("pipe", "folder", "none"):
        with pytest.raises(Problem) as caught:
            Stored(tmp_path / f"{name}.safetensors")
        assert code(caught) == "E601"


def test_a_file_that_shrinks_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    save_file({"w": np.zeros(100, np.float32)}, path)
    stored = Stored(path)
    os.truncate(path, 200)
    with pytest.raises(Problem) as caught:
        full(stored, "w", Weight((100,)))
    assert code(caught) == "E604"


def test_same_bytes_everywhere(tmp_path: Path) -> None:
    """Two folders, two orders of hashing: one file."""
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from archspec.graph.builder import Builder\n"
        "from archspec.ops.conv import Conv\n"
        "from archspec.weights.gaussian import Seeded\n"
        "from archspec.weights.store import export\n"
        "builder = Builder((3, 8, 8))\n"
        "builder.add('conv1', Conv(kernel=3, channels=16), ['input'])\n"
        "export(builder.graph('small', ['conv1']), Seeded(0), Path(sys.argv[1]))\n"
    )
    contents = set()
    for seed in ("0", "1"):
        folder = tmp_path / seed
        folder.mkdir()
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[1])}
        subprocess.run([sys.executable, "-c", script, f"{seed}.safetensors"], cwd=folder, env=environment, check=True)
        contents.add((folder / f"{seed}.safetensors").read_bytes())
    assert len(contents) == 1
