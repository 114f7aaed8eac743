"""`archspec verify`: it passes what is right, finds every planted fault, and says what it did."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from math import inf, nan
from pathlib import Path

import numpy as np
import pytest
from everything import chain, op
from numpy.typing import NDArray

import archspec
from archspec.cli import main
from archspec.graph import Graph
from archspec.language.settled import Choices
from archspec.op import Op, Shape, Weight
from archspec.verify import TOLERANCE, in_onnx, in_torch, verify
from archspec.verify.compare import differences
from archspec.verify.noise import Noise, sample
from archspec.verify.sizes import other_size, sizes
from archspec.verify.watched import roles, watching
from archspec.weights import full

Values = dict[str, NDArray[np.float32]]

ROOT = Path(__file__).parents[1]
EVERYTHING = str(ROOT / "tests" / "cases" / "everything.arch")
SMALL = "net {}\ninput 9x9 RGB\ndefault conv bias=no -> bn relu\nc: conv3-4 x2\navgpool(global)\nfc: FC-3\nsoftmax\n"


class Slipped(Noise):
    """Noise but for one tensor, a hundredth of which is off."""

    slip = ""

    def fill(self, name: str, weight: Weight, start: int, out: NDArray[np.float32]) -> None:
        super().fill(name, weight, start, out)
        if name == self.slip:
            out *= np.float32(1.01)


def slipping(graph: Graph, names: list[str]) -> Iterator[tuple[str, float]]:
    """The largest difference that a slip in each of these tensors makes, in ONNX alone."""
    watched, example = watching(graph), sample(graph, 1, 0)
    gains, expected, *_ = in_torch.run(watched, Noise(0), example)
    for name in names:
        slipped = Slipped(0, gains)
        slipped.slip = name
        found, _ = in_onnx.run(watched, slipped, example)
        yield name, max(differences(expected[path], found[path])[1] for path in watched.outputs)


def test_a_slip_in_a_tensor_is_found() -> None:
    graph = archspec.load(EVERYTHING, "large").graph
    names = [name for name, _, _ in graph.tensors()][::3]
    found = dict(slipping(graph, ["none", *names]))
    assert found.pop("none") <= TOLERANCE
    assert [name for name, difference in found.items() if difference <= 2 * TOLERANCE] == []
    assert len(found) == len(names) > 20


def test_a_slip_is_found_however_deep_the_network_is() -> None:
    """Also in a plain network, where nothing carries a value past the layers."""
    graph = archspec.load("cifar_plain", "110").graph
    names = [name for name, _, weight in graph.tensors() if not weight.buffer]
    found = dict(slipping(graph, ["none", *names[::31]]))
    assert found.pop("none") <= TOLERANCE
    assert min(found.values()) > 2 * TOLERANCE


def test_values_stay_near_one_through_1202_layers() -> None:
    (network,) = archspec.check("cifar_plain:1202", Choices("8x8")).networks
    assert network.graph
    found = verify(network.graph)
    assert found.ok
    assert {value.role for value in found.values} == {"output", "logits", "label", "layer"}
    assert len(found.values) > 40
    assert all(1 <= value.largest < 10 for value in found.values if value.role != "output")


UNPOOLED = "net u\ninput 16x16x4\nconv3-8\npool: maxpool\nconv3-8\nunpool(pool)\nconv3-4\n"


def test_a_tie_of_maxima_is_told_from_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two numbers of a window that rounding alone tells apart: ONNX's choice is taken, and all else still compared."""
    path = tmp_path / "u.arch"
    path.write_text(UNPOOLED)
    graph = archspec.load(path).graph
    assert verify(graph).ties == 0
    plain = in_torch.run

    def tied(watched: Graph, noise: Noise, example: NDArray[np.float32], maxima: Values | None = None) -> in_torch.Ran:
        """PyTorch with the places of other maxima, as if rounding had decided otherwise."""
        mirrored = {"pool": np.flip(right.values["conv1"], (2, 3)).copy()}
        return plain(watched, noise, example, maxima or mirrored)

    right = plain(watching(graph), Noise(0), sample(graph, 1, 0))
    assert tied(watching(graph), Noise(0), sample(graph, 1, 0)).ties > 100
    monkeypatch.setattr(in_torch, "run", tied)
    found = verify(graph)
    assert found.ok
    assert found.ties == 0  # the second run is PyTorch's own, whose maxima are where ONNX's are
    monkeypatch.setattr(in_onnx, "run", partial(slipped_run, in_onnx.run))
    assert not verify(graph).ok


