"""What a command costs before it does its work: what it imports, and how much memory a build takes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"archspec", "__main__", "sitecustomize", "_distutils_hack"}
"""Not from outside, or what an interpreter starts with on some machines."""
LARKS = {"interegular"}
"""What lark imports where it is installed."""

LANGUAGE = "checks cli diagnostics files graph language network op ops source"
"""The rooms that reading a spec takes."""
MODELS = "annotated_types pydantic pydantic_core typing_extensions typing_inspection"
BUILD = f"{LANGUAGE} backends cores figures rewrite weights"
ONNX = "google ml_dtypes numpy onnx typing_extensions"

VGG = str(ROOT / "specs" / "vgg_e.arch")
COMMANDS = {
    f"check {VGG}": ("", f"{LANGUAGE} cores report"),
    f"check --json --jobs 1 {ROOT / 'specs'}": ("", f"{LANGUAGE} cores report"),
    "summary vgg_e": ("", f"{LANGUAGE} analysis report"),
    "summary vgg_e --to latex --count fvcore": ("", f"{LANGUAGE} analysis report"),
    "sizes vgg_e --to 100": (MODELS, f"{LANGUAGE} analysis report"),
    "explain E203": (MODELS, f"{LANGUAGE} explain"),
    "ops": (MODELS, "cli diagnostics files checks graph language op ops report source"),
    "schema": (MODELS, "cli diagnostics graph op ops source"),
    "build vgg_e --to json": ("", BUILD),
    "build vgg_e --to torch": ("", BUILD),
    "build vgg_e --to dot": ("graphviz", BUILD),
    "build vgg_e --to pdf": ("graphviz", BUILD),
    "draw resnet:152": ("", f"{LANGUAGE} figures"),
    "draw vgg:E plain:34 resnet:34 --width text -o three.tex": ("", f"{LANGUAGE} figures"),
    "build vgg_e --to onnx --weights zeros": (ONNX, BUILD),
    f"fmt --check {ROOT / 'specs'}": (f"{MODELS} lark", f"{LANGUAGE} formatting"),
    "train --help": (MODELS, f"{LANGUAGE} data training"),
    "evaluate --help": (MODELS, f"{LANGUAGE} data training"),
}
"""What each command imports: packages from outside the standard library, and rooms of our own."""

IMPORTED = """
import json, os, sys
from archspec.cli import run

def tell(status):
    outside = {name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names
    rooms = {name.split(".")[1] for name in sys.modules if name.startswith("archspec.")}
    print()
    print(json.dumps([status, sorted(outside), sorted(rooms)]))
    sys.stdout.flush()
    leave(0)

leave, os._exit = os._exit, tell
sys.argv = ["archspec", *json.loads(sys.argv[1])]
try:
    run()
except SystemExit as stop:  # as --help has it
    tell(stop.code)
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


@pytest.mark.parametrize("command", COMMANDS)
def test_only_what_is_needed_is_imported(command: str, tmp_path: Path) -> None:
    status, packages, rooms = last_line(IMPORTED, command.split(), tmp_path)
    outside, inside = COMMANDS[command]
    assert status == 0
    assert isinstance(packages, list)
    assert isinstance(rooms, list)
    named = {name for name in packages if not name.startswith("_sysconfigdata")}
    assert named - OURS - LARKS == set(outside.split())
    assert set(rooms) == set(inside.split())


def test_building_575_megabytes_takes_less_than_120(tmp_path: Path) -> None:
    status, peak = last_line(PEAK, ["build", "vgg_e", "--to", "onnx"], tmp_path)
    assert status == 0
    written = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert written > 574_668_960  # four bytes for each of 143,667,240 parameters
    assert isinstance(peak, int)
    assert peak < 120_000_000
