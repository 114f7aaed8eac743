"""The house is in order: imports, sizes, checkers, coverage of the back ends, and the package that is built."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path
from zipfile import ZipFile

import house
import pytest
from everything import alone, everything

import archspec
from archspec import ops
from archspec.backends import backends, formats
from archspec.weights.constant import Zeros

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "archspec"
BENCHMARKS = ROOT / "benchmarks"
Rule = Callable[[Path], list[str]]


@pytest.mark.parametrize(
    "rule", [house.upward, house.heavy, house.unsafe, house.long, house.undescribed], ids=lambda rule: rule.__name__
)
def test_the_code_keeps_the_rules(rule: Rule) -> None:
    assert rule(PACKAGE) == []


@pytest.mark.parametrize("rule", [house.long, house.undescribed], ids=lambda rule: rule.__name__)
def test_the_benchmarks_keep_those_for_all_code(rule: Rule) -> None:
    assert rule(BENCHMARKS) == []


PLANTED: list[tuple[Rule, str, str]] = [
    (house.upward, "op/__init__.py", "from archspec import graph"),
    (house.upward, "ops/conv.py", "import archspec.language.parse"),
    (house.upward, "graph/counts.py", "def f():\n    from archspec.cli import main"),
    (house.upward, "language/bind.py", "from archspec.backends.json import build"),
    (house.upward, "report/summary.py", "import archspec.unheard_of"),
    (house.upward, "backends/onnx/__init__.py", "from archspec.backends.torch import build"),
    (house.upward, "backends/figure/__init__.py", "import archspec.backends.json"),
    (house.heavy, "op/__init__.py", "import torch"),
    (house.heavy, "backends/__init__.py", "import onnx"),
    (house.heavy, "figures/wheel.py", "import pygraphviz"),
    (house.heavy, "weights/__init__.py", "from numpy import float32"),
    (house.heavy, "graph/counts.py", "class A:\n    from safetensors import safe_open"),
    (house.unsafe, "op/__init__.py", "def f(x):\n    return eval(x)"),
    (house.unsafe, "language/parse.py", "import pickle"),
    (house.unsafe, "weights/store.py", "def f(path):\n    import torch\n\n    return torch.load(path)"),
    (house.unsafe, "language/parse.py", "from yaml import load"),
    (house.unsafe, "figures/render.py", "def f(path):\n    path.write_text('x')"),
    (house.unsafe, "figures/render.py", "def f(path):\n    return open(path, 'wb')"),
    (house.unsafe, "figures/render.py", "def f(path):\n    return path.open(mode='a')"),
    (house.long, "op/__init__.py", "x = 1\n" * 250),
    (house.long, "op/__init__.py", "def f():\n" + "    x = 1\n" * 40),
]


@pytest.mark.parametrize(("rule", "place", "text"), PLANTED)
def test_a_planted_fault_is_found(rule: Rule, place: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True)
    shutil.copy(PACKAGE / place, path)
    assert rule(tmp_path) == []
    path.write_text(f"{path.read_text()}\n{text}\n")
    assert [place] == [fault.split(":")[0].split(" ")[0] for fault in rule(tmp_path)]


def test_a_module_without_a_docstring_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("# no docstring\n")
    assert house.undescribed(tmp_path) == ["a.py"]


def python(*arguments: str, paths: str = str(ROOT), cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": paths}
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


def test_knowing_the_back_ends_imports_nothing_heavy() -> None:
    program = "import sys, archspec.backends; print(*archspec.backends.formats(), '|', *sys.modules)"
    known, _, modules = python("-c", program).stdout.partition("|")
    assert known.split() == list(formats())
    assert not house.HEAVY & set(modules.split())
    assert {"pydantic", "archspec.backends.onnx"} <= set(modules.split())


@pytest.mark.parametrize("kind", ops.kinds())
@pytest.mark.parametrize("backend", backends(), ids=lambda backend: backend.__name__.rpartition(".")[2])
def test_every_back_end_takes_every_op(backend: archspec.backends.Backend, kind: str, tmp_path: Path) -> None:
    format, ending = next(iter(backend.FORMATS.items()))
    options = {option.name: option.default for option in backend.OPTIONS}
    path = tmp_path / f"layer{ending}"
    written = backend.build(alone(ops.load(kind)), path, format, Zeros(), options)
    assert path in written
    assert all(each.stat().st_size > 0 for each in written)


@pytest.mark.parametrize("format", formats())
def test_every_format_takes_a_network_of_every_op(format: str, tmp_path: Path) -> None:
    backend = formats()[format]
    path = tmp_path / f"everything{backend.FORMATS[format]}"
    options = {option.name: option.default for option in backend.OPTIONS}
    assert path in backend.build(everything(), path, format, Zeros(), options)


@pytest.mark.parametrize("check", [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]], ids=" ".join)
def test_the_checkers_have_nothing_to_say(check: list[str]) -> None:
    done = python("-m", *check)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = python("-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_the_data(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    rooms = {"grammar": ROOT / "grammar", "specs": ROOT / "specs"}
    rooms |= {name: PACKAGE / name for name in ("explain", "recipes")}
    for room, folder in rooms.items():
        held = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        held = {name for name in held if "__pycache__" not in name}
        assert held
        assert {name for name in names if name.startswith(f"archspec/{room}/")} == {
            f"archspec/{room}/{name}" for name in held
        }
    assert not [name for name in names if not name.startswith(("archspec/", "archspec_nn-"))]


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        folder = f"archspec_nn-{archspec.__version__}.dist-info"
        metadata = message_from_bytes(archive.read(f"{folder}/METADATA"))
        commands = archive.read(f"{folder}/entry_points.txt").decode()
    assert (metadata["Name"], metadata["Version"]) == ("archspec-nn", archspec.__version__)
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata.get_all("Provides-Extra") == ["bench", "figures", "test", "torch", "train", "verify"]
    assert "archspec = archspec.cli:run" in commands


def test_the_wheel_runs_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    ZipFile(wheel).extractall(site)
    where = python("-c", "import archspec; print(archspec.__file__)", paths=str(site), cwd=tmp_path)
    assert where.stdout.startswith(str(site))
    said = python("-m", "archspec", "--version", paths=str(site), cwd=tmp_path)
    assert (said.returncode, said.stdout) == (0, f"archspec {archspec.__version__}\n"), said.stderr
    said = python("-m", "archspec", "check", "vgg_e", paths=str(site), cwd=tmp_path)
    assert (said.returncode, said.stdout.split()[0]) == (0, "ok"), said.stderr