def slipped_run(
    run: Callable[..., tuple[Values, int]], graph: Graph, noise: Noise, example: NDArray[np.float32]
) -> tuple[Values, int]:
    """ONNX with a slip in the last layer."""
    slipped = Slipped(0, noise.gains)
    slipped.slip = "conv3.weight"
    return run(graph, slipped, example)


FAULTS = [
    (op("lrn"), op("lrn", alpha=2e-4)),
    (op("bn"), op("bn", eps=1e-3)),
    (op("avgpool", kernel=3, stride=2, pad=1), op("avgpool", kernel=3, stride=2, pad=1, count_pad=False)),
    (op("upsample", factor=2, mode="bilinear"), op("upsample", factor=2, mode="corners")),
    (op("conv", kernel=2, channels=4), op("conv", kernel=2, channels=4, pad=(1, 0, 1, 0))),
    (op("gelu"), op("silu")),
]


@pytest.mark.parametrize(("meant", "done"), FAULTS, ids=str)
def test_another_op_is_found(meant: Op, done: Op) -> None:
    right = chain((4, 9, 9), op("conv", kernel=3, channels=4), meant)
    wrong = right.model_copy(update={"nodes": (right.nodes[0], replace(right.nodes[1], op=done))})
    example = sample(right, 1, 0)
    gains, expected, *_ = in_torch.run(right, Noise(0), example)
    (path,) = right.outputs
    same, other = (in_onnx.run(graph, Noise(0, gains), example)[0][path] for graph in (right, wrong))
    assert differences(expected[path], same)[1] <= TOLERANCE < differences(expected[path], other)[1]


@pytest.mark.parametrize(
    ("expected", "found", "wanted"),
    [
        ([1.0, -4.0], [1.0, -4.0], (4.0, 0.0)),
        ([1.0, -4.0], [1.5, -4.0], (4.0, 0.125)),
        ([0.0, 0.0], [0.0, 0.0], (0.0, 0.0)),
        ([0.0, 0.0], [0.0, 1e-9], (0.0, inf)),
        ([1.0, 2.0], [1.0, nan], (2.0, inf)),
        ([1.0, inf], [1.0, inf], (inf, inf)),
        ([1.0, 2.0], [1.0, 2.0, 3.0], (inf, inf)),
    ],
)
def test_differences_are_parts_of_the_largest(
    expected: list[float], found: list[float], wanted: tuple[float, float]
) -> None:
    with np.errstate(invalid="ignore"):
        assert differences(np.float32(expected), np.float32(found)) == wanted


def test_every_weight_is_random() -> None:
    """A variance is positive; no other constant stays what training starts from."""
    for weight, least, most in (
        (Weight((999,), fill=1.0, buffer=True), 0.5, 1.5),
        (Weight((999,), fill=0.0), -3, 3),
        (Weight((3, 3, 4, 4), fan_in=2, bilinear=True), -5, 5),
    ):
        values = full(Noise(0, {"a.b": 4.0}), "a.b.weight", weight)
        scaled = values if weight.buffer else values / 4
        assert least < scaled.min() < scaled.max() < most
        assert len(np.unique(values)) > 40
        assert not np.array_equal(values, full(Noise(1), "a.b.weight", weight))


def test_heads_are_compared_as_outputs() -> None:
    network = archspec.load("googlenet")
    found = network.verify()
    assert found.ok
    assert [value.role for value in found.values].count("head") == len(network.graph.heads) == 2
    assert found.params["graph"] == sum(network.counts.with_heads.params)


def test_what_is_compared() -> None:
    graph = archspec.load(EVERYTHING, "small").graph
    found = roles(graph)
    assert [role for _, role in found.values()][:2] == ["output", "logits"]
    assert {name for name, role in found.values() if role == "label"} >= {"stem", "mixed", "skip", "joined"}
    plain = archspec.load("cifar_plain", "110").graph
    assert [name for name, role in roles(plain).values() if role == "layer"]


