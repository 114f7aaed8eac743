"""What a command costs before it does its work: what it imports, and how much memory a build takes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = ("torch", "onnx", "onnxruntime", "numpy", "graphviz", "pygraphviz", "safetensors", "shtab")

IMPORTED = """
import json, sys
from archspec.cli import main
status = main(json.loads(sys.argv[1]))
print(json.dumps([status, sorted(name for name in sys.modules if "." not in name)]))
"""

PEAK = """
import json, re, sys
from archspec.cli import main
status = main(json.loads(sys.argv[1]))
peak = re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())
print(json.dumps([status, int(peak[1]) * 1024]))
"""
# not getrusage: its figure for a child begins with what the parent held when it started it


def last_line(program: str, arguments: list[str], folder: Path) -> list[object]:
    """What a program prints last, run on a command's arguments in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", program, json.dumps(arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["check", str(ROOT / "specs" / "vgg_e.arch")], ()),
        (["check", "--json", str(ROOT / "specs")], ()),
        (["summary", "vgg_e"], ()),
        (["summary", "vgg_e", "--to", "latex", "--count", "fvcore"], ()),
        (["sizes", "vgg_e", "--to", "100"], ()),
        (["explain", "E203"], ()),
        (["ops"], ()),
        (["schema"], ()),
        (["build", "vgg_e", "--to", "json"], ()),
        (["build", "vgg_e", "--to", "torch"], ()),
        (["build", "vgg_e", "--to", "dot"], ("graphviz",)),
        (["build", "vgg_e", "--to", "pdf"], ("graphviz",)),
        (["draw", "resnet:152"], ()),
        (["draw", "vgg:E", "plain:34", "resnet:34", "--width", "text", "-o", "three.tex"], ()),
        (["build", "vgg_e", "--to", "onnx", "--weights", "zeros"], ("onnx", "numpy")),
    ],
)
def test_only_what_is_needed_is_imported(arguments: list[str], allowed: tuple[str, ...], tmp_path: Path) -> None:
    status, modules = last_line(IMPORTED, arguments, tmp_path)
    assert status == 0
    assert isinstance(modules, list)
    assert set(modules) & set(HEAVY) == set(allowed)


def test_building_575_megabytes_takes_less_than_120(tmp_path: Path) -> None:
    status, peak = last_line(PEAK, ["build", "vgg_e", "--to", "onnx"], tmp_path)
    assert status == 0
    written = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert written > 574_668_960  # four bytes for each of 143,667,240 parameters
    assert isinstance(peak, int)
    assert peak < 120_000_000
