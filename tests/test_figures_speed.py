"""What a figure costs: the time of the whole command, and nothing heavy imported (figures.md, R24)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from zoo import networks

ROOT = Path(__file__).parents[1]
LIMIT = 0.6
"""Seconds of the processor, where it imports lark and pydantic in `FLOOR`."""
FLOOR = 0.15
FEW = (
    "cifar_plain:110", "cifar_resnet:110", "cifar_preact_bottleneck:164", "resnet:50", "resnet:152", "googlenet",
    "fcn_googlenet", "unet:paper", "vgg:E", "deconvnet:bn", "fcn:8s", "alexnet:paper",
)  # fmt: skip
"""The largest residual ones come within a third of the limit, which is less than what other programs on a machine cost:
see `-m slow`."""
DRAW = """
import json, sys
from archspec.cli import main
status = main(["draw", sys.argv[1], "-o", "a.svg"])
print(json.dumps([status, [name for name in ("torch", "onnx", "numpy") if name in sys.modules]]))
"""


def computed(*arguments: str, folder: Path) -> tuple[float, str]:
    """The seconds that Python computes with these arguments, and what it prints."""
    before = os.times()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder, capture_output=True, check=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system, done.stdout


def drawn(name: str, folder: Path) -> float:
    """The seconds that a process computes to draw a network, on a machine that is as fast as the limit takes it to be.

    What other programs do to clocks and caches slows the imports beside it as much.
    """
    floor, _ = computed("-c", "import lark, pydantic", folder=folder)
    seconds, _ = computed("-m", "archspec", "draw", name, "-o", "a.svg", folder=folder)
    return seconds / max(1, floor / FLOOR)


@pytest.mark.parametrize(
    "name", [name if name in FEW else pytest.param(name, marks=pytest.mark.slow) for name in networks()]
)
def test_a_figure_takes_little_time(name: str, tmp_path: Path) -> None:
    """The best of five."""
    taken: list[float] = []
    while len(taken) < 5 and min(taken, default=LIMIT) >= LIMIT:
        taken.append(drawn(name, tmp_path))
    assert min(taken) < LIMIT
    _, said = computed("-c", DRAW, name, folder=tmp_path)
    assert json.loads(said.splitlines()[-1]) == [0, []]


def test_all_of_the_few_are_shipped() -> None:
    assert set(FEW) <= set(networks())