@pytest.mark.parametrize(
    ("shape", "first"),
    [((3, 224, 224), (112, 112)), ((3, 224, 112), (112, 56)), ((1, 1, 1), (2, 2)), ((3, 2, 2), (1, 1))],
)
def test_half_is_tried_first(shape: Shape, first: tuple[int, int]) -> None:
    tried = list(sizes(shape))
    assert tried[0] == first
    assert len(set(tried)) == len(tried)
    assert shape[1:] not in tried
    assert not list(sizes((100,)))


def test_another_size_is_found_where_there_is_one(tmp_path: Path) -> None:
    """Halved three times and enlarged again, a map comes back to its size if that is a multiple of 8."""
    path = tmp_path / "eight.arch"
    path.write_text("net eight\ninput 40x40x1\nadd:\n    | identity\n    | maxpool x3 upsample8\n")

    def make(input: str) -> Graph | None:
        return archspec.load(path, input=input).graph

    other = other_size(archspec.load(path).graph, make)
    assert other
    assert other.input.shape == (1, 16, 16)
    assert other_size(other, lambda input: None) is None


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    for name in ("one", "two"):
        (tmp_path / f"{name}.arch").write_text(SMALL.format(name))
    (tmp_path / "blocks.arch").write_text("block b(n):\n    conv3-{n}\n")
    monkeypatch.chdir(tmp_path)
    assert main(["verify", "."]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [["ok", "one.arch"], ["ok", "two.arch"]]
    assert all(
        line.endswith("at 9x9, " + line.split()[5] + " at 4x4; 283 parameters in graph, torch and onnx")
        for line in lines
    )
    assert not list((tmp_path / "temporary").iterdir())
    assert main(["verify", "one.arch", "--input", "5x6"]) == 0
    first, second, *table = capsys.readouterr().out.splitlines()
    assert " at 5x6; 283 parameters" in first
    assert second == "  5x6x3, batch 1: 283 parameters in graph, torch and onnx"
    assert [row.split()[:2] for row in table[1:]] == [["softmax1", "output"], ["fc", "logits"], ["c", "label"]]
    assert main(["verify", "one.arch", "two.arch", "--input", "5x6", "--verbose"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2 * (3 + len(table) - 1)


def test_a_network_that_fails_is_shown_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "one.arch"
    path.write_text(SMALL.format("one"))
    assert main(["verify", str(path), "--tolerance", "1e-12"]) == 1
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith(f"failed  {path}  ")
    assert sum("more than 1e-12" in line for line in rest) >= 2
    assert main(["verify", str(path), "--tolerance", "1e-12", "--json"]) == 1
    (entry,) = json.loads(capsys.readouterr().out)
    assert (entry["network"], entry["ok"], len(entry["sizes"])) == (str(path), False, 2)
    assert entry["sizes"][1]["input"] == [4, 4, 3]
    assert entry["sizes"][0]["params"] == {"graph": 283, "torch": 283, "onnx": 283}


def test_counts_that_differ_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "one.arch"
    path.write_text(SMALL.format("one"))
    assert archspec.load(path).verify().ok
    monkeypatch.setattr(in_onnx, "parameters", lambda path: 284)
    found = archspec.load(path).verify()
    assert (found.ok, found.difference <= TOLERANCE) == (False, True)


def test_wrong_specs_do_not_keep_others_from_being_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.arch").write_text("net a\ninput 9x9 RGB\nconvv3-4\n")
    (tmp_path / "b.arch").write_text(SMALL.format("b"))
    assert main(["verify", "a.arch", "none.arch", "b.arch"]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("ok      b.arch")
    assert "error[E301]" in said.err
    assert "error[E601]: cannot read none.arch" in said.err


def test_claims_do_not_matter_at_another_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.arch"
    path.write_text("let n 4\n" + SMALL.format("a") + "expect macs {n*2799}\n")
    assert main(["verify", str(path)]) == 1
    assert "error[E401]" in capsys.readouterr().err
    assert main(["verify", str(path), "--input", "5x5"]) == 0


@pytest.mark.parametrize("package", ["torch", "onnxruntime"])
def test_what_is_missing_is_said(package: str) -> None:
    program = f"import sys; sys.modules[{package!r}] = None; from archspec.cli import main; main(['verify', 'vgg_e'])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert f"error[E607]: {package} is not installed\n  = help: `pip install torch onnxruntime`" in done.stderr
